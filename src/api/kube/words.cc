#include "api/kube/words.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/base/encoding.h"
#include "sandbox/base/error.h"
#include "sandbox/base/names.h"

namespace sandbox::kube {

using nlohmann::json;

json TimeJson(Instant at) {
  if (at == Instant{}) return nullptr;
  return FormatRfc3339(std::chrono::floor<std::chrono::seconds>(at));
}

json MicroTimeJson(Instant at) {
  if (at == Instant{}) return nullptr;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const std::string micros = std::to_string(std::chrono::floor<std::chrono::microseconds>(at - seconds).count());
  std::string text = FormatRfc3339(seconds);
  text.pop_back();
  return Cat(text, ".", std::string(6 - micros.size(), '0'), micros, "Z");
}

std::string ShortDuration(Duration duration) {
  const int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  const int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24, years = days / 365;
  const auto two = [](int64_t more, const char* unit, int64_t less, const char* small) {
    return less == 0 ? Cat(more, unit) : Cat(more, unit, less, small);
  };
  if (seconds < 0) return "0s";
  if (seconds < 120) return Cat(seconds, "s");
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (hours < 3) return Cat(minutes, "m");
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (days < 2) return Cat(hours, "h");
  if (days < 8) return two(days, "d", hours % 24, "h");
  if (years < 2) return Cat(days, "d");
  return years < 8 ? two(years, "y", days % 365, "d") : Cat(years, "y");
}

std::string AgeText(Instant since, Instant now) {
  return since == Instant{} ? "<unknown>" : ShortDuration(now - since);
}

std::string BytesText(int64_t bytes) {
  constexpr const char* kUnits[] = {"", "Ki", "Mi", "Gi", "Ti"};
  size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit < 4) {
    bytes /= 1024;
    ++unit;
  }
  return Cat(bytes, kUnits[unit]);
}

std::string UidOf(std::string_view text) {
  const std::string digits = HexNumber(Fnv1a64(text), 16) + HexNumber(Fnv164(text), 16);
  return Cat(digits.substr(0, 8), "-", digits.substr(8, 4), "-", digits.substr(12, 4), "-", digits.substr(16, 4), "-",
             digits.substr(20));
}

bool IsDnsName(std::string_view name) {
  const auto small = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (name.empty() || name.size() > 253 || !small(name.front()) || !small(name.back())) return false;
  return std::ranges::all_of(name, [&](char c) { return small(c) || c == '-' || c == '.'; });
}

}  // namespace sandbox::kube
