#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

#include "idl/go_text.h"
#include "sandbox/model/columns.h"

namespace sandbox::model {
namespace {

constexpr double kNanosPerSecond = 1e9;

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<int64_t> Nanoseconds(double nanos) {
  if (!std::isfinite(nanos) || std::abs(nanos) >= 9.2e18) return std::nullopt;
  return std::llround(nanos);
}

// "2.5" as seconds. Go's ParseFloat also takes a leading plus, which from_chars does not.
std::optional<double> ParseDecimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// Takes exactly `digits` digits from the front.
std::optional<int> TakeNumber(std::string_view& text, size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (!std::isdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool Take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// ".123456789": digits beyond nanoseconds are dropped.
std::optional<int64_t> TakeFraction(std::string_view& text) {
  if (!Take(text, ".")) return 0;
  int64_t nanos = 0;
  int digits = 0;
  for (; !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())); text.remove_prefix(1), ++digits) {
    if (digits < 9) nanos = nanos * 10 + (text.front() - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 9; ++digits) nanos *= 10;
  return nanos;
}

// "Z", "+02:00" or nothing (UTC), in seconds.
std::optional<int64_t> TakeOffset(std::string_view& text) {
  if (text.empty() || Take(text, "Zz")) return 0;
  const int64_t sign = text.front() == '-' ? -1 : 1;
  if (!Take(text, "+-")) return std::nullopt;
  const auto hours = TakeNumber(text, 2);
  if (!hours) return std::nullopt;
  int64_t minutes = 0;
  if (!text.empty()) {
    Take(text, ":");
    const auto taken = TakeNumber(text, 2);
    if (!taken) return std::nullopt;
    minutes = *taken;
  }
  return sign * (*hours * 3600 + minutes * 60);
}

struct ClockTime {
  int64_t seconds = 0;
  int64_t nanos = 0;
};

// "T12:34:56.789Z"; nothing is midnight.
std::optional<ClockTime> ParseClockTime(std::string_view text) {
  if (text.empty()) return ClockTime{};
  if (!Take(text, "Tt ")) return std::nullopt;
  const auto hour = TakeNumber(text, 2);
  if (!hour || *hour > 24 || !Take(text, ":")) return std::nullopt;
  const auto minute = TakeNumber(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  if (Take(text, ":")) {
    const auto taken = TakeNumber(text, 2);
    if (!taken || *taken > 60) return std::nullopt;
    second = *taken;
  }
  const auto nanos = TakeFraction(text);
  const auto offset = nanos ? TakeOffset(text) : std::nullopt;
  if (!offset || !text.empty()) return std::nullopt;
  return ClockTime{*hour * 3600 + *minute * 60 + second - *offset, *nanos};
}

std::optional<int64_t> ParseTime(std::string_view text) {
  const auto year = TakeNumber(text, 4);
  if (!year || !Take(text, "-")) return std::nullopt;
  const auto month = TakeNumber(text, 2);
  if (!month || !Take(text, "-")) return std::nullopt;
  const auto day = TakeNumber(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month), std::chrono::day(*day)};
  const auto clock = date.ok() ? ParseClockTime(text) : std::nullopt;
  if (!clock) return std::nullopt;
  // Outside what 64 bits of nanoseconds hold, every stored time is on the same side of the nearest year inside.
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  const int64_t seconds = days * int64_t{86400} + clock->seconds;
  if (*year < 1678) return INT64_MIN;
  if (*year > 2261) return INT64_MAX;
  return seconds * 1'000'000'000 + clock->nanos;
}

}  // namespace

Result<ColumnValue> ParseColumnValue(const Column& column, std::string_view text) {
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kBytes: return std::string(text);
    case ColumnType::kInteger:
      if (const auto value = ParseInteger(text)) return *value;
      return InvalidArgument(Cat("invalid value [", text, "] for ", column.name, ": expected an integer"));
    case ColumnType::kTime:
      if (const auto value = ParseTime(text)) return *value;
      return InvalidArgument(
          Cat("invalid value [", text, "] for ", column.name, ": expected a time like 2006-01-02T15:04:05Z"));
    case ColumnType::kDuration: break;
  }
  if (const auto seconds = ParseDecimal(text)) {
    if (const auto nanos = Nanoseconds(*seconds * kNanosPerSecond)) return *nanos;
  } else if (const auto duration = idl::ParseGoDuration(text)) {
    return duration->count();
  }
  return InvalidArgument(Cat("Failed to parse duration [", text, "]"));
}

}  // namespace sandbox::model
