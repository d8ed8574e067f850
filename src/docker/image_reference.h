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

}  // namespace sandbox::docker
