#include "sandbox/base/time.h"

#include <cstdio>
#include <ctime>

namespace sandbox {

std::string FormatRfc3339(Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  const auto nanos = (instant - seconds).count();
  const std::time_t time = seconds.time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::string out = text;
  if (nanos != 0) {
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, ".%09lld", static_cast<long long>(nanos));
    std::string digits = fraction;
    while (digits.size() > 4 && digits.ends_with("000")) digits.resize(digits.size() - 3);
    out += digits;
  }
  return out + "Z";
}

namespace {

// "1.5" from 1500 and three digits.
std::string WithFraction(int64_t value, int64_t unit) {
  std::string out = std::to_string(value / unit);
  if (value % unit == 0) return out;
  std::string fraction = std::to_string(unit + value % unit).substr(1);
  while (fraction.ends_with('0')) fraction.pop_back();
  return out + "." + fraction;
}

}  // namespace

std::string FormatGoDuration(Duration duration) {
  int64_t nanos = duration.count();
  if (nanos == 0) return "0s";
  const std::string sign = nanos < 0 ? "-" : "";
  if (nanos < 0) nanos = -nanos;
  if (nanos < 1'000) return sign + std::to_string(nanos) + "ns";
  if (nanos < 1'000'000) return sign + WithFraction(nanos, 1'000) + "µs";
  if (nanos < 1'000'000'000) return sign + WithFraction(nanos, 1'000'000) + "ms";
  const int64_t minute = 60'000'000'000, hour = 60 * minute;
  std::string out = sign;
  if (nanos >= hour) out += std::to_string(nanos / hour) + "h";
  if (nanos >= minute) out += std::to_string(nanos % hour / minute) + "m";
  return out + WithFraction(nanos % minute, 1'000'000'000) + "s";
}

}  // namespace sandbox
