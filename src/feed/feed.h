#pragma once

// The change feed: numbers what commits changed and gives it to readers, each with a queue of its own that is bounded.
//
// A reader gets whole rows, in the order of the commits, those of one commit beside each other. While a row waits in
// its queue, a newer change of the same row takes its place. When more waits than the reader's limits allow, all of it
// is dropped and the reader is told to begin anew from the store (`reset`): a slow reader costs bounded memory and
// holds nobody up.
//
// Thread: everything from any thread. `wake` is called by whoever publishes, when something comes to wait in a queue
// that was empty: it must not block or take locks that are held around calls of the feed, so it posts to the reader's
// own loop. After a Subscription is destroyed, its wake is not called any more.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/ports/changes.h"

namespace sandbox::feed {

struct Numbered {
  uint64_t commit = 0;  // of the process, from 1; what it shares with others was changed together
  Change change;
};

struct Limits {
  size_t changes = 2000;
  size_t bytes = 1 << 20;  // about what the waiting rows hold
};

// The bytes that a waiting change holds, about.
size_t BytesOf(const Change& change);
// Two changes with the same key are of the same row.
std::string KeyOf(const Change& change);

class Subscription;

class Feed final : public ChangeSink {
 public:
  Feed();
  // Subscriptions may outlive the feed; they get nothing more.
  ~Feed() override;

  ChangeKinds Wanted() const override;
  void Publish(std::vector<Change> changes) override;

  // From now on. `wants` narrows the kinds down; it is called by whoever publishes. Empty: all of those kinds.
  std::unique_ptr<Subscription> Subscribe(ChangeKinds kinds, std::function<bool(const Change&)> wants, Limits limits,
                                          std::function<void()> wake);

 private:
  friend class Subscription;
  struct Readers;
  const std::shared_ptr<Readers> readers_;
};

class Subscription {
 public:
  struct Batch {
    // Changes were lost before these: what is known of any row may be old.
    bool reset = false;
    std::vector<Numbered> changes;
  };

  ~Subscription();
  // What waits; empty when nothing does.
  Batch Take();

 private:
  friend class Feed;
  struct Queue;
  Subscription(std::shared_ptr<Feed::Readers> readers, std::shared_ptr<Queue> queue);

  const std::shared_ptr<Feed::Readers> readers_;
  const std::shared_ptr<Queue> queue_;
};

}  // namespace sandbox::feed
