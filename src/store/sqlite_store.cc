#include "store/sqlite_store.h"

#include "sandbox/base/log.h"
#include "store/write_group.h"

namespace sandbox::store {
namespace {

constexpr size_t kIdleReadersMax = 16;
constexpr std::chrono::milliseconds kGatherMax{1};

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

void SqliteStore::Write(Work work, Done done) {
  bool enough = false;
  {
    std::lock_guard lock(queue_mutex_);
    queue_.push_back({std::move(work), std::move(done)});
    enough = queue_.size() == wanted_;
  }
  if (enough) queue_changed_.notify_one();
}

// Clients that wait for each answer come back together: those of the last group are given a moment to share this sync too.
void SqliteStore::Gather(std::unique_lock<std::mutex>& lock) {
  if (stopping_ || queue_.size() >= group_size_) return;
  wanted_ = group_size_;
  const auto patience = std::min<std::chrono::nanoseconds>(group_time_ / 4, kGatherMax);
  queue_changed_.wait_for(lock, patience, [this] { return stopping_ || queue_.size() >= wanted_; });
  wanted_ = 1;
}

void SqliteStore::RunWriter() {
  std::unique_lock lock(queue_mutex_);
  while (true) {
    queue_changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Gather(lock);
    std::vector<QueuedWork> group = std::exchange(queue_, {});
    lock.unlock();
    group_size_ = group.size();
    const auto begin = std::chrono::steady_clock::now();
    CommitGroup(*writer_, std::move(group));
    group_time_ = std::chrono::steady_clock::now() - begin;
    lock.lock();
  }
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
