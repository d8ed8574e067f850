#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/ask.h"
#include "cli/client_config.h"
#include "cli/times.h"
#include "cli/verbs/all.h"
#include "home/instances.h"

namespace sandbox::cli {
namespace {

struct TeardownValues {
  bool yes = false;
};

void TeardownOptions(Options& options, TeardownValues& values) {
  options.Flag("-y,--yes", values.yes, "do not ask; without a terminal nothing is asked");
}

uint64_t BytesBelow(const std::filesystem::path& folder) {
  uint64_t out = 0;
  std::error_code ignored;
  for (std::filesystem::recursive_directory_iterator each(folder, ignored), end; !ignored && each != end;
       each.increment(ignored)) {
    std::error_code gone;
    if (each->is_regular_file(gone)) out += std::filesystem::file_size(each->path(), gone);
  }
  return out;
}

// Says what goes and what stays.
bool AgreesToTeardown(const Context& context, const std::optional<home::RuntimeInfo>& running) {
  const auto containers = context.host.count_containers(context.home, running ? running->docker_socket : "");
  std::printf("this removes, for good:\n  %s: executions, objects, images, secrets, logs (%s)\n",
              context.home.root.c_str(), SizeText(BytesBelow(context.home.root)).c_str());
  if (containers) std::printf("  %zu container(s) and the volumes of its tasks in Docker\n", *containers);
  if (context.home.IsDefault() && std::filesystem::exists(home::SharedClientConfig()))
    std::printf("  %s\n", home::SharedClientConfig().c_str());
  if (running)
    std::printf("the sandbox that runs there (process %lld) is stopped\n", static_cast<long long>(running->pid));
  std::printf("images in Docker and other sandboxes stay as they are\n");
  return Agrees("remove it?");
}

int RunTeardown(const Context& context, const TeardownValues& values) {
  if (!std::filesystem::exists(context.home.root))
    return Complain(kExitNotRunning, Cat("there is nothing at ", context.home.root.string()));
  // Never remove a directory that a sandbox did not make.
  if (!std::filesystem::exists(context.home.Lock()))
    return Complain(kExitOther,
                    Cat(context.home.root.string(), " is not a sandbox's data directory (it has no file `lock`)"));
  const auto running = home::AwaitRuntime(context.home);
  if (!values.yes && !context.printer.IsData() && CanAsk() && !AgreesToTeardown(context, running))
    return std::printf("nothing was removed\n"), kExitOk;
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
  home::Forget(context.home);
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
          "/removed",
          With(TeardownOptions, RunTeardown),
          "delete remove rm destroy clean prune uninstall reset"};
}

}  // namespace sandbox::cli
