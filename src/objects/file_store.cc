#include "objects/file_store.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

#include "objects/bucket_index.h"
#include "objects/files.h"
#include "objects/object_file.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/log.h"

namespace sandbox::objects {
namespace {

namespace fs = std::filesystem;

// One directory: its sync is shared by all writers that renamed into it; two directories would need two.
constexpr size_t kShards = 1;
constexpr size_t kKeyBytesMax = 1024;
constexpr size_t kPageBytes = 4096;  // of the kernel's page cache, or less

// The file of a key: a hash, so that any key is a legal name of fixed length. The first digit chooses the shard's
// directory.
std::string FileName(std::string_view key) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(key.data(), key.size(), digest, &length, EVP_sha256(), nullptr);
  return Hex({reinterpret_cast<const char*>(digest), length});
}

size_t ShardOf(std::string_view name) {
  return static_cast<size_t>(name[0] <= '9' ? name[0] - '0' : name[0] - 'a' + 10) * kShards / 16;
}

bool IsBucketName(std::string_view name) {
  if (name.empty() || name.size() > 63 || name == "." || name == "..") return false;
  for (char c : name) {
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.' && c != '-' &&
        c != '_')
      return false;
  }
  return true;
}

Status CheckKey(std::string_view key) {
  if (!key.empty() && key.size() <= kKeyBytesMax) return {};
  return Fail(Code::kInvalidArgument, "KEY_TOO_LONG", "a key has 1 to 1024 bytes");
}

std::unexpected<Error> NoSuchBucket(std::string_view bucket) {
  return Fail(Code::kNotFound, "NO_SUCH_BUCKET", Cat("bucket ", bucket, " does not exist"));
}
std::unexpected<Error> NoSuchKey(std::string_view key) {
  return Fail(Code::kNotFound, "NO_SUCH_KEY", Cat("object ", key, " does not exist"));
}

}  // namespace

struct FileObjectStore::Bucket {
  Bucket(std::string path_in, Instant created_at_in) : path(std::move(path_in)), created_at(created_at_in) {
    for (size_t i = 0; i < kShards; ++i) shards[i] = std::make_unique<DirectorySync>(ShardPath(i));
  }
  std::string ShardPath(size_t shard) const { return Cat(path, "/", std::string(1, "0123456789abcdef"[shard])); }
  std::string FilePath(std::string_view name) const { return Cat(ShardPath(ShardOf(name)), "/", name); }
  Result<std::unique_ptr<FileReader>> Open(std::string_view key) const;
  // Under the key's mutex.
  Status Check(std::string_view key, const Precondition& precondition) const;
  Status Scan(const std::function<void(const ObjectInfo&)>& each) const;
  bool IsEmpty() const;

  std::string path;
  Instant created_at;
  std::array<std::unique_ptr<DirectorySync>, kShards> shards;
  BucketIndex index;
};

Result<std::unique_ptr<FileReader>> FileObjectStore::Bucket::Open(std::string_view key) const {
  const std::string file = FilePath(FileName(key));
  Fd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return NoSuchKey(key);
  if (!fd) return DiskError(Cat("open object ", key), errno);
  auto info = ReadTrailer(fd.Get());
  if (!info && info.error().reason == "NO_SUCH_KEY") return NoSuchKey(key);
  if (!info) return std::unexpected(std::move(info.error()).While(Cat("reading object ", key)));
  return std::make_unique<FileReader>(std::move(fd), std::move(*info));
}

Status FileObjectStore::Bucket::Check(std::string_view key, const Precondition& precondition) const {
  if (precondition.Empty()) return {};
  auto current = Open(key);
  if (!current && current.error().reason != "NO_SUCH_KEY") return std::unexpected(std::move(current.error()));
  return CheckPrecondition(precondition, current ? &(*current)->Info() : nullptr);
}

Status FileObjectStore::Bucket::Scan(const std::function<void(const ObjectInfo&)>& each) const {
  for (size_t shard = 0; shard < kShards; ++shard) {
    std::error_code error;
    for (fs::directory_iterator at(ShardPath(shard), error), end; !error && at != end; at.increment(error)) {
      Fd fd(open(at->path().c_str(), O_RDONLY | O_CLOEXEC));
      if (!fd && errno == ENOENT) continue;
      if (!fd) return DiskError("open an object", errno);
      auto info = ReadTrailer(fd.Get());
      if (info) {
        each(*info);
      } else if (info.error().reason != "NO_SUCH_KEY") {
        Log(LogLevel::kWarning, "objects", Cat(at->path().string(), ": ", info.error().message));
      }
    }
    if (error) return DiskError(Cat("list ", ShardPath(shard)), error.value());
  }
  return {};
}

