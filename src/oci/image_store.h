#pragma once

// Images as a registry keeps them: blobs, manifests and tags, in hidden buckets of the object store. What is visible
// was verified and is on disk; docs/decisions/registry.md.
//
// Thread: every method may be called on any thread and blocks on the disk: on a worker. The reasons of errors are the
// codes of the OCI distribution specification, besides what the object store says (DISK_FULL, DISK).

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "oci/manifest.h"
#include "oci/names.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::oci {

struct NamePage {
  std::vector<std::string> names;  // in byte order
  bool more = false;
};

struct PushedManifest {
  Digest digest;
  std::optional<Digest> subject;
};

struct Collected {
  size_t manifests = 0;
  size_t blobs = 0;
  uint64_t bytes = 0;
};

class ImageStore {
 public:
  // Both outlive it. Makes the buckets.
  static Result<std::unique_ptr<ImageStore>> Open(ObjectStore& objects, Clock& clock);

  // Blobs are shared by all repositories. BLOB_UNKNOWN. To be asked for counts as a use: CollectGarbage.
  Result<std::unique_ptr<ObjectReader>> OpenBlob(const Digest& digest);
  // A blob on its way in, invisible until KeepBlob: DIGEST_INVALID when it is another one than `digest`.
  Result<std::unique_ptr<ObjectWriter>> CreateBlob();
  Status KeepBlob(ObjectWriter& blob, const Digest& digest);
  // BLOB_UNKNOWN; UNIMPLEMENTED, reason UNSUPPORTED, while a manifest refers to it.
  Status RemoveBlob(const Digest& digest);

  // `reference` is a tag or a digest. Of what is read the entity tag is the digest, the content type the media type.
  // MANIFEST_UNKNOWN.
  Result<std::unique_ptr<ObjectReader>> OpenManifest(std::string_view repository, std::string_view reference);
  // Keeps the manifest and points `reference`, where it is a tag, and `tags` at it. What it refers to has to be there
  // (MANIFEST_BLOB_UNKNOWN), but not its subject. MANIFEST_INVALID; DIGEST_INVALID when `reference` is a digest of
  // something else.
  Result<PushedManifest> PutManifest(std::string_view repository, std::string_view reference,
                                     std::string_view content_type, std::string_view bytes,
                                     const std::vector<std::string>& tags);
  // A tag alone, or a manifest with all its tags. MANIFEST_UNKNOWN.
  Status RemoveManifest(std::string_view repository, std::string_view reference);

  // Names after `last`. NAME_UNKNOWN for a repository without a manifest; for a day after its last one was removed it
  // has no tags.
  Result<NamePage> Tags(std::string_view repository, std::string_view last, size_t max);
  Result<NamePage> Repositories(std::string_view last, size_t max);
  // Descriptors, each a JSON object, of the manifests whose subject this is; `artifact_type` empty: of all.
  Result<std::vector<std::string>> Referrers(std::string_view repository, const Digest& subject,
                                             std::string_view artifact_type);

  // Removes the manifests that have no tag since `untagged_since`, nor an index or a subject that has one; then the
  // blobs that no manifest refers to and that nobody stored or asked for since `unused_since`: somebody may be about to
  // push the manifest. Repositories whose manifests were removed before `untagged_since` are forgotten.
  Result<Collected> CollectGarbage(Instant unused_since, Instant untagged_since);

 private:
  ImageStore(ObjectStore& objects, Clock& clock) : objects_(objects), clock_(clock) {}

  Result<Digest> Resolve(std::string_view repository, std::string_view reference);
  Status CheckReferred(std::string_view repository, const Manifest& manifest);
  Status PutTag(std::string_view repository, std::string_view tag, const Digest& digest);
  Status RemoveTagsOf(std::string_view repository, const Digest& digest);
  Status Put(std::string_view bucket, std::string key, std::string_view bytes, std::string etag, std::string type);
  Status Each(std::string_view bucket, std::string_view prefix, const std::function<Status(const ObjectInfo&)>& visit);
  // What a manifest is, by its key.
  struct Known {
    Manifest manifest;
    Instant modified_at{};
  };
  Result<std::map<std::string, Known>> Manifests();
  Result<size_t> RemoveUntagged(std::map<std::string, Known>& manifests, Instant untagged_since);
  Result<std::map<std::string, std::string>> Referred();
  Status LetTagGo(std::string_view repository, std::string_view tag, const Digest* next);
  Status ForgetLostReferrers();
  Status ForgetEmptied(Instant since);
  void Use(const Digest& digest);

  ObjectStore& objects_;
  Clock& clock_;
  // Shared while something is asked for or referred to, alone while something is removed.
  std::shared_mutex removal_;
  std::mutex uses_mutex_;
  std::map<std::string, Instant> uses_;  // by digest: when it was asked for last, of the past hour or so
};

}  // namespace sandbox::oci
