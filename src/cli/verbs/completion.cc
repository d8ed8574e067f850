#include "cli/completion.h"

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

struct CompletionValues {
  std::string shell;
};

void CompletionOptions(Options& options, CompletionValues& values) {
  options.Argument("SHELL", values.shell, "bash, zsh or fish");
}

int RunCompletion(const Context& context, const CompletionValues& values) {
  static const std::map<std::string, std::string (*)(const std::vector<Verb>&)> kShells = {
      {"bash", BashCompletion}, {"zsh", ZshCompletion}, {"fish", FishCompletion}};
  const auto shell = kShells.find(values.shell);
  if (shell == kShells.end())
    return Complain(kExitUsage, Cat("there is no completion for ", values.shell, ": SHELL is bash, zsh or fish"));
  const std::string script = shell->second(AllVerbs());
  if (context.printer.IsData()) {
    context.printer.Data(nlohmann::json{{"shell", values.shell}, {"script", script}});
  } else {
    std::fputs(script.c_str(), stdout);
  }
  return kExitOk;
}

}  // namespace

Verb CompletionVerb() {
  return {"completion",
          kClients,
          "print a script that completes verbs, options and executions",
          "source <(sandbox completion bash)",
          "/shell",
          With(CompletionOptions, RunCompletion),
          "complete autocomplete tab"};
}

}  // namespace sandbox::cli
