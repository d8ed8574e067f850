#include "store/sync_store.h"

#include "store/write_group.h"

namespace sandbox::store {

Result<std::unique_ptr<SyncStore>> SyncStore::Open(const std::string& path) {
  auto session = OpenForWriting(path);
  if (!session) return std::unexpected(session.error());
  return std::unique_ptr<SyncStore>(new SyncStore(std::move(*session)));
}

SyncStore::SyncStore(std::unique_ptr<Session> session)
    : session_(std::move(session)), owed_(std::make_unique<Owed>()) {}
SyncStore::~SyncStore() = default;

void SyncStore::Write(Work work, Done done) { queue_.push_back({std::move(work), {}, std::move(done)}); }

void SyncStore::WriteBehind(Size, Work work, Done committed, Done durable) {
  queue_.push_back({std::move(work), std::move(committed), std::move(durable)});
}

void SyncStore::Read(const std::function<void(MetadataReader&)>& read) { read(*session_); }

size_t SyncStore::Commit() {
  std::vector<QueuedWork> group = std::exchange(queue_, {});
  const size_t size = group.size();
  if (size == 0) return 0;
  if (!unsynced_) session_->connection().Execute("BEGIN IMMEDIATE");
  unsynced_ = true;
  session_->Record(sink_ == nullptr ? ChangeKinds() : sink_->Wanted());
  const std::vector<Status> results = RunGroup(*session_, group);
  AnswerGroup(std::move(group), results, *owed_);
  return size;
}

bool SyncStore::Sync() {
  if (!std::exchange(unsynced_, false)) return false;
  session_->connection().Execute("COMMIT");
  Settle(std::exchange(*owed_, {}), sink_);
  return true;
}

size_t SyncStore::Flush() {
  const size_t size = Commit();
  Sync();
  return size;
}

void SyncStore::EndProcess() {
  queue_.clear();
  *owed_ = {};
}

void SyncStore::LosePower() {
  EndProcess();
  if (std::exchange(unsynced_, false)) session_->connection().Execute("ROLLBACK");
}

}  // namespace sandbox::store