bool FileObjectStore::Bucket::IsEmpty() const {
  for (size_t shard = 0; shard < kShards; ++shard) {
    std::error_code error;
    for (fs::directory_iterator at(ShardPath(shard), error), end; !error && at != end; at.increment(error)) {
      if (at->file_size(error) > 0) return false;  // an empty file is no object yet
    }
  }
  return true;
}

Result<std::unique_ptr<FileObjectStore>> FileObjectStore::Open(const std::string& directory) {
  std::error_code error;
  fs::remove_all(directory + "/tmp", error);
  fs::create_directories(directory + "/buckets", error);
  fs::create_directories(directory + "/tmp", error);
  if (error) return DiskError(Cat("create directory ", directory), error.value());
  std::unique_ptr<FileObjectStore> store(new FileObjectStore(directory));
  if (auto loaded = store->LoadBuckets(); !loaded) return std::unexpected(std::move(loaded.error()));
  return store;
}

FileObjectStore::~FileObjectStore() = default;

Status FileObjectStore::LoadBuckets() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root_ + "/buckets", error)) {
    const std::string name = entry.path().filename();
    struct stat status;
    if (!IsBucketName(name) || stat(entry.path().c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) continue;
    const Instant created_at(std::chrono::seconds(status.st_mtim.tv_sec) +
                             std::chrono::nanoseconds(status.st_mtim.tv_nsec));
    auto bucket = std::make_shared<Bucket>(entry.path(), created_at);
    // A crash while a bucket was made leaves some of its directories out.
    for (size_t shard = 0; shard < kShards; ++shard) {
      if (auto made = MakeDirectory(bucket->ShardPath(shard)); !made) return made;
    }
    buckets_.emplace(name, std::move(bucket));
  }
  if (error) return DiskError(Cat("list ", root_), error.value());
  return {};
}

Status FileObjectStore::CreateBucket(std::string_view name) {
  if (!IsBucketName(name))
    return Fail(Code::kInvalidArgument, "INVALID_BUCKET_NAME", Cat("\"", name, "\" is not a name of a bucket"));
  std::unique_lock lock(mutex_);
  if (buckets_.contains(name)) return {};
  auto bucket = std::make_shared<Bucket>(Cat(root_, "/buckets/", name),
                                         std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
  if (auto made = MakeDirectory(bucket->path); !made) return made;
  for (size_t shard = 0; shard < kShards; ++shard) {
    if (auto made = MakeDirectory(bucket->ShardPath(shard)); !made) return made;
  }
  if (auto synced = DirectorySync(bucket->path).Sync(); !synced) return synced;
  if (auto synced = DirectorySync(root_ + "/buckets").Sync(); !synced) return synced;
  buckets_.emplace(name, std::move(bucket));
  return {};
}

Status FileObjectStore::DeleteBucket(std::string_view name) {
  std::unique_lock lock(mutex_);
  auto found = buckets_.find(name);
  if (found == buckets_.end()) return NoSuchBucket(name);
  if (!found->second->IsEmpty())
    return Fail(Code::kFailedPrecondition, "BUCKET_NOT_EMPTY", Cat("bucket ", name, " is not empty"));
  std::error_code error;
  fs::remove_all(found->second->path, error);
  if (error) return DiskError(Cat("remove bucket ", name), error.value());
  buckets_.erase(found);
  return DirectorySync(root_ + "/buckets").Sync();
}

bool FileObjectStore::HasBucket(std::string_view bucket) {
  std::shared_lock lock(mutex_);
  return buckets_.contains(bucket);
}

std::vector<std::pair<std::string, Instant>> FileObjectStore::ListBuckets() {
  std::shared_lock lock(mutex_);
  std::vector<std::pair<std::string, Instant>> result;
  for (const auto& [name, bucket] : buckets_) result.emplace_back(name, bucket->created_at);
  return result;
}

Result<FileObjectStore::BucketPtr> FileObjectStore::Find(std::string_view name) {
  std::shared_lock lock(mutex_);
  auto found = buckets_.find(name);
  if (found == buckets_.end()) return NoSuchBucket(name);
  return found->second;
}

// Under the mutex of the key.
Status FileObjectStore::Change(Bucket& bucket, const ObjectInfo& info, const Precondition& precondition,
                               const std::function<Status(const std::string& path)>& put) {
  if (auto right = CheckKey(info.key); !right) return right;
  const std::string name = FileName(info.key);
  std::shared_lock alive(mutex_);
  std::lock_guard ordered(key_mutexes_[std::hash<std::string>()(name) % key_mutexes_.size()]);
  if (auto holds = bucket.Check(info.key, precondition); !holds) return holds;
  if (auto done = put(bucket.FilePath(name)); !done) return done;
  bucket.index.Put(info);
  return {};
}

namespace {

// A file cannot be made at its place.
std::unexpected<Error> PlaceError(const ObjectInfo& info, int error) {
  if (error == ENOENT) return Fail(Code::kNotFound, "NO_SUCH_BUCKET", "the bucket was removed");
  return DiskError(Cat("publish object ", info.key), error);
}

}  // namespace

class FileObjectStore::Place final : public FilePlace {
 public:
  Place(FileObjectStore& store, BucketPtr bucket) : store_(store), bucket_(std::move(bucket)) {}

  Result<Temporary> MakeTemporary() override {
    const std::string path = Cat(store_.root_, "/tmp/", ++store_.temporaries_);
    Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!fd) return DiskError(Cat("create ", path), errno);
    return Temporary{std::move(fd), path};
  }

  Status Publish(const std::string& temporary, const ObjectInfo& info, const Precondition& precondition,
                 Durability durability) override {
    auto published = store_.Change(*bucket_, info, precondition, [&](const std::string& path) -> Status {
      if (rename(temporary.c_str(), path.c_str()) != 0) return PlaceError(info, errno);
      return {};
    });
    if (!published || durability == Durability::kCached) return published;
    return bucket_->shards[ShardOf(FileName(info.key))]->Sync();
  }

  // One write of at most a page is seen whole or, before it, as an empty file, which counts as none. A process that is
  // killed between the two calls leaves that.
  Result<bool> PlaceNew(std::string_view file, const ObjectInfo& info, const Precondition& precondition) override {
    if (file.size() > kPageBytes) return false;
    bool is_new = true;
    auto placed = store_.Change(*bucket_, info, precondition, [&](const std::string& path) -> Status {
      Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
      is_new = fd || errno != EEXIST;
      if (!is_new) return Fail(Code::kAlreadyExists, "OBJECT_EXISTS", "there is an object of this key");
      if (!fd) return PlaceError(info, errno);
      auto written = WriteAll(fd.Get(), file);
      if (written) return {};
      unlink(path.c_str());
      return std::unexpected(std::move(written.error()).While(Cat("writing ", path)));
    });
    if (!is_new) return false;
    if (!placed) return std::unexpected(std::move(placed.error()));
    return true;
  }

 private:
  FileObjectStore& store_;
  BucketPtr bucket_;
};

