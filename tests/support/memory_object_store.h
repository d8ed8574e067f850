#pragma once

// ObjectStore in memory, for tests and the simulation. Needs dep_openssl (digests). Any thread.

#include <openssl/evp.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "sandbox/base/encoding.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::testing {

inline std::string HexDigest(ObjectDigest kind, std::string_view bytes) {
  if (kind == ObjectDigest::kNone) return "";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  const EVP_MD* algorithm = kind == ObjectDigest::kMd5      ? EVP_md5()
                            : kind == ObjectDigest::kSha512 ? EVP_sha512()
                                                            : EVP_sha256();
  EVP_Digest(bytes.data(), bytes.size(), digest, &length, algorithm, nullptr);
  return Hex({reinterpret_cast<const char*>(digest), length});
}
inline std::string Md5Hex(std::string_view bytes) { return HexDigest(ObjectDigest::kMd5, bytes); }

class MemoryObjectStore : public ObjectStore {
 public:
  // Null: the system's clock.
  explicit MemoryObjectStore(Clock* clock = nullptr) : clock_(clock) { (void)CreateBucket(kBucket); }

  // Asked before every write becomes visible: its error is that of the write. Set before any thread uses the store.
  std::function<Status(std::string_view key)> on_commit;

  Status CreateBucket(std::string_view bucket) override {
    std::lock_guard lock(mutex_);
    buckets_.try_emplace(std::string(bucket));
    return {};
  }
  Status DeleteBucket(std::string_view bucket) override {
    std::lock_guard lock(mutex_);
    auto found = buckets_.find(bucket);
    if (found == buckets_.end()) return NoSuchBucket(bucket);
    if (!found->second.empty())
      return Fail(Code::kFailedPrecondition, "BUCKET_NOT_EMPTY", Cat("bucket ", bucket, " is not empty"));
    buckets_.erase(found);
    std::erase_if(unsynced_, [&](const auto& each) { return each.first.first == bucket; });
    return {};
  }
  bool HasBucket(std::string_view bucket) override {
    std::lock_guard lock(mutex_);
    return buckets_.contains(bucket);
  }
  std::vector<std::pair<std::string, Instant>> ListBuckets() override {
    std::lock_guard lock(mutex_);
    std::vector<std::pair<std::string, Instant>> result;
    for (const auto& [name, objects] : buckets_) result.emplace_back(name, Instant{});
    return result;
  }

  Result<std::unique_ptr<ObjectWriter>> Create(std::string_view bucket, std::string_view key,
                                               ObjectOptions options) override {
    if (!HasBucket(bucket)) return NoSuchBucket(bucket);
    if (auto right = CheckKey(key); !right) return std::unexpected(std::move(right.error()));
    return std::make_unique<Writer>(*this, std::string(bucket), std::string(key), std::move(options));
  }
  Result<std::unique_ptr<ObjectReader>> Open(std::string_view bucket, std::string_view key) override {
    auto object = Find(bucket, key);
    if (!object) return std::unexpected(std::move(object.error()));
    return std::make_unique<Reader>(*object);
  }
  Result<ObjectInfo> Head(std::string_view bucket, std::string_view key) override {
    auto object = Find(bucket, key);
    if (!object) return std::unexpected(std::move(object.error()));
    return (*object)->info;
  }
  using ObjectStore::Remove;
  Status Remove(std::string_view bucket, std::string_view key, const Precondition& precondition) override {
    std::lock_guard lock(mutex_);
    auto found = buckets_.find(bucket);
    if (found == buckets_.end()) return NoSuchBucket(bucket);
    const auto object = found->second.find(std::string(key));
    if (object == found->second.end()) return {};
    if (auto holds = CheckPrecondition(precondition, &object->second->info); !holds) return holds;
    found->second.erase(object);
    unsynced_.erase({std::string(bucket), std::string(key)});
    return {};
  }
  Result<ObjectListing> List(std::string_view bucket, std::string_view prefix, std::string_view delimiter,
                             std::string_view after, size_t max) override {
    std::lock_guard lock(mutex_);
    auto found = buckets_.find(bucket);
    if (found == buckets_.end()) return NoSuchBucket(bucket);
    ObjectListing listing;
    for (const auto& [key, object] : found->second) {
      if (key <= after || !key.starts_with(prefix)) continue;
      const size_t cut = delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
      const std::string group = cut == std::string::npos ? "" : key.substr(0, cut + delimiter.size());
      if (!group.empty() && !listing.common_prefixes.empty() && listing.common_prefixes.back() == group) continue;
      if (listing.objects.size() + listing.common_prefixes.size() >= max) {
        listing.truncated = max > 0;
        break;
      }
      if (group.empty()) {
        listing.objects.push_back({key, object->info.size, object->info.etag, object->info.modified_at, {}});
        listing.last = key;
      } else {
        listing.common_prefixes.push_back(group);
        listing.last = group + "\xff";
      }
    }
    return listing;
  }
  Status Sync() override {
    std::lock_guard lock(mutex_);
    unsynced_.clear();
    return {};
  }

  // Does what a power cut does: what was not synced is what it was before, but where `reached_disk` says otherwise.
  void LosePower(const std::function<bool()>& reached_disk) {
    std::lock_guard lock(mutex_);
    for (auto& [place, before] : std::exchange(unsynced_, {})) {
      if (reached_disk()) continue;
      auto& objects = buckets_.at(place.first);
      if (before) {
        objects[place.second] = before;
      } else {
        objects.erase(place.second);
      }
    }
  }

