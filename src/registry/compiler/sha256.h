#pragma once

#include <array>
#include <string_view>

namespace sandbox::registry {

using Sha256Digest = std::array<unsigned char, 32>;

// SHA-256 of a tag byte followed by `body`. Thread: any; a digest context is kept for each thread.
Sha256Digest TaggedSha256(char tag, std::string_view body);

}  // namespace sandbox::registry
