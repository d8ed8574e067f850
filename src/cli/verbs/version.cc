#include "home/version.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/verbs/all.h"

namespace sandbox::cli {

Verb VersionVerb() {
  return {"version",
          kLife,
          "print the version",
          "sandbox version",
          kData,
          Without([](const Context& context) -> int {
            if (context.printer.IsData()) {
              context.printer.Data(nlohmann::json{{"version", kVersion}, {"flyte", kFlyteVersion}});
            } else {
              std::printf("sandbox %s (Flyte %s)\n", kVersion, kFlyteVersion);
            }
            return kExitOk;
          }),
          "info about"};
}

}  // namespace sandbox::cli
