#pragma once

// Buckets of objects on the local disk. The one bucket of the platform is kBucket; clients may create others.
//
// Thread: every method may be called on any thread and blocks on the disk: never call one on the core loop.
// Keys are any UTF-8 up to 1024 bytes; they never name a path outside the store.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"

namespace sandbox {

inline constexpr std::string_view kBucket = "my-s3-bucket";

struct ObjectUri {
  std::string bucket;
  std::string key;
};

// "s3://bucket/key", taken literally. INVALID_ARGUMENT when it is not of that form.
inline Result<ObjectUri> ParseObjectUri(std::string_view uri) {
  constexpr std::string_view kScheme = "s3://";
  const size_t slash = uri.starts_with(kScheme) ? uri.find('/', kScheme.size()) : std::string_view::npos;
  if (slash == std::string_view::npos || slash == kScheme.size() || slash + 1 == uri.size())
    return InvalidArgument(Cat("not an object's address: ", uri));
  return ObjectUri{std::string(uri.substr(kScheme.size(), slash - kScheme.size())), std::string(uri.substr(slash + 1))};
}

struct ObjectAttributes {
  std::string content_type;                     // empty: application/octet-stream
  std::map<std::string, std::string> metadata;  // x-amz-meta-* by lower-case name without the prefix
  // Content-Encoding, Cache-Control, Content-Disposition, ... as given; and under names "x-amz-..." what the protocol
  // keeps with an object (checksums, tags, the table of parts) and does not answer as it stands.
  std::map<std::string, std::string> headers;
};

struct ObjectInfo {
  std::string key;
  uint64_t size = 0;
  std::string etag;  // without quotes: MD5 hex, or MD5-of-MD5s "-N" for multipart
  Instant modified_at{};
  ObjectAttributes attributes;
};

struct ObjectListing {
  std::vector<ObjectInfo> objects;  // attributes are left empty
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string last;  // pass as `after` for the next page; not always a key or UTF-8
};

class ObjectReader;

// Asked about the object that a key has now (nullptr: none). While it is asked no other change of the key happens, and
// the change follows when it agrees: two writers that ask for "none" cannot both win. It must not call the store. An
// error of it is the error of the change.
using Precondition = std::function<Status(const ObjectInfo* current)>;

// An object that is being written. Dropping it without Commit leaves nothing behind.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  virtual Status Append(std::string_view bytes) = 0;
  // Appends `length` bytes of an open object of the same store from `offset`, without hashing them: SetEtag must
  // follow.
  virtual Status AppendObject(const ObjectReader& source, uint64_t offset, uint64_t length) = 0;
  // The entity tag instead of the MD5, without quotes: for copies and multipart.
  virtual void SetEtag(std::string etag) = 0;
  // The time of last change instead of that of Commit: for a change of attributes alone.
  virtual void SetModifiedAt(Instant at) = 0;
  // One of the attributes' headers that is known only when the content has passed.
  virtual void SetHeader(std::string name, std::string value) = 0;
  // Hex MD5 of what was appended so far; no Append after it.
  virtual std::string Md5() = 0;
  // Visible and, for Durability::kSynced, on disk when it returns. Replaces an object of the same key.
  Result<ObjectInfo> Commit() { return CommitIf({}); }
  virtual Result<ObjectInfo> CommitIf(const Precondition& allowed) = 0;  // an empty one allows
};

// An open object: later writes to the key do not change what it reads.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  virtual const ObjectInfo& Info() const = 0;
  // Up to `length` bytes from `offset`; short only at the end.
  virtual Result<std::string> ReadAt(uint64_t offset, size_t length) const = 0;
  // For sendfile, bytes from offset 0; owned by the reader. -1 when there is no file. What lies behind Info().size is
  // not content.
  virtual int FileDescriptor() const = 0;
};

// kCached: survives a crash of the process, not one of the machine; for what can be made again.
enum class Durability { kCached, kSynced };

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  virtual Status CreateBucket(std::string_view bucket) = 0;  // idempotent
  virtual Status DeleteBucket(std::string_view bucket) = 0;  // FAILED_PRECONDITION when not empty
  virtual bool HasBucket(std::string_view bucket) = 0;
  virtual std::vector<std::pair<std::string, Instant>> ListBuckets() = 0;

  // Errors: NOT_FOUND with reason NO_SUCH_BUCKET or NO_SUCH_KEY; RESOURCE_EXHAUSTED for a full disk.
  virtual Result<std::unique_ptr<ObjectWriter>> Create(std::string_view bucket, std::string_view key,
                                                       ObjectAttributes attributes, Durability durability) = 0;
  virtual Result<std::unique_ptr<ObjectReader>> Open(std::string_view bucket, std::string_view key) = 0;
  virtual Result<ObjectInfo> Head(std::string_view bucket, std::string_view key) = 0;
  Status Remove(std::string_view bucket, std::string_view key) { return RemoveIf(bucket, key, {}); }  // ok when missing
  virtual Status RemoveIf(std::string_view bucket, std::string_view key, const Precondition& allowed) = 0;
  // Keys greater than `after` that start with `prefix`, in byte order; `delimiter` may be empty.
  virtual Result<ObjectListing> List(std::string_view bucket, std::string_view prefix, std::string_view delimiter,
                                     std::string_view after, size_t max) = 0;

  // Small objects in one call.
  Result<ObjectInfo> Put(std::string_view bucket, std::string_view key, std::string_view bytes, Durability durability) {
    auto writer = Create(bucket, key, {}, durability);
    if (!writer) return std::unexpected(std::move(writer.error()));
    if (auto appended = (*writer)->Append(bytes); !appended) return std::unexpected(std::move(appended.error()));
    return (*writer)->Commit();
  }
  // FAILED_PRECONDITION, reason TOO_LARGE, when the object has more than `bytes_max` bytes.
  Result<std::string> Get(std::string_view bucket, std::string_view key, uint64_t bytes_max) {
    auto reader = Open(bucket, key);
    if (!reader) return std::unexpected(std::move(reader.error()));
    const uint64_t size = (*reader)->Info().size;
    if (size > bytes_max)
      return Fail(Code::kFailedPrecondition, "TOO_LARGE",
                  Cat("object ", key, " has ", size, " bytes, more than ", bytes_max));
    return (*reader)->ReadAt(0, size);
  }
};

}  // namespace sandbox
