#include "executor/unsynced_objects.h"

#include <ranges>
#include <set>

#include "sandbox/base/log.h"
#include "values/stored_values.h"

namespace sandbox::executor {
namespace {

// A larger object costs the log of the database more than the sync of its file.
constexpr size_t kCopyBytesMax = 16 * 1024;
// By then the kernel has written most of it by itself.
constexpr Duration kSyncEvery = std::chrono::seconds(60);
constexpr uint64_t kSyncBytes = 8 * 1024 * 1024;

}  // namespace

bool IsSmall(const engine::ObjectWrite& object) { return engine::EncodedSize(object) <= kCopyBytesMax; }

Status UnsyncedObjects::Write(const engine::ObjectWrite& object, std::vector<model::UnsyncedObject>& unsynced) {
  std::string bytes = engine::Encode(object);
  const bool copied = object.durability == Durability::kSynced && IsSmall(object);
  auto put = values::WriteObject(deps_.objects, object.uri, bytes, copied ? Durability::kCached : object.durability);
  if (!put) return std::unexpected(std::move(put.error()));
  if (copied) unsynced.push_back({0, object.uri, std::move(bytes), put->modified_at, boot_});
  return {};
}

void UnsyncedObjects::OnCommitted(const std::vector<model::UnsyncedObject>& unsynced) {
  if (unsynced.empty()) return;
  for (const model::UnsyncedObject& object : unsynced) bytes_ += object.uri.size() + object.bytes.size();
  bytes_ >= kSyncBytes ? Sync() : SyncLater();
}

void UnsyncedObjects::SyncLater() {
  if (timer_ || syncing_) return;
  timer_ = deps_.loop.At(deps_.clock.Now() + kSyncEvery, [this] { Sync(); });
}

// All that is committed by now was written before.
void UnsyncedObjects::Sync() {
  if (std::exchange(syncing_, true)) return;
  timer_.reset();
  bytes_ = 0;
  deps_.workers.Run([this] {
    const uint64_t last = deps_.store.Query([](MetadataReader& reader) { return reader.LastUnsyncedObject(); });
    const Status synced = deps_.objects.Sync();
    deps_.loop.Post([this, last, synced] { OnSynced(last, synced); });
  });
}

void UnsyncedObjects::OnSynced(uint64_t last, const Status& synced) {
  syncing_ = false;
  if (synced) {
    Delete(last);
  } else {
    Log(LogLevel::kWarning, "executor", Cat("objects cannot be synced for now: ", synced.error().message));
  }
  if (bytes_ > 0 || !synced) SyncLater();
}

Status UnsyncedObjects::Restore() {
  const auto copies = deps_.store.Query([this](MetadataReader& reader) { return reader.ListUnsyncedObjects(boot_); });
  if (copies.empty()) return {};
  std::set<std::string_view> seen;  // of several of one object the last one counts
  for (const model::UnsyncedObject& copy : copies | std::views::reverse) {
    if (!seen.insert(copy.uri).second) continue;
    if (auto restored = RestoreOne(copy); !restored) return restored;
  }
  Delete(copies.back().number);
  return {};
}

void UnsyncedObjects::Delete(uint64_t last) {
  deps_.store.WriteBehind(MetadataStore::Size::kLarge,
                          [last](MetadataWriter& writer) { return writer.DeleteUnsyncedObjects(last); }, {}, {});
}

Status UnsyncedObjects::RestoreOne(const model::UnsyncedObject& copy) {
  auto place = ParseObjectUri(copy.uri);
  if (!place) return std::unexpected(std::move(place.error()));
  const auto reader = deps_.objects.Open(place->bucket, place->key);
  if (reader && (*reader)->Info().modified_at > copy.modified_at) return {};  // somebody has replaced it since
  if (reader && (*reader)->Info().size == copy.bytes.size() && (*reader)->ReadAt(0, copy.bytes.size()) == copy.bytes)
    return {};
  Log(LogLevel::kWarning, "executor", Cat("writes again what a power cut took away: ", copy.uri));
  auto put = values::WriteObject(deps_.objects, copy.uri, copy.bytes, Durability::kSynced);
  if (!put) return std::unexpected(std::move(put.error()));
  return {};
}

}  // namespace sandbox::executor
