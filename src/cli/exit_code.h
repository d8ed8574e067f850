#pragma once

#include <string>

#include "sandbox/base/error.h"

namespace sandbox::cli {

// Documented in docs/reference/exit-codes.md; stable.
enum ExitCode : int {
  kExitOk = 0,
  kExitOther = 1,
  kExitUsage = 2,
  kExitNotRunning = 3,
  kExitPortTaken = 4,
  kExitDockerUnreachable = 5,
  kExitTimeout = 6,
  kExitExecutionFailed = 7,
  kExitExecutionAborted = 8,
  kExitStateLocked = 9,
  kExitDoctorFailures = 10,
  kExitStopped = 130,  // as a shell says of Ctrl-C
};

// Prints to standard error and returns `code`.
int Complain(ExitCode code, const std::string& message);
// The same with the code that the error's reason stands for.
int Complain(const Error& error);

ExitCode ExitCodeOf(const Error& error);
// Of an execution that has ended.
ExitCode ExitCodeOf(const std::string& phase);

}  // namespace sandbox::cli
