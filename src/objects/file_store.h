#pragma once

// ObjectStore on files: docs/decisions/objects.md. One process per directory.

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "sandbox/ports/object_store.h"

namespace sandbox::objects {

class FileObjectStore : public ObjectStore {
 public:
  // Makes the directory and removes what a crash left half written.
  static Result<std::unique_ptr<FileObjectStore>> Open(const std::string& directory);
  ~FileObjectStore() override;

  Status CreateBucket(std::string_view bucket) override;
  Status DeleteBucket(std::string_view bucket) override;
  bool HasBucket(std::string_view bucket) override;
  std::vector<std::pair<std::string, Instant>> ListBuckets() override;
  Result<std::unique_ptr<ObjectWriter>> Create(std::string_view bucket, std::string_view key,
                                               ObjectOptions options) override;
  Result<std::unique_ptr<ObjectReader>> Open(std::string_view bucket, std::string_view key) override;
  Result<ObjectInfo> Head(std::string_view bucket, std::string_view key) override;
  using ObjectStore::Remove;
  Status Remove(std::string_view bucket, std::string_view key, const Precondition& precondition) override;
  Result<ObjectListing> List(std::string_view bucket, std::string_view prefix, std::string_view delimiter,
                             std::string_view after, size_t max) override;
  // Of the file system that the directory is on.
  Status Sync() override;

 private:
  struct Bucket;
  using BucketPtr = std::shared_ptr<Bucket>;
  class Place;

  explicit FileObjectStore(std::string root) : root_(std::move(root)) {}
  Status LoadBuckets();
  Result<BucketPtr> Find(std::string_view bucket);
  // Has `put` make the file of a key at the path that it gets.
  Status Change(Bucket& bucket, const ObjectInfo& info, const Precondition& precondition,
                const std::function<Status(const std::string& path)>& put);

  std::string root_;
  std::shared_mutex mutex_;  // of buckets_; held shared while a change inside a bucket is made
  std::map<std::string, BucketPtr, std::less<>> buckets_;
  std::array<std::mutex, 64> key_mutexes_;  // orders the changes of one key on disk and in the index
  std::atomic<uint64_t> temporaries_ = 0;
};

}  // namespace sandbox::objects
