#pragma once

// Where things are in the object store: hidden buckets, keys of words without spaces. A space comes before every letter
// of a word, so keys are in the order of their first words.

#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::oci {

inline constexpr std::string_view kBlobs = ".oci-blobs";          // digest
inline constexpr std::string_view kManifests = ".oci-manifests";  // repository, digest
inline constexpr std::string_view kTags = ".oci-tags";            // repository, tag: the entity tag is the digest
inline constexpr std::string_view kEmptied =
    ".oci-emptied";  // repository: the digest of its last manifest that was removed
inline constexpr std::string_view kReferrers = ".oci-referrers";  // repository, subject, digest: a descriptor

inline std::string Key(std::string_view repository, std::string_view name) { return Cat(repository, " ", name); }
inline std::string_view LastWord(std::string_view key) { return key.substr(key.rfind(' ') + 1); }

}  // namespace sandbox::oci
