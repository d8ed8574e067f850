#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/client_config.h"
#include "cli/verbs.h"

namespace sandbox::cli {

int ExecVerb(const Common& common, const std::vector<std::string>& command) {
  if (command.empty())
    return Complain(kExitUsage, "exec needs a command: sandbox exec -- docker build . --tag flytebasics:v1");
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  std::vector<std::string> notes;
  if (Status written = WriteClientConfigs(common.home, *info, notes); !written)
    return Complain(kExitOther, written.error().message);
  for (const auto& [name, value] : ClientVariables(common.home, *info)) setenv(name.c_str(), value.c_str(), 1);
  if (!info->docker_socket.empty()) setenv("DOCKER_HOST", info->docker_socket.c_str(), 1);

  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  return Complain(kExitOther, Cat("cannot run ", command[0], ": ", std::strerror(errno)));
}

}  // namespace sandbox::cli
