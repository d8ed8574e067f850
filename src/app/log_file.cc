#include "app/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sandbox/base/time.h"

namespace sandbox::app {
namespace {

constexpr const char* kLevelNames[] = {"debug", "info", "warning", "error"};

std::atomic<LogLevel> least = LogLevel::kInfo;
std::atomic<LogFormat> format = LogFormat::kText;

std::string LineOf(LogLevel level, std::string_view component, std::string_view message) {
  const std::string when =
      FormatRfc3339(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  const char* name = kLevelNames[static_cast<int>(level)];
  if (format == LogFormat::kText) return Cat(when, " ", name, " ", component, ": ", message, "\n");
  const nlohmann::ordered_json line = {{"time", when}, {"level", name}, {"component", component}, {"message", message}};
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// Whether standard error is that file, and how long it is; 0: it is another.
uint64_t LengthOf(const std::filesystem::path& file) {
  struct stat here{}, there{};
  const bool same = fstat(STDERR_FILENO, &here) == 0 && stat(file.c_str(), &there) == 0 &&
                    here.st_dev == there.st_dev && here.st_ino == there.st_ino;
  return same ? static_cast<uint64_t>(here.st_size) : 0;
}

// Standard error, and standard output where it went to the same file, begin a new one.
void Rotate(const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::rename(file.string() + ".1", file.string() + ".2", ignored);
  std::filesystem::rename(file, file.string() + ".1", ignored);
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return;
  struct stat out{}, err{};
  const bool both = fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &err) == 0 && out.st_ino == err.st_ino;
  dup2(fd, STDERR_FILENO);
  if (both) dup2(fd, STDOUT_FILENO);
  close(fd);
}

}  // namespace

// One message at a time: the caller of the sink holds its lock. How long the file is is asked once it may be full, not
// for each line.
void InstallLog(const std::filesystem::path& file, uint64_t bytes_max) {
  SetLogSink([file, bytes_max, room = uint64_t{0}](LogLevel level, std::string_view component,
                                                   std::string_view message) mutable {
    if (level < least) return;
    const std::string line = LineOf(level, component, message);
    if (room < line.size()) {
      if (LengthOf(file) >= bytes_max) Rotate(file);
      const uint64_t length = LengthOf(file);
      room = length < bytes_max ? bytes_max - length : 0;
    }
    room -= std::min<uint64_t>(room, line.size());
    std::fwrite(line.data(), 1, line.size(), stderr);
  });
}

void SetLogFormat(LogFormat wanted) { format = wanted; }

void SetLeastLevel(LogLevel level) { least = level; }

Result<LogLevel> ParseLogLevel(const std::string& name) {
  const auto found = std::ranges::find(kLevelNames, name, [](const char* each) { return std::string(each); });
  if (found != std::end(kLevelNames)) return static_cast<LogLevel>(found - std::begin(kLevelNames));
  return Fail(Code::kInvalidArgument, "BAD_VALUE",
              Cat("'", name, "' is no log level: use debug, info, warning or error"));
}

std::string NameOfLogLevel(LogLevel level) { return kLevelNames[static_cast<int>(level)]; }

}  // namespace sandbox::app
