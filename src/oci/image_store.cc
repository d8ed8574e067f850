#include "oci/image_store.h"

#include <nlohmann/json.hpp>

#include "oci/buckets.h"

namespace sandbox::oci {
namespace {

using nlohmann::json;

constexpr size_t kPage = 1000;

std::unexpected<Error> BlobUnknown(const Digest& digest) {
  return Fail(Code::kNotFound, "BLOB_UNKNOWN", Cat("there is no blob ", digest.text));
}
std::unexpected<Error> ManifestUnknown(std::string_view repository, std::string_view reference) {
  return Fail(Code::kNotFound, "MANIFEST_UNKNOWN",
              Cat("there is no manifest ", reference, " in the repository ", repository));
}

bool IsMissing(const Error& error) { return error.reason == "NO_SUCH_KEY"; }

std::string ReferrerOf(const Manifest& manifest, const Digest& digest, size_t size) {
  json descriptor = {{"mediaType", manifest.media_type}, {"digest", digest.text}, {"size", size}};
  if (!manifest.artifact_type.empty()) descriptor["artifactType"] = manifest.artifact_type;
  if (!manifest.annotations.empty()) descriptor["annotations"] = json::parse(manifest.annotations);
  return descriptor.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Result<std::unique_ptr<ImageStore>> ImageStore::Open(ObjectStore& objects, Clock& clock) {
  for (const std::string_view bucket : {kBlobs, kManifests, kTags, kEmptied, kReferrers}) {
    if (Status made = objects.CreateBucket(bucket); !made) return std::unexpected(std::move(made.error()));
  }
  return std::unique_ptr<ImageStore>(new ImageStore(objects, clock));
}

Status ImageStore::Put(std::string_view bucket, std::string key, std::string_view bytes, std::string etag,
                       std::string type) {
  ObjectAttributes attributes;
  attributes.content_type = std::move(type);
  auto writer = objects_.Create(bucket, key, {Durability::kSynced, ObjectDigest::kNone, std::move(attributes)});
  if (!writer) return std::unexpected(std::move(writer.error()));
  (*writer)->SetEtag(std::move(etag));
  (*writer)->SetModifiedAt(clock_.Now());
  if (Status written = (*writer)->Append(bytes); !written) return written;
  auto done = (*writer)->Commit();
  return done ? Status() : std::unexpected(std::move(done.error()));
}

Status ImageStore::Each(std::string_view bucket, std::string_view prefix,
                        const std::function<Status(const ObjectInfo&)>& visit) {
  std::string after;
  while (true) {
    auto page = objects_.List(bucket, prefix, "", after, kPage);
    if (!page) return std::unexpected(std::move(page.error()));
    for (const ObjectInfo& info : page->objects) {
      if (Status visited = visit(info); !visited) return visited;
    }
    if (!page->truncated) return {};
    after = page->last;
  }
}

void ImageStore::Use(const Digest& digest) {
  std::lock_guard lock(uses_mutex_);
  uses_[digest.text] = clock_.Now();
}

Result<std::unique_ptr<ObjectReader>> ImageStore::OpenBlob(const Digest& digest) {
  std::shared_lock lock(removal_);
  auto reader = objects_.Open(kBlobs, digest.text);
  if (!reader && IsMissing(reader.error())) return BlobUnknown(digest);
  if (reader) Use(digest);
  return reader;
}

Result<std::unique_ptr<ObjectWriter>> ImageStore::CreateBlob() {
  return objects_.Create(kBlobs, "a blob on its way", {Durability::kSynced, ObjectDigest::kSha256});
}

Status ImageStore::KeepBlob(ObjectWriter& blob, const Digest& digest) {
  auto hex =
      digest.kind == ObjectDigest::kSha256 ? Result<std::string>(blob.Digest()) : blob.DigestOf(ObjectDigest::kSha512);
  if (!hex) return std::unexpected(std::move(hex.error()));
  if (const Digest found = MakeDigest(digest.kind, *hex); found != digest) {
    return Fail(Code::kInvalidArgument, "DIGEST_INVALID",
                Cat("what was uploaded is ", found.text, ", not ", digest.text, "; it was dropped, upload it again"));
  }
  blob.SetKey(digest.text);
  blob.SetModifiedAt(clock_.Now());
  auto kept = blob.Commit();
  return kept ? Status() : std::unexpected(std::move(kept.error()));
}

Status ImageStore::RemoveBlob(const Digest& digest) {
  std::unique_lock lock(removal_);
  const auto info = objects_.Head(kBlobs, digest.text);
  if (!info && IsMissing(info.error())) return BlobUnknown(digest);
  const auto referred = Referred();
  if (!referred) return std::unexpected(referred.error());
  if (const auto found = referred->find(digest.text); found != referred->end()) {
    return Fail(Code::kUnimplemented, "UNSUPPORTED",
                Cat("the manifest ", found->second, " needs the blob ", digest.text, ": delete that first"));
  }
  return objects_.Remove(kBlobs, digest.text);
}

Result<Digest> ImageStore::Resolve(std::string_view repository, std::string_view reference) {
  if (auto digest = ParseDigest(reference)) return std::move(*digest);
  if (!IsTag(reference)) return ManifestUnknown(repository, reference);
  const auto tag = objects_.Head(kTags, Key(repository, reference));
  if (!tag && !IsMissing(tag.error())) return std::unexpected(tag.error());
  auto digest = tag ? ParseDigest(tag->etag) : std::nullopt;
  if (!digest) return ManifestUnknown(repository, reference);
  return std::move(*digest);
}

Result<std::unique_ptr<ObjectReader>> ImageStore::OpenManifest(std::string_view repository,
                                                               std::string_view reference) {
  const auto digest = Resolve(repository, reference);
  if (!digest) return std::unexpected(digest.error());
  auto reader = objects_.Open(kManifests, Key(repository, digest->text));
  if (!reader && IsMissing(reader.error())) return ManifestUnknown(repository, reference);
  return reader;
}

Status ImageStore::CheckReferred(std::string_view repository, const Manifest& manifest) {
  const auto check = [&](std::string_view bucket, const std::string& key, const Digest& digest,
                         const char* what) -> Status {
    const auto found = objects_.Head(bucket, key);
    if (found) return {};
    if (!IsMissing(found.error())) return std::unexpected(found.error());
    return Fail(Code::kNotFound, "MANIFEST_BLOB_UNKNOWN",
                Cat("the manifest refers to the ", what, " ", digest.text, ", which is not here: push it first"));
  };
  for (const Digest& blob : manifest.blobs) {
    if (Status found = check(kBlobs, blob.text, blob, "blob"); !found) return found;
  }
  for (const Digest& each : manifest.manifests) {
    if (Status found = check(kManifests, Key(repository, each.text), each, "manifest"); !found) return found;
  }
  return {};
}

// Before a tag leads elsewhere or goes: from now on its manifest is counted as one without this tag.
Status ImageStore::LetTagGo(std::string_view repository, std::string_view tag, const Digest* next) {
  const auto before = objects_.Head(kTags, Key(repository, tag));
  if (!before && IsMissing(before.error())) return {};
  if (!before) return std::unexpected(before.error());
  if (next != nullptr && before->etag == next->text) return {};
  const std::string key = Key(repository, before->etag);
  const auto reader = objects_.Open(kManifests, key);
  if (!reader && IsMissing(reader.error())) return {};
  if (!reader) return std::unexpected(reader.error());
  const auto bytes = (*reader)->ReadAt(0, kManifestBytesMax);
  if (!bytes) return std::unexpected(bytes.error());
  return Put(kManifests, key, *bytes, before->etag, (*reader)->Info().attributes.content_type);
}

Status ImageStore::PutTag(std::string_view repository, std::string_view tag, const Digest& digest) {
  if (Status gone = LetTagGo(repository, tag, &digest); !gone) return gone;
  return Put(kTags, Key(repository, tag), "", digest.text, "");
}

Result<PushedManifest> ImageStore::PutManifest(std::string_view repository, std::string_view reference,
                                               std::string_view content_type, std::string_view bytes,
                                               const std::vector<std::string>& tags) {
  const auto wanted = ParseDigest(reference);
  auto manifest = ParseManifest(bytes, content_type);
  if (!manifest) return std::unexpected(std::move(manifest.error()));
  const ObjectDigest kind = wanted ? wanted->kind : ObjectDigest::kSha256;
  ObjectAttributes attributes;
  attributes.content_type = manifest->media_type;
  auto writer = objects_.Create(kManifests, "a manifest on its way", {Durability::kSynced, kind, attributes});
  if (!writer) return std::unexpected(std::move(writer.error()));
  if (Status written = (*writer)->Append(bytes); !written) return std::unexpected(std::move(written.error()));
  const Digest digest = MakeDigest(kind, (*writer)->Digest());
  if (wanted && *wanted != digest) {
    return Fail(Code::kInvalidArgument, "DIGEST_INVALID",
                Cat("the manifest is ", digest.text, ", not ", wanted->text, " as the path says"));
  }
  (*writer)->SetKey(Key(repository, digest.text));
  (*writer)->SetEtag(digest.text);
  (*writer)->SetModifiedAt(clock_.Now());

  std::shared_lock lock(removal_);
  if (Status there = CheckReferred(repository, *manifest); !there) return std::unexpected(std::move(there.error()));
  // Before the manifest: an entry without its manifest is not shown, a manifest without its entry would be lost.
  if (manifest->subject) {
    const std::string key = Cat(Key(repository, manifest->subject->text), " ", digest.text);
    if (Status kept = Put(kReferrers, key, ReferrerOf(*manifest, digest, bytes.size()), digest.text, ""); !kept)
      return std::unexpected(std::move(kept.error()));
  }
  if (auto kept = (*writer)->Commit(); !kept) return std::unexpected(std::move(kept.error()));
  if (!wanted) {
    if (Status put = PutTag(repository, reference, digest); !put) return std::unexpected(std::move(put.error()));
  }
  for (const std::string& tag : tags) {
    if (Status put = PutTag(repository, tag, digest); !put) return std::unexpected(std::move(put.error()));
  }
  return PushedManifest{digest, manifest->subject};
}

Status ImageStore::RemoveTagsOf(std::string_view repository, const Digest& digest) {
  return Each(kTags, Key(repository, ""), [&](const ObjectInfo& tag) {
    return tag.etag == digest.text ? objects_.Remove(kTags, tag.key) : Status();
  });
}

Status ImageStore::RemoveManifest(std::string_view repository, std::string_view reference) {
  std::unique_lock lock(removal_);
  const auto digest = Resolve(repository, reference);
  if (!digest) return std::unexpected(digest.error());
  if (!ParseDigest(reference)) {
    if (Status gone = LetTagGo(repository, reference, nullptr); !gone) return gone;
    return objects_.Remove(kTags, Key(repository, reference));
  }
  const std::string key = Key(repository, digest->text);
  const auto info = objects_.Head(kManifests, key);
  if (!info && IsMissing(info.error())) return ManifestUnknown(repository, reference);
  // Tags first: none may be left that leads nowhere.
  if (Status removed = RemoveTagsOf(repository, *digest); !removed) return removed;
  // Only for the lists of tags: a full disk does not stop a removal.
  static_cast<void>(Put(kEmptied, std::string(repository), "", digest->text, ""));
  return objects_.Remove(kManifests, key);
}

Result<NamePage> ImageStore::Tags(std::string_view repository, std::string_view last, size_t max) {
  const std::string prefix = Key(repository, "");
  const auto known = objects_.List(kManifests, prefix, "", "", 1);
  if (!known) return std::unexpected(known.error());
  if (known->objects.empty() && !objects_.Head(kEmptied, repository))
    return Fail(Code::kNotFound, "NAME_UNKNOWN", Cat("there is no repository ", repository));
  const auto listed = objects_.List(kTags, prefix, "", Key(repository, last), max);
  if (!listed) return std::unexpected(listed.error());
  NamePage page{{}, listed->truncated};
  for (const ObjectInfo& tag : listed->objects) page.names.emplace_back(LastWord(tag.key));
  return page;
}

Result<NamePage> ImageStore::Repositories(std::string_view last, size_t max) {
  // Above every key of that repository: no UTF-8 text contains 0xff.
  const std::string after = last.empty() ? "" : Cat(Key(last, ""), "\xff");
  const auto listed = objects_.List(kManifests, "", " ", after, max);
  if (!listed) return std::unexpected(listed.error());
  NamePage page{{}, listed->truncated};
  for (const std::string& prefix : listed->common_prefixes) page.names.push_back(prefix.substr(0, prefix.size() - 1));
  return page;
}

Result<std::vector<std::string>> ImageStore::Referrers(std::string_view repository, const Digest& subject,
                                                       std::string_view artifact_type) {
  std::vector<std::string> out;
  const Status read = Each(kReferrers, Cat(Key(repository, subject.text), " "), [&](const ObjectInfo& info) -> Status {
    auto descriptor = objects_.Get(kReferrers, info.key, kManifestBytesMax + 4096);
    if (!descriptor && IsMissing(descriptor.error())) return {};
    if (!descriptor) return std::unexpected(std::move(descriptor.error()));
    const json fields = json::parse(*descriptor, nullptr, false);
    if (!fields.is_object()) return {};
    if (!artifact_type.empty() && fields.value("artifactType", "") != artifact_type) return {};
    if (!objects_.Head(kManifests, Key(repository, LastWord(info.key)))) return {};
    out.push_back(std::move(*descriptor));
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return out;
}

}  // namespace sandbox::oci
