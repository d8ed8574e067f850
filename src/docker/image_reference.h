#pragma once

#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::docker {

struct ImageReference {
  std::string name;    // with registry host: "localhost:30000/team/app"
  std::string tag;     // "latest" when neither tag nor digest is given; empty with a digest alone
  std::string digest;  // "sha256:..."
};

// The distribution reference grammar. INVALID_ARGUMENT, reason INVALID_IMAGE_NAME.
Result<ImageReference> ParseImageReference(std::string_view text);

// The name as people write it: without Docker Hub's host, and without its folder "library".
std::string FamiliarName(std::string name);

}  // namespace sandbox::docker
