#pragma once

// Messages of one line each, for the sink that main() installs (standard error until then). Any thread.

#include <functional>
#include <string>
#include <string_view>

namespace sandbox {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

void Log(LogLevel level, std::string_view component, std::string_view message);
void SetLogSink(std::function<void(LogLevel, std::string_view component, std::string_view message)> sink);

}  // namespace sandbox
