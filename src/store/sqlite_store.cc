#include "store/sqlite_store.h"

#include "sandbox/base/log.h"
#include "store/write_group.h"

namespace sandbox::store {
namespace {

constexpr size_t kIdleReadersMax = 16;
constexpr std::chrono::milliseconds kGatherMax{1};
constexpr std::chrono::milliseconds kSyncDelay{10};

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::Open(const std::string& path) {
  auto writer = OpenForWriting(path);
  if (!writer) return std::unexpected(writer.error());
  return std::unique_ptr<SqliteStore>(new SqliteStore(path, std::move(*writer)));
}

SqliteStore::SqliteStore(std::string path, std::unique_ptr<Session> writer)
    : path_(std::move(path)), writer_(std::move(writer)), writer_thread_([this] { RunWriter(); }) {}

SqliteStore::~SqliteStore() {
  {
    std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_changed_.notify_one();
  writer_thread_.join();
  // The last connection to close moves the log into the file: that must be one that may write.
  idle_readers_.clear();
}

void SqliteStore::Write(Work work, Done done) { Queue({std::move(work), {}, std::move(done)}, true); }

void SqliteStore::WriteBehind(Work work, Done committed, Done durable) { Queue({std::move(work), std::move(committed), std::move(durable)}, false); }

void SqliteStore::Queue(QueuedWork work, bool waits) {
  bool enough = false;
  {
    std::lock_guard lock(queue_mutex_);
    queue_.push_back(std::move(work));
    if (waits) ++waiting_;
    enough = wanted_ == 0 ? queue_.size() == 1 : waiting_ == wanted_;
  }
  if (enough) queue_changed_.notify_one();
}

// For work, for the time of a sync, or for the end.
void SqliteStore::Await(std::unique_lock<std::mutex>& lock) {
  const auto woken = [this] { return stopping_ || !queue_.empty(); };
  sync_at_ ? (void)queue_changed_.wait_until(lock, *sync_at_, woken) : queue_changed_.wait(lock, woken);
}

// Clients that wait for each answer come back together: those of the last group are given a moment to share this sync too.
void SqliteStore::Gather(std::unique_lock<std::mutex>& lock) {
  if (stopping_ || waiting_ == 0 || waiting_ >= group_size_) return;
  wanted_ = group_size_;
  const auto patience = std::min<std::chrono::nanoseconds>(group_time_ / 4, kGatherMax);
  queue_changed_.wait_for(lock, patience, [this] { return stopping_ || waiting_ >= wanted_; });
  wanted_ = 0;
}

void SqliteStore::RunWriter() {
  std::unique_lock lock(queue_mutex_);
  while (true) {
    Await(lock);
    if (stopping_ && queue_.empty() && !sync_at_) return;
    Gather(lock);
    std::vector<QueuedWork> group = std::exchange(queue_, {});
    const size_t waiting = std::exchange(waiting_, 0);
    const bool last = stopping_;
    lock.unlock();
    const auto begin = std::chrono::steady_clock::now();
    if (!group.empty()) Commit(std::move(group));
    if (waiting > 0 || last || (sync_at_ && *sync_at_ <= begin)) Sync();
    if (waiting > 0) {
      group_size_ = waiting;
      group_time_ = std::chrono::steady_clock::now() - begin;
    }
    lock.lock();
  }
}

void SqliteStore::Commit(std::vector<QueuedWork> group) {
  Connection& db = writer_->connection();
  db.Execute("BEGIN IMMEDIATE");
  const std::vector<Status> results = RunGroup(*writer_, group);
  db.Execute("COMMIT");
  if (!sync_at_) sync_at_ = std::chrono::steady_clock::now() + kSyncDelay;
  AnswerGroup(std::move(group), results, owed_);
}

void SqliteStore::Sync() {
  writer_->connection().Sync();
  sync_at_.reset();
  for (const auto& answer : std::exchange(owed_, {})) answer();
}

void SqliteStore::Read(const std::function<void(MetadataReader&)>& read) {
  std::unique_ptr<Session> reader = TakeReader();
  // The first statement inside takes the snapshot that all others see.
  reader->connection().Execute("BEGIN");
  read(*reader);
  reader->connection().Execute("COMMIT");
  ReturnReader(std::move(reader));
}

std::unique_ptr<Session> SqliteStore::TakeReader() {
  {
    std::lock_guard lock(readers_mutex_);
    if (!idle_readers_.empty()) {
      std::unique_ptr<Session> reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  auto connection = Connection::Open(path_, Connection::Mode::kReadOnly);
  SANDBOX_CHECK(connection.has_value(), connection.error().message);
  return std::make_unique<Session>(std::move(*connection));
}

void SqliteStore::ReturnReader(std::unique_ptr<Session> reader) {
  std::lock_guard lock(readers_mutex_);
  if (idle_readers_.size() < kIdleReadersMax) idle_readers_.push_back(std::move(reader));
}

}  // namespace sandbox::store
