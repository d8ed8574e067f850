#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/client_config.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

int RunTeardown(const Context& context) {
  if (!std::filesystem::exists(context.home.root))
    return Complain(kExitNotRunning, Cat("there is nothing at ", context.home.root.string()));
  // Never remove a directory that a sandbox did not make.
  if (!std::filesystem::exists(context.home.Lock()))
    return Complain(kExitOther,
                    Cat(context.home.root.string(), " is not a sandbox's data directory (it has no file `lock`)"));
  const auto running = home::AwaitRuntime(context.home);
  if (running) {
    if (Status stopped = StopProcess(context); !stopped) return Complain(stopped.error());
  }
  const auto containers = context.host.remove_containers(context.home, running ? running->docker_socket : "");
  // Without an engine at its start the sandbox made no containers.
  if (!containers && (!running || !running->docker_socket.empty()))
    return Complain(kExitDockerUnreachable,
                    Cat("containers of this sandbox may be left, so its state is kept: ", containers.error().message));
  if (!RemoveSharedClientConfig(context.home))
    std::fprintf(stderr, "note: %s is not as a sandbox wrote it, so it stays\n", home::SharedClientConfig().c_str());
  std::error_code failure;
  std::filesystem::remove_all(context.home.root, failure);
  if (failure) return Complain(kExitOther, Cat("cannot remove ", context.home.root.string(), ": ", failure.message()));
  if (const char* used = std::getenv("FLYTECTL_CONFIG");
      used != nullptr && *used != '\0' && !std::filesystem::exists(used))
    std::fprintf(stderr, "note: FLYTECTL_CONFIG names a file that is gone: unset FLYTECTL_CONFIG\n");
  if (context.printer.IsData()) {
    context.printer.Data(
        nlohmann::json{{"removed", context.home.root.string()}, {"containers", containers.value_or(0)}});
  } else {
    std::printf("removed %s and %zu container(s); images are kept\n", context.home.root.c_str(),
                containers.value_or(0));
  }
  return kExitOk;
}

}  // namespace

Verb TeardownVerb() {
  return {"teardown",
          kLife,
          "stop, and remove the data directory and all that it made in Docker",
          "sandbox teardown",
          kData,
          Without(RunTeardown),
          "delete remove rm destroy clean prune uninstall reset"};
}

}  // namespace sandbox::cli
