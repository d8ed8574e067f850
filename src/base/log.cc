#include "sandbox/base/log.h"

#include <cstdio>
#include <mutex>

namespace sandbox {
namespace {

std::mutex sink_mutex;
std::function<void(LogLevel, std::string_view, std::string_view)> sink;

}  // namespace

void SetLogSink(std::function<void(LogLevel, std::string_view component, std::string_view message)> new_sink) {
  std::lock_guard lock(sink_mutex);
  sink = std::move(new_sink);
}

void Log(LogLevel level, std::string_view component, std::string_view message) {
  std::lock_guard lock(sink_mutex);
  if (sink) {
    sink(level, component, message);
  } else if (level >= LogLevel::kWarning) {
    std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(component.size()), component.data(),
                 static_cast<int>(message.size()), message.data());
  }
}

}  // namespace sandbox
