#pragma once

// Child processes.

#include <filesystem>
#include <string>
#include <vector>

#include "home/home.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

// Runs a command in the foreground, on this process's terminal, directory and environment, and waits for its end: its
// exit code, or 128 + the signal that ended it. A program without a slash is looked for in PATH. Signals that ask this
// process to end go on to the command, and the command does not outlive it. NOT_FOUND, and what the system says.
Result<int> RunInForeground(const std::vector<std::string>& command);

// A process that stays when this one ends: no terminal, nothing of this process's open, standard error on the end of
// `log`. `command` begins with a path. Returns the first line that it writes to standard output, without its end;
// empty: it ended before it wrote one.
Result<std::string> StartInBackground(const std::vector<std::string>& command, const std::filesystem::path& log);

// The path of the executable that runs now, by which it can be started again, even when its file has been replaced.
std::filesystem::path ThisExecutable();

}  // namespace sandbox::cli
