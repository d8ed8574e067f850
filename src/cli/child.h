#pragma once

// Child processes.

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
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

// What a command writes to standard output, at most 64 KiB of it; it reads nothing, and its errors go nowhere. What is
// left of it then, or after `limit`, is killed: DEADLINE_EXCEEDED, reason TIMEOUT. `more`: variables beside this
// process's own. NOT_FOUND, and what the system says; its exit code is not looked at.
Result<std::string> OutputOf(const std::vector<std::string>& command, std::chrono::milliseconds limit,
                             const std::vector<std::pair<std::string, std::string>>& more = {});

// The first executable file of that name in PATH; empty: there is none.
std::filesystem::path FindProgram(const std::string& name);

// The path of the executable that runs now, by which it can be started again, even when its file has been replaced.
std::filesystem::path ThisExecutable();

}  // namespace sandbox::cli
