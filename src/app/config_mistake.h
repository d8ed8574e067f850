#pragma once

// A mistake in config.yaml, with its place.

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>

#include "sandbox/base/error.h"

namespace sandbox::app {

// "config.yaml line 3: task_resources.limits.memory: ...", reason BAD_CONFIG.
inline std::unexpected<Error> Mistake(const std::filesystem::path& file, const YAML::Mark& mark,
                                      const std::string& text) {
  return Fail(Code::kInvalidArgument, "BAD_CONFIG", Cat(file.string(), " line ", mark.line + 1, ": ", text));
}
inline std::unexpected<Error> Mistake(const std::filesystem::path& file, const YAML::Node& where,
                                      const std::string& text) {
  return Mistake(file, where.Mark(), text);
}

}  // namespace sandbox::app
