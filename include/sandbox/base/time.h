#pragma once

#include <chrono>
#include <string>

namespace sandbox {

// Wall clock, UTC, nanoseconds. Passed in: only the Clock port reads it.
using Instant = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

// "2026-01-31T12:00:00.123456789Z", fraction cut to what is needed in steps of three digits.
std::string FormatRfc3339(Instant instant);

// Go's time.Duration text: "1m0s", "1.5s", "0s".
std::string FormatGoDuration(Duration duration);

}  // namespace sandbox
