#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/verbs.h"

namespace sandbox::cli {

int ExecVerb(const Common& common, const std::vector<std::string>& command) {
  if (command.empty())
    return Complain(kExitUsage, "exec needs a command: sandbox exec -- docker build . --tag flytebasics:v1");
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  const std::string s3 = Cat("http://localhost:", info->s3_port);
  const std::vector<std::pair<std::string, std::string>> environment = {
      {"SANDBOX_HOME", common.home.root.string()},
      {"FLYTECTL_CONFIG", ClientConfigPath().string()},
      {"FLYTE_PLATFORM_URL", Cat("localhost:", info->port)},
      {"FLYTE_PLATFORM_INSECURE", "true"},
      {"FLYTE_AWS_ENDPOINT", s3},
      {"FLYTE_AWS_ACCESS_KEY_ID", "minio"},
      {"FLYTE_AWS_SECRET_ACCESS_KEY", "miniostorage"},
      {"AWS_ENDPOINT_URL", s3},
      {"AWS_ACCESS_KEY_ID", "minio"},
      {"AWS_SECRET_ACCESS_KEY", "miniostorage"},
      {"AWS_DEFAULT_REGION", "us-east-1"},
  };
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  if (!info->docker_socket.empty()) setenv("DOCKER_HOST", info->docker_socket.c_str(), 1);

  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  return Complain(kExitOther, Cat("cannot run ", command[0], ": ", std::strerror(errno)));
}

}  // namespace sandbox::cli
