#include "sandbox/base/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "sandbox/base/log.h"

namespace sandbox {
namespace {

std::atomic<uint64_t> logged = 0;

std::string Text(const char* file, int line, const char* condition, std::string_view message) {
  return Cat(kBugPrefix, file, ":", line, ": ", condition, message.empty() ? "" : ": ", message);
}

}  // namespace

void CheckFailed(const char* file, int line, const char* condition, std::string_view message) {
  std::fprintf(stderr, "%s\n", Text(file, line, condition, message).c_str());
  std::abort();
}

void StopProcess(std::string_view component, std::string_view message) {
  Log(LogLevel::kError, component, Cat(message, "; stopping"));
  std::abort();
}

std::unexpected<Error> RequestCheckFailed(const char* file, int line, const char* condition, std::string_view message) {
  ++logged;
  const std::string text = Text(file, line, condition, message);
  Log(LogLevel::kError, "check", text);
  return Fail(Code::kInternal, "BUG", text);
}

void ExpectFailed(const char* file, int line, const char* condition, std::string_view message) {
  ++logged;
  Log(LogLevel::kError, "check", Text(file, line, condition, message));
}

uint64_t BugsLogged() { return logged; }

}  // namespace sandbox
