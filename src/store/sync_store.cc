#include "store/sync_store.h"

#include "store/write_group.h"

namespace sandbox::store {

Result<std::unique_ptr<SyncStore>> SyncStore::Open(const std::string& path) {
  auto session = OpenForWriting(path);
  if (!session) return std::unexpected(session.error());
  return std::unique_ptr<SyncStore>(new SyncStore(std::move(*session)));
}

SyncStore::SyncStore(std::unique_ptr<Session> session) : session_(std::move(session)) {}
SyncStore::~SyncStore() = default;

void SyncStore::Write(Work work, Done done) { queue_.push_back({std::move(work), std::move(done)}); }

void SyncStore::Read(const std::function<void(MetadataReader&)>& read) { read(*session_); }

size_t SyncStore::Flush() {
  std::vector<QueuedWork> group = std::exchange(queue_, {});
  const size_t size = group.size();
  if (size > 0) CommitGroup(*session_, std::move(group));
  return size;
}

size_t SyncStore::DropUncommitted() { return std::exchange(queue_, {}).size(); }

}  // namespace sandbox::store
