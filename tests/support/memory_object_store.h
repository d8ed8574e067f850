#pragma once

// ObjectStore in memory, for tests. Needs dep_openssl (the MD5). Any thread. `fail_writes` makes Create and Append
// fail.

#include <openssl/evp.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "sandbox/ports/object_store.h"

namespace sandbox::testing {

inline std::string Md5Hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_md5(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

class MemoryObjectStore : public ObjectStore {
 public:
  MemoryObjectStore() { (void)CreateBucket(kBucket); }

  std::atomic<bool> fail_writes = false;

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
                                               ObjectAttributes attributes, Durability) override {
    if (!HasBucket(bucket)) return NoSuchBucket(bucket);
    if (fail_writes) return Fail(Code::kResourceExhausted, "DISK_FULL", "no space left on device");
    return std::make_unique<Writer>(*this, std::string(bucket), std::string(key), std::move(attributes));
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
  Status RemoveIf(std::string_view bucket, std::string_view key, const Precondition& allowed) override {
    std::lock_guard lock(mutex_);
    auto found = buckets_.find(bucket);
    if (found == buckets_.end()) return NoSuchBucket(bucket);
    if (auto agreed = Ask(found->second, std::string(key), allowed); !agreed) return agreed;
    found->second.erase(std::string(key));
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
    int FileDescriptor() const override { return -1; }

   private:
    ObjectPtr object_;
  };

  class Writer : public ObjectWriter {
   public:
    Writer(MemoryObjectStore& store, std::string bucket, std::string key, ObjectAttributes attributes)
        : store_(store), bucket_(std::move(bucket)), object_(std::make_shared<Object>()) {
      object_->info.key = std::move(key);
      object_->info.attributes = std::move(attributes);
    }
    Status Append(std::string_view bytes) override {
      if (store_.fail_writes) return Fail(Code::kResourceExhausted, "DISK_FULL", "no space left on device");
      object_->bytes += bytes;
      return {};
    }
    Status AppendObject(const ObjectReader& source, uint64_t offset, uint64_t length) override {
      auto bytes = source.ReadAt(offset, length);
      if (!bytes) return std::unexpected(std::move(bytes.error()));
      return Append(*bytes);
    }
    void SetEtag(std::string etag) override { object_->info.etag = std::move(etag); }
    void SetModifiedAt(Instant at) override { object_->info.modified_at = at; }
    void SetHeader(std::string name, std::string value) override {
      object_->info.attributes.headers[std::move(name)] = std::move(value);
    }
    std::string Md5() override { return Md5Hex(object_->bytes); }
    Result<ObjectInfo> CommitIf(const Precondition& allowed) override {
      ObjectInfo& info = object_->info;
      info.size = object_->bytes.size();
      if (info.etag.empty()) info.etag = Md5();
      if (info.modified_at == Instant{})
        info.modified_at = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
      std::lock_guard lock(store_.mutex_);
      auto found = store_.buckets_.find(bucket_);
      if (found == store_.buckets_.end()) return NoSuchBucket(bucket_);
      if (auto agreed = Ask(found->second, info.key, allowed); !agreed)
        return std::unexpected(std::move(agreed.error()));
      found->second[info.key] = object_;
      return info;
    }

   private:
    MemoryObjectStore& store_;
    std::string bucket_;
    std::shared_ptr<Object> object_;
  };

  static std::unexpected<Error> NoSuchBucket(std::string_view bucket) {
    return Fail(Code::kNotFound, "NO_SUCH_BUCKET", Cat("bucket ", bucket, " does not exist"));
  }
  static Status Ask(const std::map<std::string, ObjectPtr>& objects, const std::string& key,
                    const Precondition& allowed) {
    if (!allowed) return {};
    const auto current = objects.find(key);
    return allowed(current == objects.end() ? nullptr : &current->second->info);
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

  std::mutex mutex_;
  std::map<std::string, std::map<std::string, ObjectPtr>, std::less<>> buckets_;
};

}  // namespace sandbox::testing
