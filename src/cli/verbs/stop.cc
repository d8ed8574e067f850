#include <signal.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

int RunStop(const Context& context) {
  if (Status stopped = StopProcess(context); !stopped) return Complain(stopped.error());
  if (context.printer.IsData()) {
    context.printer.Data(nlohmann::json{{"state", "stopped"}, {"home", context.home.root.string()}});
  } else {
    std::printf("stopped; running tasks go on in their containers, `%s` continues where it was\n",
                CommandLine(context, "start").c_str());
  }
  return kExitOk;
}

}  // namespace

Status StopProcess(const Context& context) {
  const auto info = context.Running();
  if (!info) return std::unexpected(info.error());
  const auto pid = static_cast<pid_t>(info->pid);
  kill(pid, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (kill(pid, 0) == 0 && home::IsLocked(context.home)) {
    if (std::chrono::steady_clock::now() > deadline)
      return Fail(Code::kDeadlineExceeded, "NO_ANSWER_IN_TIME",
                  Cat("process ", info->pid, " did not end within 30 s; see ", context.home.LogFile().string()));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

Verb StopVerb() {
  return {"stop",
          kLife,
          "stop; containers of running tasks go on, the next start continues",
          "sandbox stop",
          "/home",
          Without(RunStop),
          "down halt kill quit shutdown pause"};
}

}  // namespace sandbox::cli
