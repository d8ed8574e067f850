#pragma once

// The names of the OCI distribution specification. Pure. Each of them is one word without a space, so that keys can be
// made of several.

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/ports/object_store.h"

namespace sandbox::oci {

inline constexpr size_t kRepositoryBytesMax = 255;

struct Digest {
  ObjectDigest kind = ObjectDigest::kSha256;
  std::string text;  // "sha256:" or "sha512:" and the digits, lower case

  bool operator==(const Digest&) const = default;
};

// nullopt for another algorithm and for what is none.
std::optional<Digest> ParseDigest(std::string_view text);
// Of hex digits as an ObjectWriter gives them; kSha256 or kSha512.
Digest MakeDigest(ObjectDigest kind, std::string_view hex);

// "team/app": words of small letters and digits, joined by '.', '_', "__" or dashes, between slashes.
bool IsRepository(std::string_view name);
bool IsTag(std::string_view tag);

}  // namespace sandbox::oci
