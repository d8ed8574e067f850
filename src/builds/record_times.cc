#include "builds/record_times.h"

#include <cstdio>

namespace sandbox::builds {

std::string TimeText(Instant time) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time);
  std::string text = FormatRfc3339(std::chrono::floor<std::chrono::seconds>(millis));
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(millis.time_since_epoch().count() % 1000));
  text.pop_back();
  return text + fraction;
}

Instant TimeOfText(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millis = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &year, &month, &day, &hour, &minute, &second,
                  &millis) != 7)
    return {};
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  const auto whole = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                     std::chrono::seconds(second);
  return InstantOf(whole.time_since_epoch().count(), int64_t{millis} * 1'000'000);
}

}  // namespace sandbox::builds
