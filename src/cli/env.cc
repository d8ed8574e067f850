#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/client_config.h"
#include "cli/place.h"
#include "cli/verbs.h"

namespace sandbox::cli {

int EnvVerb(const Common& common) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  std::vector<std::string> notes;
  if (Status written = WriteClientConfigs(common.home, *info, notes); !written)
    return Complain(kExitOther, written.error().message);
  const Variables variables = ClientVariables(common.home, *info);
  if (common.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [name, value] : variables) json[name] = value;
    std::printf("%s\n", json.dump(2).c_str());
    return kExitOk;
  }
  for (const auto& [name, value] : variables) std::printf("export %s=%s\n", name.c_str(), ShellQuote(value).c_str());
  return kExitOk;
}

}  // namespace sandbox::cli
