#pragma once

// What a `sandbox build` is to do, looked at before anything is sent.

#include <filesystem>
#include <string>
#include <vector>

#include "builds/context.h"
#include "builds/dockerfile.h"
#include "sandbox/ports/image_engine.h"

namespace sandbox::cli {

// As they were given.
struct BuildWords {
  std::string context, file, target, platform;
  std::vector<std::string> tags, args, labels, secrets;
  bool no_cache = false, pull = false, quiet = false;
};

struct BuildPlan {
  BuildOrder order;
  std::filesystem::path context, dockerfile;  // absolute
  std::string dockerfile_text;
  std::vector<builds::Instruction> instructions;
  std::vector<builds::ContextFile> files;
};

// Errors name what is wrong and what to do. Reasons: BAD_VALUE, BAD_CONTEXT, BAD_DOCKERFILE, BAD_PATTERN,
// NEEDS_SSH_AGENT, INVALID_IMAGE_NAME.
Result<BuildPlan> PlanBuild(const BuildWords& words, const ImageEngine& engine);

}  // namespace sandbox::cli
