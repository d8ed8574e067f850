#include <signal.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/verbs.h"

namespace sandbox::cli {

int StopProcess(const Common& common) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  kill(static_cast<pid_t>(info->pid), SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (kill(static_cast<pid_t>(info->pid), 0) == 0 && IsLocked(common.home)) {
    if (std::chrono::steady_clock::now() > deadline)
      return Complain(kExitTimeout,
                      Cat("process ", info->pid, " did not end within 30 s; see ", common.home.LogFile().string()));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return kExitOk;
}

int StopVerb(const Common& common) {
  if (const int stopped = StopProcess(common); stopped != kExitOk) return stopped;
  if (common.json) {
    std::printf("%s\n", nlohmann::json{{"state", "stopped"}, {"home", common.home.root.string()}}.dump(2).c_str());
  } else {
    std::printf("stopped; running tasks go on in their containers, `sandbox start` continues where it was\n");
  }
  return kExitOk;
}

}  // namespace sandbox::cli
