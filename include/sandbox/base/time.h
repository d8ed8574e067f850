#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sandbox {

// Wall clock, UTC, nanoseconds. Passed in: only the Clock port reads it.
using Instant = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

// What protobuf's Timestamp and Duration, Docker and others say in seconds. An Instant reaches from 1677 to 2262, a
// Duration over 292 years; what is beyond becomes the nearest that they hold.
Instant InstantOf(int64_t seconds, int64_t nanos = 0);
Duration DurationOf(int64_t seconds, int64_t nanos = 0);

// The same for a time to wait: at most a century, so that twice that after now is an Instant still.
Duration DelayOf(int64_t seconds, int64_t nanos = 0);

// "2026-01-31T12:00:00.123456789Z", fraction cut to what is needed in steps of three digits.
std::string FormatRfc3339(Instant instant);

// The same for seconds since 1970 and nanoseconds from 0 to 999'999'999, in any year.
std::string FormatRfc3339(int64_t seconds, int64_t nanos);

// Go's time.Duration text: "1m0s", "1.5s", "0s".
std::string FormatGoDuration(Duration duration);

}  // namespace sandbox
