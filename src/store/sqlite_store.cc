#include "store/sqlite_store.h"

#include "sandbox/base/check.h"
#include "store/answer_thread.h"
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
    : path_(std::move(path)),
      writer_(std::move(writer)),
      owed_(std::make_unique<Owed>()),
      answers_(std::make_unique<AnswerThread>()),
      writer_thread_([this] { RunWriter(); }) {}

SqliteStore::~SqliteStore() {
  Close();
  // The last connection to close moves the log into the file: that must be one that may write.
  mover_.reset();
  idle_readers_.clear();
}

void SqliteStore::Close() {
  if (!writer_thread_.joinable()) return;
  {
    std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_changed_.notify_one();
  writer_thread_.join();
  answers_->Stop();
}

void SqliteStore::Write(Work work, Done done) { Queue({std::move(work), {}, std::move(done)}, true); }

void SqliteStore::WriteBehind(Size size, Work work, Done committed, Done durable) {
  QueuedWork queued{std::move(work), std::move(committed), std::move(durable)};
  if (size == Size::kLarge || !CommitHere(queued)) Queue(std::move(queued), false);
}

// False when the writer thread has to commit: a commit is under way, or an earlier one waits.
bool SqliteStore::CommitHere(QueuedWork& work) {
  {
    std::lock_guard lock(queue_mutex_);
    if (committing_ || !queue_.empty()) return false;
    committing_ = true;
  }
  const bool all_synced = !sync_at_;
  std::vector<QueuedWork> group;
  group.push_back(std::move(work));
  Commit(std::move(group));
  bool wake = all_synced || writer_->connection().LogIsLong();
  {
    std::lock_guard lock(queue_mutex_);
    committing_ = false;
    wake |= !queue_.empty() || std::exchange(held_up_, false);
  }
  if (wake) queue_changed_.notify_one();
  return true;
}

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

bool SqliteStore::IsWanted() const {
  if (committing_) return false;
  const bool sync_is_due = sync_at_ && *sync_at_ <= std::chrono::steady_clock::now();
  return stopping_ || !queue_.empty() || sync_is_due || log_is_moved_ || writer_->connection().LogIsLong();
}

void SqliteStore::Await(std::unique_lock<std::mutex>& lock) {
  while (!IsWanted()) {
    // Who commits in the call wakes this thread then, because a sync may be due: nobody else would.
    held_up_ = committing_;
    if (committing_ || !sync_at_) {
      queue_changed_.wait(lock);
    } else {
      queue_changed_.wait_until(lock, *sync_at_);
    }
  }
}

// Clients that wait for each answer come back together: those of the last group are given a moment to share this sync
// too.
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
    committing_ = true;
    lock.unlock();
    const auto begin = std::chrono::steady_clock::now();
    if (!group.empty()) Commit(std::move(group));
    if (waiting > 0) writer_->connection().ReserveLog();
    if (std::exchange(log_is_moved_, false)) writer_->connection().MoveLog();
    lock.lock();
    committing_ = false;
    if (waiting > 0 || last || (sync_at_ && *sync_at_ <= begin)) Sync(lock);
    if (waiting > 0) {
      group_size_ = waiting;
      group_time_ = std::chrono::steady_clock::now() - begin;
    }
    if (!committing_ && writer_->connection().LogIsLong()) MoveLog(lock);
  }
}

void SqliteStore::Commit(std::vector<QueuedWork> group) {
  writer_->Record(sink_ == nullptr ? ChangeKinds() : sink_->Wanted());
  const std::vector<Status> results = CommitGroup(*writer_, group);
  if (!sync_at_) sync_at_ = std::chrono::steady_clock::now() + kSyncDelay;
  AnswerGroup(std::move(group), results, *owed_);
}

// Of all commits up to now. Others may commit meanwhile.
void SqliteStore::Sync(std::unique_lock<std::mutex>& lock) {
  sync_at_.reset();
  Owed owed = std::exchange(*owed_, {});
  lock.unlock();
  writer_->connection().Sync();
  answers_->Give(std::move(owed), sink_);
  lock.lock();
}

// Moves most of the log while others commit. The rest is moved between commits: only then can the log begin anew.
void SqliteStore::MoveLog(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  if (mover_ == nullptr) {
    auto connection = Connection::Open(path_, Connection::Mode::kReadWrite);
    SANDBOX_CHECK(connection.has_value(), connection ? "" : connection.error().message);
    mover_ = std::move(*connection);
  }
  mover_->MoveLog();
  lock.lock();
  log_is_moved_ = true;
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
