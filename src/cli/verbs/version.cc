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
          "/version",
          Without([](const Context& context) -> int {
            if (context.printer.IsData()) {
              context.printer.Data(nlohmann::json{
                  {"version", kVersion}, {"flyte", kFlyteVersion}, {"console", context.host.has_console}});
            } else {
              std::printf("sandbox %s (Flyte %s)%s\n", kVersion, kFlyteVersion,
                          context.host.has_console ? "" : ", built without the console");
            }
            return kExitOk;
          }),
          "info about"};
}

}  // namespace sandbox::cli
