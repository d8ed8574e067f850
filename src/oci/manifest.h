#pragma once

// What a manifest says that the registry acts on. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "oci/names.h"

namespace sandbox::oci {

inline constexpr size_t kManifestBytesMax = 4 * 1024 * 1024;

struct Manifest {
  std::string media_type;
  std::vector<Digest> blobs;      // configuration and layers, but those that are kept elsewhere
  std::vector<Digest> manifests;  // of an index
  std::optional<Digest> subject;
  std::string artifact_type;  // what it is found by among the referrers of its subject; of an image the media type of
                              // its configuration where it names none
  std::string annotations;    // a JSON object; empty: none
};

// `content_type` may be empty: then the manifest's own mediaType counts. Images and indexes of OCI, and Docker's of
// schema 2. INVALID_ARGUMENT, reason MANIFEST_INVALID: the text names the field.
Result<Manifest> ParseManifest(std::string_view bytes, std::string_view content_type);

}  // namespace sandbox::oci
