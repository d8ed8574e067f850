#pragma once

// The metadata store in a SQLite file: one writer thread with group commit, one read-only connection a concurrent reader.
//
// Durability: write-ahead log with a sync at every commit, so `done` means that the change survives a power cut.
// Failure: a disk that refuses a write stops the process with a message.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sandbox/ports/metadata_store.h"

namespace sandbox::store {

class Session;
struct QueuedWork;

class SqliteStore final : public MetadataStore {
 public:
  // FAILED_PRECONDITION: STATE_NEWER when a newer version of this program wrote the file, STATE_UNREADABLE when it is not a
  // database of ours. UNAVAILABLE, STATE_UNAVAILABLE: cannot be opened.
  static Result<std::unique_ptr<SqliteStore>> Open(const std::string& path);
  // Runs what is queued, callbacks included, then closes. Nobody may be reading.
  ~SqliteStore() override;

  void Write(Work work, Done done) override;
  void Read(const std::function<void(MetadataReader&)>& read) override;

 private:
  SqliteStore(std::string path, std::unique_ptr<Session> writer);
  void RunWriter();
  void Gather(std::unique_lock<std::mutex>& lock);
  std::unique_ptr<Session> TakeReader();
  void ReturnReader(std::unique_ptr<Session> reader);

  const std::string path_;
  std::unique_ptr<Session> writer_;  // the writer thread's own

  std::mutex queue_mutex_;
  std::condition_variable queue_changed_;
  std::vector<QueuedWork> queue_;
  bool stopping_ = false;
  size_t wanted_ = 1;  // the writer wakes when so many are queued

  // The writer thread's own: of the last group.
  size_t group_size_ = 0;
  std::chrono::nanoseconds group_time_{};

  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Session>> idle_readers_;

  std::thread writer_thread_;
};

}  // namespace sandbox::store
