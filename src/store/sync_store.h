#pragma once

// The metadata store without a thread, for tests and simulation: the same SQL, and a commit and a sync happen when the
// owner says so. Used by one thread.

#include <functional>
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

  // Only queued: neither seen by Read nor run before Commit.
  void Write(Work work, Done done) override;
  void WriteBehind(Size size, Work work, Done committed, Done durable) override;
  void Read(const std::function<void(MetadataReader&)>& read) override;

  // Commits what is queued as one group and calls who waits for that. What they write waits for the next Commit.
  // Returns the size of the group.
  size_t Commit();
  // Calls who waits for a sync of what was committed. False when everything is synced.
  bool Sync();
  // Both.
  size_t Flush();

  // As the end of a process would: forgets what is queued, and all callbacks.
  void EndProcess();
  // As a power cut would: also takes back what was not synced.
  void LosePower();

 private:
  explicit SyncStore(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
  std::vector<QueuedWork> queue_;
  bool unsynced_ = false;  // within the transaction that a sync ends
  std::vector<std::function<void()>> owed_;
};

}  // namespace sandbox::store
