#pragma once

// A time zone as the system's files describe it (RFC 8536). Immutable.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/base/time.h"

namespace sandbox::registry {

class TimeZone {
 public:
  // A name such as "Europe/Berlin", checked by ParseCron. Nullopt when the machine has no such file.
  static std::optional<TimeZone> Load(const std::string& name);
  // The content of such a file. Nullopt when it is none.
  static std::optional<TimeZone> Parse(std::string_view file);

  // East of UTC.
  std::chrono::seconds OffsetAt(Instant at) const;

 private:
  // A day of every year, and the time of that day.
  struct YearlyRule {
    enum class Kind { kWeekday, kDay, kDayWithoutLeap } kind = Kind::kWeekday;
    int month = 1, week = 1, day = 0;
    std::chrono::seconds time = std::chrono::hours(2);
  };
  struct Footer {
    std::chrono::seconds standard{};
    std::chrono::seconds summer{};
    bool changes = false;
    YearlyRule begin, end;  // of summer time
  };
  class FooterReader;

  static std::chrono::sys_seconds RuleTime(const YearlyRule& rule, std::chrono::year year);

  std::chrono::seconds first_{};
  std::vector<std::pair<std::chrono::sys_seconds, std::chrono::seconds>> changes_;  // from when, offset
  std::optional<Footer> footer_;                                                    // after the last change
};

}  // namespace sandbox::registry
