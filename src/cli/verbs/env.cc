#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/client_config.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

int RunEnv(const Context& context) {
  const auto info = context.Running();
  if (!info) return Complain(info.error());
  std::vector<std::string> notes;
  if (Status written = WriteClientConfigs(context.home, *info, notes); !written) return Complain(written.error());
  SayWhich(context.home, *info);
  const Variables variables = ClientVariables(context.home, *info);
  if (context.printer.IsData()) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [name, value] : variables) json[name] = value;
    context.printer.Data(json);
    return kExitOk;
  }
  for (const auto& [name, value] : variables) std::printf("export %s=%s\n", name.c_str(), ShellQuote(value).c_str());
  return kExitOk;
}

}  // namespace

Verb EnvVerb() {
  return {"env",
          kClients,
          "print variables that lead pyflyte, flytectl, aws and docker here",
          "eval \"$(sandbox env)\"",
          "/#",
          Without(RunEnv),
          "environment variables"};
}

}  // namespace sandbox::cli
