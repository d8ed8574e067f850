#pragma once

// The platform's own log: one line a message on standard error, which the background process has on HOME/sandbox.log.
// That file is renamed to sandbox.log.1 when it is full, and the one before to sandbox.log.2; there are no more.

#include <cstdint>
#include <filesystem>
#include <string>

#include "sandbox/base/error.h"
#include "sandbox/base/log.h"

namespace sandbox::app {

inline constexpr uint64_t kLogBytesMax = 16 << 20;

// Where messages go from now on. A standard error that is not `file` is not rotated.
void InstallLog(const std::filesystem::path& file, uint64_t bytes_max = kLogBytesMax);
// A line is words, or a JSON object of `time`, `level`, `component` and `message`. Words, as long as nothing else is
// said.
enum class LogFormat { kText, kJson };
void SetLogFormat(LogFormat format);
// Less important messages are left out: those of debug, as long as nothing else is said.
void SetLeastLevel(LogLevel level);
// "debug", "info", "warning", "error". BAD_VALUE.
Result<LogLevel> ParseLogLevel(const std::string& name);
std::string NameOfLogLevel(LogLevel level);

}  // namespace sandbox::app
