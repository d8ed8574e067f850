#pragma once

// Messages of one line each, for the sink that main() installs (standard error until then). Any thread.

#include <functional>
#include <string>
#include <string_view>

namespace sandbox {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

void Log(LogLevel level, std::string_view component, std::string_view message);
void SetLogSink(std::function<void(LogLevel, std::string_view component, std::string_view message)> sink);

// A bug of ours that must stop the process: prints where and why, then aborts. Never for input.
#define SANDBOX_CHECK(condition, message)                                              \
  do {                                                                                 \
    if (!(condition)) ::sandbox::CheckFailed(__FILE__, __LINE__, #condition, message); \
  } while (false)
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition, std::string_view message);

}  // namespace sandbox
