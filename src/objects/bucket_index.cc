#include "objects/bucket_index.h"

namespace sandbox::objects {

void BucketIndex::Put(const ObjectInfo& info) {
  std::lock_guard lock(mutex_);
  if (state_ == State::kUnread) return;
  if (state_ == State::kReading) touched_.insert(info.key);
  entries_.insert_or_assign(info.key, Entry{info.size, info.etag, info.modified_at});
}

void BucketIndex::Erase(std::string_view key) {
  std::lock_guard lock(mutex_);
  if (state_ == State::kUnread) return;
  if (state_ == State::kReading) touched_.emplace(key);
  if (auto found = entries_.find(key); found != entries_.end()) entries_.erase(found);
}

Status BucketIndex::Load(const Scan& scan) {
  std::lock_guard loading(load_mutex_);
  {
    std::lock_guard lock(mutex_);
    if (state_ == State::kReady) return {};
    state_ = State::kReading;
  }
  Status scanned = scan([this](const ObjectInfo& info) {
    std::lock_guard lock(mutex_);
    if (!touched_.contains(info.key))
      entries_.insert_or_assign(info.key, Entry{info.size, info.etag, info.modified_at});
  });
  std::lock_guard lock(mutex_);
  touched_.clear();
  state_ = scanned ? State::kReady : State::kUnread;
  if (!scanned) entries_.clear();
  return scanned;
}

Result<ObjectListing> BucketIndex::List(const Scan& scan, std::string_view prefix, std::string_view delimiter,
                                        std::string_view after, size_t max) {
  if (auto loaded = Load(scan); !loaded) return std::unexpected(std::move(loaded.error()));
  std::lock_guard lock(mutex_);
  ObjectListing listing;
  auto at = after < prefix ? entries_.lower_bound(prefix) : entries_.upper_bound(after);
  while (at != entries_.end() && at->first.starts_with(prefix)) {
    if (listing.objects.size() + listing.common_prefixes.size() >= max) {
      listing.truncated = max > 0;
      break;
    }
    const auto& [key, entry] = *at;
    const size_t cut = delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
    if (cut == std::string::npos) {
      listing.objects.push_back({key, entry.size, entry.etag, entry.modified_at, {}});
      listing.last = key;
      ++at;
    } else {
      // No UTF-8 text contains 0xff: this is above every key of the group.
      listing.common_prefixes.push_back(key.substr(0, cut + delimiter.size()));
      listing.last = listing.common_prefixes.back() + '\xff';
      at = entries_.lower_bound(listing.last);
    }
  }
  return listing;
}

}  // namespace sandbox::objects
