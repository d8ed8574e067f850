#include "cli/version.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/verbs.h"

namespace sandbox::cli {

int VersionVerb(const Common& common) {
  if (common.json) {
    std::printf("%s\n", nlohmann::json{{"version", kVersion}, {"flyte", kFlyteVersion}}.dump(2).c_str());
  } else {
    std::printf("sandbox %s (Flyte %s)\n", kVersion, kFlyteVersion);
  }
  return kExitOk;
}

}  // namespace sandbox::cli
