// Manifests that nothing names any more, and what no manifest refers to.

#include <set>

#include "oci/buckets.h"
#include "oci/image_store.h"

namespace sandbox::oci {

namespace {

// Digests of blobs, each with a manifest that needs it: "team/app@sha256:...".
template <typename Manifests>
std::map<std::string, std::string> BlobsOf(const Manifests& manifests) {
  std::map<std::string, std::string> out;
  for (const auto& [key, known] : manifests) {
    std::string name = key;
    name[name.find(' ')] = '@';
    for (const Digest& blob : known.manifest.blobs) out.emplace(blob.text, name);
  }
  return out;
}

std::string_view RepositoryOf(std::string_view key) { return key.substr(0, key.find(' ')); }

}  // namespace

Result<std::map<std::string, ImageStore::Known>> ImageStore::Manifests() {
  std::map<std::string, Known> out;
  const Status read = Each(kManifests, "", [&](const ObjectInfo& info) -> Status {
    const auto reader = objects_.Open(kManifests, info.key);
    if (!reader) return std::unexpected(reader.error());
    const auto bytes = (*reader)->ReadAt(0, kManifestBytesMax);
    if (!bytes) return std::unexpected(bytes.error());
    auto manifest = ParseManifest(*bytes, (*reader)->Info().attributes.content_type);
    if (!manifest) return std::unexpected(std::move(manifest.error()).While(Cat("reading the manifest ", info.key)));
    out.emplace(info.key, Known{std::move(*manifest), info.modified_at});
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return out;
}

Result<std::map<std::string, std::string>> ImageStore::Referred() {
  const auto manifests = Manifests();
  if (!manifests) return std::unexpected(manifests.error());
  return BlobsOf(*manifests);
}

Result<size_t> ImageStore::RemoveUntagged(std::map<std::string, Known>& manifests, Instant untagged_since) {
  std::set<std::string> kept;
  std::vector<std::string> next;
  const auto keep = [&](std::string key) {
    if (manifests.contains(key) && kept.insert(key).second) next.push_back(std::move(key));
  };
  const Status tags = Each(kTags, "", [&](const ObjectInfo& tag) -> Status {
    keep(Key(RepositoryOf(tag.key), tag.etag));
    return {};
  });
  if (!tags) return std::unexpected(tags.error());
  std::multimap<std::string, std::string> referrers;  // by the key of their subject
  for (const auto& [key, known] : manifests) {
    if (known.modified_at >= untagged_since) keep(key);
    if (const auto& subject = known.manifest.subject) referrers.emplace(Key(RepositoryOf(key), subject->text), key);
  }
  while (!next.empty()) {
    const std::string key = std::move(next.back());
    next.pop_back();
    for (const Digest& each : manifests.at(key).manifest.manifests) keep(Key(RepositoryOf(key), each.text));
    for (auto [at, end] = referrers.equal_range(key); at != end; ++at) keep(at->second);
  }
  size_t removed = 0;
  for (auto at = manifests.begin(); at != manifests.end();) {
    if (kept.contains(at->first)) {
      ++at;
      continue;
    }
    if (Status gone = objects_.Remove(kManifests, at->first); !gone) return std::unexpected(std::move(gone.error()));
    at = manifests.erase(at);
    ++removed;
  }
  return removed;
}

Status ImageStore::ForgetLostReferrers() {
  return Each(kReferrers, "", [&](const ObjectInfo& info) -> Status {
    const std::string_view repository = std::string_view(info.key).substr(0, info.key.find(' '));
    const auto manifest = objects_.Head(kManifests, Key(repository, LastWord(info.key)));
    if (manifest || manifest.error().reason != "NO_SUCH_KEY") return {};
    return objects_.Remove(kReferrers, info.key);
  });
}

Status ImageStore::ForgetEmptied(Instant since) {
  return Each(kEmptied, "", [&](const ObjectInfo& info) {
    return info.modified_at < since ? objects_.Remove(kEmptied, info.key) : Status();
  });
}

Result<Collected> ImageStore::CollectGarbage(Instant unused_since, Instant untagged_since) {
  std::unique_lock lock(removal_);
  auto manifests = Manifests();
  if (!manifests) return std::unexpected(manifests.error());
  const auto untagged = RemoveUntagged(*manifests, untagged_since);
  if (!untagged) return std::unexpected(untagged.error());
  const auto referred = BlobsOf(*manifests);
  if (Status forgotten = ForgetLostReferrers(); !forgotten) return std::unexpected(std::move(forgotten.error()));
  if (Status forgotten = ForgetEmptied(untagged_since); !forgotten)
    return std::unexpected(std::move(forgotten.error()));
  std::lock_guard uses(uses_mutex_);
  std::erase_if(uses_, [&](const auto& use) { return use.second < unused_since; });
  Collected out{.manifests = *untagged};
  const Status removed = Each(kBlobs, "", [&](const ObjectInfo& info) -> Status {
    if (referred.contains(info.key) || uses_.contains(info.key) || info.modified_at >= unused_since) return {};
    // Asked again: it may be stored anew at this moment.
    const Precondition old{.modified_before = unused_since};
    if (Status gone = objects_.Remove(kBlobs, info.key, old); !gone)
      return gone.error().reason == "PRECONDITION_FAILED" ? Status() : gone;
    ++out.blobs;
    out.bytes += info.size;
    return {};
  });
  if (!removed) return std::unexpected(removed.error());
  return out;
}

}  // namespace sandbox::oci
