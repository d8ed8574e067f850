#include "cli/times.h"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/table.h"

namespace sandbox::cli {

std::optional<int64_t> MillisOf(const std::string& rfc3339) {
  std::tm parts{};
  int used = 0;
  if (std::sscanf(rfc3339.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                  &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &used) != 6)
    return std::nullopt;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  int64_t millis = int64_t{timegm(&parts)} * 1000, unit = 100;
  size_t at = static_cast<size_t>(used);
  if (at < rfc3339.size() && rfc3339[at] == '.') {
    for (++at; at < rfc3339.size() && rfc3339[at] >= '0' && rfc3339[at] <= '9'; ++at, unit /= 10)
      millis += (rfc3339[at] - '0') * unit;
  }
  return millis;
}

std::optional<int64_t> MillisAt(const nlohmann::json& of, const char* key) { return MillisOf(TextAt(of, key)); }

int64_t MillisNow() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string TookMillis(int64_t millis) {
  if (millis < 1000) return std::to_string(millis) + "ms";
  return Took(static_cast<double>(millis) / 1000);
}

std::optional<int64_t> ParseSpan(const std::string& text) {
  int64_t millis = 0;
  const char* at = text.c_str();
  if (*at == '\0') return std::nullopt;
  while (*at != '\0') {
    long long number = 0;
    char unit = 0;
    int used = 0;
    if (std::sscanf(at, "%9lld%c%n", &number, &unit, &used) != 2 || number < 0) return std::nullopt;
    const int64_t seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 0;
    if (seconds == 0) return std::nullopt;
    millis += number * seconds * 1000;
    at += used;
  }
  return millis;
}

std::string SizeText(int64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 1024 && unit + 1 < std::size(kUnits); ++unit) size /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", size, kUnits[unit]);
  return text;
}

nlohmann::json ObjectAt(const nlohmann::json& of, std::initializer_list<const char*> keys) {
  const nlohmann::json* at = &of;
  for (const char* key : keys) {
    const auto found = at->find(key);
    if (found == at->end() || !found->is_object()) return nlohmann::json::object();
    at = &*found;
  }
  return *at;
}

std::string TextAt(const nlohmann::json& of, const char* key) {
  const auto found = of.find(key);
  return found != of.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace sandbox::cli
