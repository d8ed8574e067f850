#pragma once

// Cron texts as the reference's library reads them: five fields, descriptors (@daily, @every 5m), an optional time zone in
// front (TZ=Europe/Berlin). Reads the system's time zone files to know their names; otherwise pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"

namespace sandbox::registry {

struct CronSchedule {
  // Bit n is set when n matches. Weekdays count from Sunday, months from 1.
  uint64_t minutes = 0;
  uint64_t hours = 0;
  uint64_t days = 0;
  uint64_t months = 0;
  uint64_t weekdays = 0;
  // Given as '*' or '?': a day must match both fields when one of them is, else either.
  bool any_day = false;
  bool any_weekday = false;
  std::optional<Duration> every;  // "@every": the fields are not used
  std::string time_zone;          // empty: that of the server
};

// INVALID_ARGUMENT with the library's own text.
Result<CronSchedule> ParseCron(std::string_view text);

// Go's time.ParseDuration: "1h2m", "1.5s". INVALID_ARGUMENT with Go's text.
Result<Duration> ParseGoDuration(std::string_view text);

}  // namespace sandbox::registry