 private:
  struct Object {
    ObjectInfo info;
    std::string bytes;
  };
  using ObjectPtr = std::shared_ptr<const Object>;

  class Reader : public ObjectReader {
   public:
    explicit Reader(ObjectPtr object) : object_(std::move(object)) {}
    const ObjectInfo& Info() const override { return object_->info; }
    Result<std::string> ReadAt(uint64_t offset, size_t length) const override {
      if (offset >= object_->bytes.size()) return std::string();
      return object_->bytes.substr(offset, length);
    }

   private:
    ObjectPtr object_;
  };

  class Writer : public ObjectWriter {
   public:
    Writer(MemoryObjectStore& store, std::string bucket, std::string key, ObjectOptions options)
        : store_(store),
          bucket_(std::move(bucket)),
          durability_(options.durability),
          digest_(options.digest),
          object_(std::make_shared<Object>()) {
      object_->info.key = std::move(key);
      object_->info.attributes = std::move(options.attributes);
    }
    Status Append(std::string_view bytes) override {
      object_->bytes += bytes;
      return {};
    }
    Status CopyRange(const ObjectReader& source, uint64_t offset, uint64_t length) override {
      if (dynamic_cast<const Reader*>(&source) == nullptr)
        return Fail(Code::kInvalidArgument, "OTHER_STORE", "the source of a copy is in another store");
      const uint64_t size = source.Info().size;
      if (offset > size || length > size - offset)
        return Fail(Code::kOutOfRange, "BAD_RANGE", "the range is not inside the object");
      auto bytes = source.ReadAt(offset, length);
      if (!bytes) return std::unexpected(std::move(bytes.error()));
      copied_ = true;
      return Append(*bytes);
    }
    void SetKey(std::string key) override { object_->info.key = std::move(key); }
    void SetEtag(std::string etag) override { object_->info.etag = std::move(etag); }
    void SetModifiedAt(Instant at) override { object_->info.modified_at = at; }
    void SetHeader(std::string name, std::string value) override {
      object_->info.attributes.headers[std::move(name)] = std::move(value);
    }
    std::string Digest() override { return HexDigest(digest_, object_->bytes); }
    Result<std::string> DigestOf(ObjectDigest kind) override { return HexDigest(kind, object_->bytes); }
    Result<ObjectInfo> Commit(const Precondition& precondition) override {
      ObjectInfo& info = object_->info;
      if (auto right = CheckKey(info.key); !right) return std::unexpected(std::move(right.error()));
      if (info.etag.empty() && (digest_ == ObjectDigest::kNone || copied_))
        return Fail(Code::kFailedPrecondition, "NO_ETAG", "an object without a digest of all its bytes needs a tag");
      if (store_.on_commit) {
        if (auto allowed = store_.on_commit(info.key); !allowed) return std::unexpected(std::move(allowed.error()));
      }
      info.size = object_->bytes.size();
      if (info.etag.empty()) info.etag = Digest();
      if (info.modified_at == Instant{}) info.modified_at = store_.Now();
      std::lock_guard lock(store_.mutex_);
      auto found = store_.buckets_.find(bucket_);
      if (found == store_.buckets_.end()) return NoSuchBucket(bucket_);
      const auto current = found->second.find(info.key);
      const ObjectInfo* current_info = current == found->second.end() ? nullptr : &current->second->info;
      if (auto holds = CheckPrecondition(precondition, current_info); !holds)
        return std::unexpected(std::move(holds.error()));
      store_.Replace(found->second, bucket_, object_, durability_);
      return info;
    }

   private:
    MemoryObjectStore& store_;
    std::string bucket_;
    Durability durability_;
    ObjectDigest digest_;
    bool copied_ = false;
    std::shared_ptr<Object> object_;
  };

  void Replace(std::map<std::string, ObjectPtr>& objects, const std::string& bucket, ObjectPtr object,
               Durability durability) {
    const std::string key = object->info.key;
    ObjectPtr before = std::exchange(objects[key], std::move(object));
    if (durability == Durability::kSynced) {
      unsynced_.erase({bucket, key});
    } else {
      unsynced_.try_emplace({bucket, key}, std::move(before));
    }
  }

  static Status CheckKey(std::string_view key) {
    if (!key.empty() && key.size() <= 1024) return {};
    return Fail(Code::kInvalidArgument, "KEY_TOO_LONG", "a key has 1 to 1024 bytes");
  }
  static std::unexpected<Error> NoSuchBucket(std::string_view bucket) {
    return Fail(Code::kNotFound, "NO_SUCH_BUCKET", Cat("bucket ", bucket, " does not exist"));
  }
  Instant Now() const {
    return clock_ != nullptr ? clock_->Now() : std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
  Result<ObjectPtr> Find(std::string_view bucket, std::string_view key) {
    std::lock_guard lock(mutex_);
    auto found = buckets_.find(bucket);
    if (found == buckets_.end()) return NoSuchBucket(bucket);
    auto object = found->second.find(std::string(key));
    if (object == found->second.end())
      return Fail(Code::kNotFound, "NO_SUCH_KEY", Cat("object ", key, " does not exist"));
    return object->second;
  }

  Clock* clock_;
  std::mutex mutex_;
  std::map<std::string, std::map<std::string, ObjectPtr>, std::less<>> buckets_;
  // What a power cut takes away, by bucket and key: what was there when all was synced; null: nothing.
  std::map<std::pair<std::string, std::string>, ObjectPtr> unsynced_;
};

}  // namespace sandbox::testing
