#include "cli/exit_code.h"

#include <cstdio>

namespace sandbox::cli {

int Complain(ExitCode code, const std::string& message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  return code;
}

int Complain(const Error& error) { return Complain(ExitCodeOf(error), error.message); }

ExitCode ExitCodeOf(const Error& error) {
  if (error.reason == "NOT_RUNNING") return kExitNotRunning;
  if (error.reason == "PORT_TAKEN") return kExitPortTaken;
  if (error.reason == "NO_ANSWER_IN_TIME") return kExitTimeout;
  if (error.reason == "STATE_NEWER" || error.reason == "STATE_LOCKED") return kExitStateLocked;
  if (error.reason == "ENGINE_UNREACHABLE") return kExitDockerUnreachable;
  if (error.reason == "STOPPED") return kExitStopped;
  for (const char* mistake : {"BAD_CONFIG", "BAD_PRESET", "BAD_VALUE", "BAD_CONTEXT", "BAD_DOCKERFILE", "BAD_PATTERN",
                              "NEEDS_SSH_AGENT", "INVALID_IMAGE_NAME"}) {
    if (error.reason == mistake) return kExitUsage;
  }
  return kExitOther;
}

ExitCode ExitCodeOf(const std::string& phase) {
  if (phase == "SUCCEEDED") return kExitOk;
  return phase == "ABORTED" ? kExitExecutionAborted : kExitExecutionFailed;
}

}  // namespace sandbox::cli
