#pragma once

// The metadata store without a thread, for tests and simulation: the same SQL, and a commit and a sync happen when the
// owner says so. Used by one thread.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/ports/changes.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::store {

class Session;
struct Owed;
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

  // Where committed changes go, when they are synced. Once, before anything is written; it outlives the store.
  void TellChanges(ChangeSink& sink) { sink_ = &sink; }

  // Commits the queued works as one group and runs their callbacks. What these write waits for the next Commit.
  // Returns the size of the group.
  size_t Commit();
  // Runs the callbacks that wait for a sync of committed works. False when everything is synced.
  bool Sync();
  // Commit and Sync.
  size_t Flush();

  // Does what the end of a process does: forgets queued works and all callbacks.
  void EndProcess();
  // Does what a power cut does: takes back what was not synced, too.
  void LosePower();

 private:
  explicit SyncStore(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
  std::vector<QueuedWork> queue_;
  bool unsynced_ = false;  // within the transaction that a sync ends
  std::unique_ptr<Owed> owed_;
  ChangeSink* sink_ = nullptr;
};

}  // namespace sandbox::store
