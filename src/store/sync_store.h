#pragma once

// The metadata store without a thread, for tests and simulation: the same SQL, and a commit happens when the owner says so.
// Used by one thread.

#include <memory>
#include <string>
#include <vector>

#include "sandbox/ports/metadata_store.h"

namespace sandbox::store {

class Session;
struct QueuedWork;

class SyncStore final : public MetadataStore {
 public:
  // Errors as SqliteStore::Open. The default lives in memory and dies with the store.
  static Result<std::unique_ptr<SyncStore>> Open(const std::string& path = ":memory:");
  ~SyncStore() override;

  // Only queued: neither seen by Read nor run before Flush.
  void Write(Work work, Done done) override;
  void Read(const std::function<void(MetadataReader&)>& read) override;

  // Commits what is queued as one group and calls its callbacks. What these write waits for the next Flush. Returns the size
  // of the group.
  size_t Flush();
  // Forgets what is queued, callbacks included, as a crash before the commit would. Returns how many works were lost.
  size_t DropUncommitted();

 private:
  explicit SyncStore(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
  std::vector<QueuedWork> queue_;
};

}  // namespace sandbox::store
