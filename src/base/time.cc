#include "sandbox/base/time.h"

#include <algorithm>

#include "sandbox/base/error.h"

namespace sandbox {

namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
// Days around 1970 that the calendar of <chrono> counts; their years have five digits at most.
constexpr int64_t kDaysMax = 11'000'000;
constexpr Duration kLongestDelay = std::chrono::hours(24 * 36'525);

std::string Padded(int64_t number, size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

// "1.5" from 1500 and three digits.
std::string WithFraction(uint64_t value, uint64_t unit) {
  std::string out = std::to_string(value / unit);
  if (value % unit == 0) return out;
  std::string fraction = std::to_string(unit + value % unit).substr(1);
  while (fraction.ends_with('0')) fraction.pop_back();
  return out + "." + fraction;
}

}  // namespace

Instant InstantOf(int64_t seconds, int64_t nanos) { return Instant(DurationOf(seconds, nanos)); }

Duration DurationOf(int64_t seconds, int64_t nanos) {
  int64_t out = 0;
  if (__builtin_mul_overflow(seconds, kNanosPerSecond, &out) || __builtin_add_overflow(out, nanos, &out))
    return seconds < 0 ? Duration::min() : Duration::max();
  return Duration(out);
}

Duration DelayOf(int64_t seconds, int64_t nanos) { return std::min(DurationOf(seconds, nanos), kLongestDelay); }

std::string FormatRfc3339(Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant.time_since_epoch());
  return FormatRfc3339(seconds.count(), (instant.time_since_epoch() - seconds).count());
}

std::string FormatRfc3339(int64_t seconds, int64_t nanos) {
  int64_t day = seconds / kSecondsPerDay, second = seconds % kSecondsPerDay;
  if (second < 0) --day, second += kSecondsPerDay;
  const std::chrono::sys_days date{std::chrono::days(std::clamp(day, -kDaysMax, kDaysMax))};
  const std::chrono::year_month_day parts(date);
  std::string fraction = Padded(nanos, 9);
  while (fraction.ends_with("000")) fraction.resize(fraction.size() - 3);
  return Cat(Padded(static_cast<int>(parts.year()), 4), "-", Padded(static_cast<unsigned>(parts.month()), 2), "-",
             Padded(static_cast<unsigned>(parts.day()), 2), "T", Padded(second / 3600, 2), ":",
             Padded(second / 60 % 60, 2), ":", Padded(second % 60, 2), fraction.empty() ? "" : ".", fraction, "Z");
}

std::string FormatGoDuration(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  const std::string sign = duration < Duration::zero() ? "-" : "";
  const auto count = static_cast<uint64_t>(duration.count());
  const uint64_t nanos = sign.empty() ? count : 0 - count;
  if (nanos < 1'000) return sign + std::to_string(nanos) + "ns";
  if (nanos < 1'000'000) return sign + WithFraction(nanos, 1'000) + "µs";
  if (nanos < 1'000'000'000) return sign + WithFraction(nanos, 1'000'000) + "ms";
  const uint64_t minute = 60'000'000'000, hour = 60 * minute;
  std::string out = sign;
  if (nanos >= hour) out += std::to_string(nanos / hour) + "h";
  if (nanos >= minute) out += std::to_string(nanos % hour / minute) + "m";
  return out + WithFraction(nanos % minute, 1'000'000'000) + "s";
}

}  // namespace sandbox
