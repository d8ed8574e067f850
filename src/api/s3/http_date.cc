#include "api/s3/http_date.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "sandbox/base/error.h"

namespace sandbox::s3 {
namespace {

std::tm Utc(Instant instant) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

std::string Format(Instant instant, const char* pattern) {
  const std::tm parts = Utc(instant);
  char text[64];
  return std::string(text, std::strftime(text, sizeof text, pattern, &parts));
}

std::optional<Instant> Parse(std::string_view text, const char* pattern) {
  const std::string copy(text);
  std::tm parts{};
  const char* end = strptime(copy.c_str(), pattern, &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  // Instant ends in the year 2262.
  return Instant(std::chrono::seconds(std::clamp<std::time_t>(timegm(&parts), 0, 9'000'000'000)));
}

}  // namespace

// The C locale: nothing of ours changes it.
std::string FormatHttpDate(Instant instant) { return Format(instant, "%a, %d %b %Y %H:%M:%S GMT"); }
std::optional<Instant> ParseHttpDate(std::string_view text) { return Parse(text, "%a, %d %b %Y %H:%M:%S GMT"); }
std::string FormatAmzDate(Instant instant) { return Format(instant, "%Y%m%dT%H%M%SZ"); }
std::optional<Instant> ParseAmzDate(std::string_view text) {
  return text.size() == 16 ? Parse(text, "%Y%m%dT%H%M%SZ") : std::nullopt;
}

std::string FormatXmlDate(Instant instant) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(instant).time_since_epoch().count() % 1000;
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(milliseconds));
  return Format(instant, "%Y-%m-%dT%H:%M:%S") + fraction;
}

std::optional<Instant> ParseXmlDate(std::string_view text) {
  constexpr size_t kSeconds = 19;  // 2013-05-24T00:00:00
  if (text.size() < kSeconds) return std::nullopt;
  std::string_view rest = text.substr(kSeconds);
  if (rest.starts_with('.')) rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
  if (rest != "Z" && rest != "+00:00") return std::nullopt;
  return Parse(text.substr(0, kSeconds), "%Y-%m-%dT%H:%M:%S");
}

}  // namespace sandbox::s3
