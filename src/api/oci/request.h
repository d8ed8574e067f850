#pragma once

// One request of the registry's API, decoded. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http.h"
#include "sandbox/base/error.h"

namespace sandbox::oci {

enum class Resource { kBase, kCatalog, kTags, kManifest, kBlob, kUploads, kUpload, kReferrers };

struct OciRequest {
  Resource resource = Resource::kBase;
  std::string repository;                                  // of the specification's grammar where the resource has one
  std::string reference;                                   // a tag, a digest, or an upload's id, unchecked
  std::vector<std::pair<std::string, std::string>> query;  // decoded

  bool Has(std::string_view parameter) const;
  // The first of that name; empty when missing.
  std::string_view Param(std::string_view name) const;
  std::vector<std::string> Params(std::string_view name) const;
};

// NOT_FOUND, reason NOT_FOUND, for a path of none of these; INVALID_ARGUMENT, reason NAME_INVALID.
Result<OciRequest> ParseRequest(const net::HttpRequest& http);

struct ChunkRange {
  uint64_t first = 0;
  uint64_t last = 0;  // not below `first`
};
// "0-9" of a Content-Range, with or without "bytes " before and "/10" behind. nullopt for what is none.
std::optional<ChunkRange> ParseChunkRange(std::string_view text);

}  // namespace sandbox::oci
