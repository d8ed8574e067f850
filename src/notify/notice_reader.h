#pragma once

// Tells of every execution that ends: a reader of the change feed.
//
// Thread: built and destroyed on any one thread; reads on the workers. Once it is destroyed it tells of nothing more,
// but for what a worker is telling of.

#include <memory>

#include "feed/feed.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/notifier.h"

namespace sandbox::notify {

class NoticeReader {
 public:
  // References outlive the workers' work.
  NoticeReader(feed::Feed& feed, MetadataStore& store, Workers& workers, Clock& clock, Notifier& notifier);
  ~NoticeReader();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandbox::notify
