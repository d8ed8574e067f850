#include <cstdlib>

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
  std::vector<std::string> notes;
  if (Status written = WriteClientConfigs(context.home, *info, notes); !written) return Complain(written.error());
  SayWhich(context.home, *info);
  for (const auto& [name, value] : ClientVariables(context.home, *info)) setenv(name.c_str(), value.c_str(), 1);
  if (!info->docker_socket.empty()) setenv("DOCKER_HOST", info->docker_socket.c_str(), 1);
  const auto code = RunInForeground(values.words);
  return code ? *code : Complain(code.error());
}

}  // namespace

Verb ExecVerb() {
  return {"exec",
          kClients,
          "run a command with every client configured; returns its exit code",
          "sandbox exec -- docker build . --tag flytebasics:v1",
          kData,
          With(ExecOptions, RunExec),
          "run shell with"};
}

}  // namespace sandbox::cli
