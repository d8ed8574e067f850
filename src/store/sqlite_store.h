#pragma once

// The metadata store in a SQLite file: a writer thread with group commit, a thread that answers after the syncs, and
// one read-only connection a concurrent reader. A small WriteBehind is committed by its caller when nobody else commits
// or waits to.
//
// Durability: a commit is in the write-ahead log, which the kernel keeps when this process ends. The log is synced
// before what waits for that is answered: at once after a Write, within 10 ms after a WriteBehind. A sync covers all
// commits before it, so what is durable is always a prefix of what was committed (docs/decisions/sync-behind.md).
// Failure: a disk that refuses a write stops the process with a message.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sandbox/ports/changes.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::store {

class AnswerThread;
class Connection;
class Session;
struct Owed;
struct QueuedWork;

class SqliteStore final : public MetadataStore {
 public:
  // FAILED_PRECONDITION: STATE_NEWER when a newer version of this program wrote the file, STATE_UNREADABLE when it is
  // not a database of ours. UNAVAILABLE, STATE_UNAVAILABLE: cannot be opened.
  static Result<std::unique_ptr<SqliteStore>> Open(const std::string& path);
  // Closes. Nobody may be reading.
  ~SqliteStore() override;
  // Runs what is queued, callbacks included; nothing may be written afterwards. Before what the callbacks use is
  // destroyed. Idempotent.
  void Close();

  // Where committed changes go, once they are durable: on one thread at a time, in the order of the commits. Once,
  // before anything is written; it outlives the store.
  void TellChanges(ChangeSink& sink) { sink_ = &sink; }

  void Write(Work work, Done done) override;
  void WriteBehind(Size size, Work work, Done committed, Done durable) override;
  void Read(const std::function<void(MetadataReader&)>& read) override;

 private:
  SqliteStore(std::string path, std::unique_ptr<Session> writer);
  void Queue(QueuedWork work, bool waits);
  bool CommitHere(QueuedWork& work);
  void RunWriter();
  bool IsWanted() const;
  void Await(std::unique_lock<std::mutex>& lock);
  void Gather(std::unique_lock<std::mutex>& lock);
  void Commit(std::vector<QueuedWork> group);
  void MoveLog(std::unique_lock<std::mutex>& lock);
  void Sync(std::unique_lock<std::mutex>& lock);
  std::unique_ptr<Session> TakeReader();
  void ReturnReader(std::unique_ptr<Session> reader);

  const std::string path_;
  std::unique_ptr<Session> writer_;  // used by the thread that commits

  std::mutex queue_mutex_;
  std::condition_variable queue_changed_;
  std::vector<QueuedWork> queue_;
  size_t waiting_ = 0;  // works of the queue that wait for the sync
  size_t wanted_ = 0;   // not zero: the writer wakes when so many wait
  bool stopping_ = false;
  bool committing_ = false;  // a commit is under way: its thread has the writer and what follows, until it resets this
  bool held_up_ = false;     // the writer thread waits for the end of a commit that is made in the call
  std::optional<std::chrono::steady_clock::time_point> sync_at_;  // of commits that are not synced
  std::unique_ptr<Owed> owed_;                                    // after that sync
  std::unique_ptr<AnswerThread> answers_;
  ChangeSink* sink_ = nullptr;

  // The writer thread's own.
  size_t group_size_ = 0;  // works that waited for the last sync, and how long commit and sync took
  std::chrono::nanoseconds group_time_{};
  std::unique_ptr<Connection>
      mover_;                  // moves the log into the database beside the writer; opened when that is first needed
  bool log_is_moved_ = false;  // but for what was committed meanwhile

  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Session>> idle_readers_;

  std::thread writer_thread_;
};

}  // namespace sandbox::store
