#pragma once

// The object store as clients write to it: new objects are refused while the disk has no room for them. What the
// platform itself writes goes past this.

#include <functional>
#include <memory>
#include <utility>

#include "sandbox/ports/object_store.h"

namespace sandbox::server {

class GuardedObjects final : public ObjectStore {
 public:
  // Both outlive this. `check` says why nothing is taken; any thread.
  GuardedObjects(ObjectStore& inner, std::function<Status()> check) : inner_(inner), check_(std::move(check)) {}

  Status CreateBucket(std::string_view bucket) override { return inner_.CreateBucket(bucket); }
  Status DeleteBucket(std::string_view bucket) override { return inner_.DeleteBucket(bucket); }
  bool HasBucket(std::string_view bucket) override { return inner_.HasBucket(bucket); }
  std::vector<std::pair<std::string, Instant>> ListBuckets() override { return inner_.ListBuckets(); }
  Result<std::unique_ptr<ObjectWriter>> Create(std::string_view bucket, std::string_view key,
                                               ObjectOptions options) override {
    if (Status room = check_(); !room) return std::unexpected(std::move(room.error()));
    return inner_.Create(bucket, key, std::move(options));
  }
  Result<std::unique_ptr<ObjectReader>> Open(std::string_view bucket, std::string_view key) override {
    return inner_.Open(bucket, key);
  }
  Result<ObjectInfo> Head(std::string_view bucket, std::string_view key) override { return inner_.Head(bucket, key); }
  Status Remove(std::string_view bucket, std::string_view key, const Precondition& precondition) override {
    return inner_.Remove(bucket, key, precondition);
  }
  Result<ObjectListing> List(std::string_view bucket, std::string_view prefix, std::string_view delimiter,
                             std::string_view after, size_t max) override {
    return inner_.List(bucket, prefix, delimiter, after, max);
  }
  Status Sync() override { return inner_.Sync(); }

 private:
  ObjectStore& inner_;
  const std::function<Status()> check_;
};

}  // namespace sandbox::server
