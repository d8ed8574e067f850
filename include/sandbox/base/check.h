#pragma once

// What must hold, stated where a reader would doubt it. Never for what comes from outside: that is refused with an
// Error. In every build.
//
//   SANDBOX_CHECK          What follows would lose work or do it twice: prints where and why, and stops the process.
//   SANDBOX_REQUEST_CHECK  Concerns one request only: the function, which returns a Status or a Result, returns
//                          INTERNAL with reason BUG.
//   SANDBOX_EXPECT         What follows can cope: an error is logged that begins with kBugPrefix. Tests fail on any.
//
// `message` names the state that explains it; it is made when it is needed. Any thread.

#include <cstdint>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox {

#define SANDBOX_CHECK(condition, message)                                              \
  do {                                                                                 \
    if (!(condition)) ::sandbox::CheckFailed(__FILE__, __LINE__, #condition, message); \
  } while (false)

#define SANDBOX_REQUEST_CHECK(condition, message)                                                    \
  do {                                                                                               \
    if (!(condition)) return ::sandbox::RequestCheckFailed(__FILE__, __LINE__, #condition, message); \
  } while (false)

#define SANDBOX_EXPECT(condition, message)                                              \
  do {                                                                                  \
    if (!(condition)) ::sandbox::ExpectFailed(__FILE__, __LINE__, #condition, message); \
  } while (false)

inline constexpr std::string_view kBugPrefix = "BUG: ";

[[noreturn]] void CheckFailed(const char* file, int line, const char* condition, std::string_view message);
[[nodiscard]] std::unexpected<Error> RequestCheckFailed(const char* file, int line, const char* condition,
                                                        std::string_view message);
void ExpectFailed(const char* file, int line, const char* condition, std::string_view message);

// Not a bug: what this process cannot go on without, such as its disk, fails for good. Says so in the log and stops the
// process.
[[noreturn]] void StopProcess(std::string_view component, std::string_view message);

// How many of either kind did not hold in this process, the process still going on.
uint64_t BugsLogged();

}  // namespace sandbox
