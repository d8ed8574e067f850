// What the image registry reads from strangers: paths, queries, ranges and manifests.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/oci/request.h"
#include "net/http_message.h"
#include "oci/manifest.h"

using namespace sandbox;

namespace {

// A name that was accepted can be part of a key, and of no path that leads elsewhere.
void CheckName(std::string_view name) {
  if (name.empty() || name.size() > oci::kRepositoryBytesMax || name.find(' ') != std::string_view::npos ||
      name.find("..") != std::string_view::npos || name.starts_with('/') || name.ends_with('/'))
    __builtin_trap();
}

void CheckManifest(std::string_view text) {
  const auto manifest = oci::ParseManifest(text, "");
  if (!manifest) {
    if (manifest.error().reason != "MANIFEST_INVALID" || manifest.error().message.empty()) __builtin_trap();
    return;
  }
  for (const auto* list : {&manifest->blobs, &manifest->manifests}) {
    for (const oci::Digest& digest : *list) {
      if (oci::ParseDigest(digest.text) != digest) __builtin_trap();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckManifest(text);
  if (oci::IsRepository(text)) CheckName(text);
  if (oci::IsTag(text) && text.find_first_of(" /") != std::string_view::npos) __builtin_trap();
  if (const auto range = oci::ParseChunkRange(text); range && range->last < range->first) __builtin_trap();
  net::HttpRequest request;
  request.target = text;
  if (auto head = net::ParseRequestHead(text)) request = std::move(head->request);
  if (const auto parsed = oci::ParseRequest(request); parsed && !parsed->repository.empty())
    CheckName(parsed->repository);
  return 0;
}
