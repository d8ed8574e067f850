#include "cli/child.h"
#include "cli/client_config.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

struct ExecValues {
  std::vector<std::string> words;
};

void ExecOptions(Options& options, ExecValues& values) {
  options.Command("COMMAND [ARGUMENT...]", values.words,
                  "the command and its arguments; options of it are not read here");
}

int RunExec(const Context& context, const ExecValues& values) {
  const auto info = context.Running();
  if (!info) return Complain(info.error());
  if (Status ready = UseClientVariables(context.home, *info); !ready) return Complain(ready.error());
  SayWhich(context.home, *info);
  const auto code = RunInForeground(values.words);
  return code ? *code : Complain(code.error());
}

}  // namespace

Verb ExecVerb() {
  return {"exec",
          kClients,
          "run a command with every client configured; returns its exit code",
          "sandbox exec -- docker build . --tag flytebasics:v1",
          kNoNames,
          With(ExecOptions, RunExec),
          "with"};
}

}  // namespace sandbox::cli
