#pragma once

// Buckets of objects, wherever they lie. The platform's own bucket is ObjectLayout's; clients may create others.
//
// Thread: every method may be called on any thread and may block: never call one on a loop.
// Keys are any UTF-8 up to 1024 bytes; they never name a path outside the store.
// Errors, beside those of a method: RESOURCE_EXHAUSTED, reason DISK_FULL, and UNAVAILABLE (no file descriptor is left,
// a device or a peer did not answer) may go away by themselves, IsRetryable. Any other comes again when the call does.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"
#include "sandbox/ports/precondition.h"

namespace sandbox {

// The same call may succeed a little later.
inline bool IsRetryable(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kResourceExhausted;
}

// A bucket that the platform keeps for itself (parts of uploads, images): no protocol shows it or takes it by name.
inline bool IsHiddenBucket(std::string_view name) { return name.starts_with('.'); }

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

// Asked by a store about the object that a key has now; null: none. FAILED_PRECONDITION, reason PRECONDITION_FAILED;
// NOT_FOUND, reason NO_SUCH_KEY, for a match without an object.
inline Status CheckPrecondition(const Precondition& precondition, const ObjectInfo* current) {
  if (precondition.match && current == nullptr)
    return Fail(Code::kNotFound, "NO_SUCH_KEY", "there is no object to match");
  if (current == nullptr) return {};
  const bool holds = (!precondition.match || precondition.match->Has(current->etag)) &&
                     (!precondition.none_match || !precondition.none_match->Has(current->etag)) &&
                     (!precondition.size || *precondition.size == current->size) &&
                     (!precondition.modified_from || current->modified_at >= *precondition.modified_from) &&
                     (!precondition.modified_before || current->modified_at < *precondition.modified_before);
  if (holds) return {};
  return Fail(Code::kFailedPrecondition, "PRECONDITION_FAILED",
              "At least one of the pre-conditions you specified did not hold");
}

class ObjectReader;

// kCached: survives a crash of the process, and one of the machine only after Sync; for what can be made again.
enum class Durability { kCached, kSynced };

// What is taken of the bytes while they pass. Where SetEtag gives no other, its hex text is the entity tag.
enum class ObjectDigest { kNone, kMd5, kSha256, kSha512 };

struct ObjectOptions {
  Durability durability;
  ObjectDigest digest = ObjectDigest::kMd5;  // kNone, and an object into which others are copied: SetEtag is needed
  ObjectAttributes attributes{};
};

// An object that is being written. Dropping it without Commit leaves nothing behind.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  virtual Status Append(std::string_view bytes) = 0;
  // Appends `length` bytes of an open object of the same store from `offset`: where the store can, they do not pass
  // through this process. No digest is taken of them. OUT_OF_RANGE, reason BAD_RANGE; INVALID_ARGUMENT, OTHER_STORE.
  virtual Status CopyRange(const ObjectReader& source, uint64_t offset, uint64_t length) = 0;
  // The key instead of that of Create: for an object that is named after what it holds.
  virtual void SetKey(std::string key) = 0;
  // The entity tag instead of the digest, without quotes: for copies and multipart.
  virtual void SetEtag(std::string etag) = 0;
  // The time of last change instead of that of Commit: for a change of attributes alone.
  virtual void SetModifiedAt(Instant at) = 0;
  // One of the attributes' headers that is known only when the content has passed.
  virtual void SetHeader(std::string name, std::string value) = 0;
  // Hex digest of what was appended so far; no Append after it. Empty for kNone.
  virtual std::string Digest() = 0;
  // The same of a kind that was not asked for: what was appended is read again. Not of kNone.
  virtual Result<std::string> DigestOf(ObjectDigest kind) = 0;
  // Visible and, for Durability::kSynced, on disk when it returns. Replaces an object of the same key, which no other
  // change comes to between the question and this one. Errors: also those of CheckPrecondition; FAILED_PRECONDITION,
  // reason NO_ETAG; INVALID_ARGUMENT, reason KEY_TOO_LONG, for a key of SetKey.
  virtual Result<ObjectInfo> Commit(const Precondition& precondition) = 0;
  Result<ObjectInfo> Commit() { return Commit(Precondition()); }
};

// An open object: later writes to the key do not change what it reads.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  virtual const ObjectInfo& Info() const = 0;
  // Up to `length` bytes from `offset`; short only at the end.
  virtual Result<std::string> ReadAt(uint64_t offset, size_t length) const = 0;
};

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  virtual Status CreateBucket(std::string_view bucket) = 0;  // idempotent
  virtual Status DeleteBucket(std::string_view bucket) = 0;  // FAILED_PRECONDITION when not empty
  virtual bool HasBucket(std::string_view bucket) = 0;
  virtual std::vector<std::pair<std::string, Instant>> ListBuckets() = 0;

  // Errors of these: NOT_FOUND with reason NO_SUCH_BUCKET or NO_SUCH_KEY.
  virtual Result<std::unique_ptr<ObjectWriter>> Create(std::string_view bucket, std::string_view key,
                                                       ObjectOptions options) = 0;
  virtual Result<std::unique_ptr<ObjectReader>> Open(std::string_view bucket, std::string_view key) = 0;
  virtual Result<ObjectInfo> Head(std::string_view bucket, std::string_view key) = 0;
  // What is not there is removed under every precondition. Errors: also those of CheckPrecondition.
  virtual Status Remove(std::string_view bucket, std::string_view key, const Precondition& precondition) = 0;
  Status Remove(std::string_view bucket, std::string_view key) { return Remove(bucket, key, Precondition()); }
  // Keys greater than `after` that start with `prefix`, in byte order; `delimiter` may be empty.
  virtual Result<ObjectListing> List(std::string_view bucket, std::string_view prefix, std::string_view delimiter,
                                     std::string_view after, size_t max) = 0;

  // What was committed before this call, kCached too, survives a crash of the machine when it returns. May take
  // seconds.
  virtual Status Sync() = 0;

  // Small objects in one call.
  Result<ObjectInfo> Put(std::string_view bucket, std::string_view key, std::string_view bytes, Durability durability) {
    auto writer = Create(bucket, key, {durability});
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
