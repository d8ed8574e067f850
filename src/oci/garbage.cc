// What no manifest refers to.

#include "oci/buckets.h"
#include "oci/image_store.h"

namespace sandbox::oci {

// Digests of blobs, each with a manifest that needs it: "team/app@sha256:...".
Result<std::map<std::string, std::string>> ImageStore::Referred() {
  std::map<std::string, std::string> out;
  const Status read = Each(kManifests, "", [&](const ObjectInfo& info) -> Status {
    const auto reader = objects_.Open(kManifests, info.key);
    if (!reader) return std::unexpected(reader.error());
    const auto bytes = (*reader)->ReadAt(0, kManifestBytesMax);
    if (!bytes) return std::unexpected(bytes.error());
    auto manifest = ParseManifest(*bytes, (*reader)->Info().attributes.content_type);
    if (!manifest) return std::unexpected(std::move(manifest.error()).While(Cat("reading the manifest ", info.key)));
    std::string name = info.key;
    name[name.find(' ')] = '@';
    for (const Digest& blob : manifest->blobs) out.emplace(blob.text, name);
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return out;
}

Status ImageStore::ForgetLostReferrers() {
  return Each(kReferrers, "", [&](const ObjectInfo& info) -> Status {
    const std::string_view repository = std::string_view(info.key).substr(0, info.key.find(' '));
    const auto manifest = objects_.Head(kManifests, Key(repository, LastWord(info.key)));
    if (manifest || manifest.error().reason != "NO_SUCH_KEY") return {};
    return objects_.Remove(kReferrers, info.key);
  });
}

Result<Collected> ImageStore::CollectGarbage(Instant unused_since) {
  std::unique_lock lock(removal_);
  const auto referred = Referred();
  if (!referred) return std::unexpected(referred.error());
  if (Status forgotten = ForgetLostReferrers(); !forgotten) return std::unexpected(std::move(forgotten.error()));
  std::lock_guard uses(uses_mutex_);
  std::erase_if(uses_, [&](const auto& use) { return use.second < unused_since; });
  Collected out;
  const Status removed = Each(kBlobs, "", [&](const ObjectInfo& info) -> Status {
    if (referred->contains(info.key) || uses_.contains(info.key) || info.modified_at >= unused_since) return {};
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
