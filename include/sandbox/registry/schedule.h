#pragma once

// When a launch plan's schedule fires: protocol/control-plane 8.2. Pure but for ReadSchedule, which reads the system's
// time zone files. In UTC, unless a cron text begins with TZ=.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/base/time.h"

namespace flyteidl::admin {
class Schedule;
}

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

class TimeZone;

struct Schedule {
  std::optional<CronSchedule> cron;
  std::shared_ptr<const TimeZone> zone;  // of cron; null: UTC
  Duration interval{};                   // without cron: a fixed rate
  std::string kickoff_argument;          // input that gets the scheduled time; empty: none

  // The first tick after `after`, which for a fixed rate is the last tick or the activation. Nullopt: never again.
  std::optional<Instant> Next(Instant after) const;
  // The newest ticks in (after, until], oldest first, at most `count_max` of them.
  std::vector<Instant> Newest(Instant after, Instant until, size_t count_max) const;
};

// Nullopt when there is no schedule, or one that never fires (an empty cron text, a rate of zero, what the reference
// refuses to activate).
std::optional<Schedule> ReadSchedule(const flyteidl::admin::Schedule& schedule);

}  // namespace sandbox::registry
