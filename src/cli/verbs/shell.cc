#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/child.h"
#include "cli/client_config.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

int RunShell(const Context& context) {
  const auto info = context.Running();
  if (!info) return Complain(info.error());
  const char* usual = std::getenv("SHELL");
  const std::string shell = usual == nullptr || *usual == '\0' ? "/bin/sh" : usual;
  if (context.printer.IsData()) {
    nlohmann::json variables = nlohmann::json::object();
    for (const auto& [name, value] : ClientVariables(context.home, *info)) variables[name] = value;
    return context.printer.Data(nlohmann::json{{"shell", shell}, {"variables", variables}}), kExitOk;
  }
  if (Status ready = UseClientVariables(context.home, *info); !ready) return Complain(ready.error());
  if (!context.quiet)
    std::fprintf(stderr, "pyflyte, flytectl, aws and docker of this shell use the sandbox in %s; leave it with exit\n",
                 context.home.root.c_str());
  const auto code = RunInForeground({shell});
  return code ? *code : Complain(code.error());
}

}  // namespace

Verb ShellVerb() {
  return {"shell",         kClients, "a shell with every client configured; leave it with exit",
          "sandbox shell", "/shell", Without(RunShell),
          "bash zsh"};
}

}  // namespace sandbox::cli