Result<std::unique_ptr<ObjectWriter>> FileObjectStore::Create(std::string_view bucket_name, std::string_view key,
                                                              ObjectOptions options) {
  auto bucket = Find(bucket_name);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  if (auto right = CheckKey(key); !right) return std::unexpected(std::move(right.error()));
  ObjectInfo info;
  info.key = key;
  info.attributes = std::move(options.attributes);
  return std::make_unique<FileWriter>(std::make_unique<Place>(*this, std::move(*bucket)), std::move(info),
                                      options.durability, options.digest);
}

Result<std::unique_ptr<ObjectReader>> FileObjectStore::Open(std::string_view bucket_name, std::string_view key) {
  auto bucket = Find(bucket_name);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  return (*bucket)->Open(key);
}

Result<ObjectInfo> FileObjectStore::Head(std::string_view bucket_name, std::string_view key) {
  auto reader = Open(bucket_name, key);
  if (!reader) return std::unexpected(std::move(reader.error()));
  return (*reader)->Info();
}

Status FileObjectStore::Remove(std::string_view bucket_name, std::string_view key, const Precondition& precondition) {
  auto bucket = Find(bucket_name);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const std::string name = FileName(key);
  std::lock_guard ordered(key_mutexes_[std::hash<std::string>()(name) % key_mutexes_.size()]);
  if (auto holds = (*bucket)->Check(key, precondition); !holds) {
    // What is not there is removed already.
    return holds.error().reason == "NO_SUCH_KEY" ? Status() : holds;
  }
  if (unlink((*bucket)->FilePath(name).c_str()) != 0 && errno != ENOENT)
    return DiskError(Cat("remove object ", key), errno);
  (*bucket)->index.Erase(key);
  return {};
}

Result<ObjectListing> FileObjectStore::List(std::string_view bucket_name, std::string_view prefix,
                                            std::string_view delimiter, std::string_view after, size_t max) {
  auto bucket = Find(bucket_name);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  return (*bucket)->index.List([&](const auto& each) { return (*bucket)->Scan(each); }, prefix, delimiter, after, max);
}

// One call for all, instead of one for each file of the last minute and their directory.
Status FileObjectStore::Sync() {
  const Fd directory(open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || syncfs(directory.Get()) != 0) return DiskError(Cat("sync of ", root_), errno);
  return {};
}

}  // namespace sandbox::objects
