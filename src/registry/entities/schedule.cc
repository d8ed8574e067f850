#include "sandbox/registry/schedule.h"

#include <algorithm>
#include <chrono>

#include "flyteidl/admin/schedule.pb.h"
#include "registry/entities/cron.h"
#include "registry/entities/time_zone.h"

namespace sandbox::registry {
namespace {

using namespace std::chrono;

constexpr int kYearsAhead = 5;  // a day that does not come within these never comes
constexpr minutes kDay = hours(24);
constexpr Duration kIntervalMax = hours(24) * 365 * 100;

bool Has(uint64_t bits, unsigned value) { return (bits >> value) & 1; }

bool MatchesDay(const CronSchedule& cron, sys_days day) {
  const year_month_day date(day);
  if (!Has(cron.months, static_cast<unsigned>(date.month()))) return false;
  const bool by_day = Has(cron.days, static_cast<unsigned>(date.day()));
  const bool by_weekday = Has(cron.weekdays, weekday(day).c_encoding());
  return cron.any_day || cron.any_weekday ? by_day && by_weekday : by_day || by_weekday;
}

// The first matching minute of a day, counted from midnight; nullopt when there is none from `from` on.
std::optional<minutes> MinuteOfDay(const CronSchedule& cron, minutes from) {
  while (from < kDay) {
    const auto hour = static_cast<unsigned>(from / hours(1));
    if (!Has(cron.hours, hour)) {
      from = hours(hour + 1);
    } else if (!Has(cron.minutes, static_cast<unsigned>((from % hours(1)).count()))) {
      ++from;
    } else {
      return from;
    }
  }
  return std::nullopt;
}

std::optional<Instant> NextMatch(const CronSchedule& cron, Instant after) {
  const auto first = floor<minutes>(after) + minutes(1);
  sys_days day = floor<days>(first);
  const year last = year_month_day(day).year() + years(kYearsAhead);
  for (minutes from = first - day; year_month_day(day).year() <= last; day += days(1), from = minutes(0)) {
    if (!MatchesDay(cron, day)) continue;
    if (const auto minute = MinuteOfDay(cron, from)) return Instant(day + *minute);
  }
  return std::nullopt;
}

// In local time. When the clocks go forward, what was to happen in that hour does not; when they go back, it happens
// twice.
std::optional<Instant> NextMatchIn(const TimeZone& zone, const CronSchedule& cron, Instant after) {
  constexpr int kChangesMax = 1000;  // of the offset, on the way to the next tick
  Duration offset = zone.OffsetAt(after);
  Instant local = after + offset;
  for (int i = 0; i < kChangesMax; ++i) {
    const auto match = NextMatch(cron, local);
    if (!match) return std::nullopt;
    const Instant tick = *match - offset;
    if (zone.OffsetAt(tick) == offset) return tick;
    // Goes on from where the offset changes.
    auto before = floor<seconds>(local - offset), behind = floor<seconds>(tick);
    while (behind - before > seconds(1)) {
      const auto middle = before + (behind - before) / 2;
      (zone.OffsetAt(middle) == offset ? before : behind) = middle;
    }
    offset = zone.OffsetAt(behind);
    local = Instant(behind) + offset - Duration(1);
  }
  return std::nullopt;
}

Duration RateInterval(const flyteidl::admin::FixedRate& rate) {
  Duration unit = minutes(1);
  if (rate.unit() == flyteidl::admin::HOUR) unit = hours(1);
  if (rate.unit() == flyteidl::admin::DAY) unit = hours(24);
  return rate.value() <= static_cast<uint64_t>(kIntervalMax / unit) ? unit * rate.value() : kIntervalMax;
}

// Whole seconds: names of executions have no more.
Instant StepFrom(Instant from, Duration interval) { return floor<seconds>(from) + interval; }

std::vector<Instant> NewestOfRate(Duration interval, Instant after, Instant until, size_t count_max) {
  const Instant base = floor<seconds>(after);
  const int64_t last = until < base ? 0 : (until - base) / interval;
  std::vector<Instant> out;
  for (int64_t n = std::max<int64_t>(1, last - static_cast<int64_t>(count_max) + 1); n <= last; ++n)
    out.push_back(base + n * interval);
  return out;
}

}  // namespace

std::optional<Instant> Schedule::Next(Instant after) const {
  if (cron && !cron->every) return zone ? NextMatchIn(*zone, *cron, after) : NextMatch(*cron, after);
  return StepFrom(after, cron ? *cron->every : interval);
}

std::vector<Instant> Schedule::Newest(Instant after, Instant until, size_t count_max) const {
  if (count_max == 0 || until <= after) return {};
  if (!cron || cron->every) return NewestOfRate(cron ? *cron->every : interval, after, until, count_max);
  // Looks back further and further: the last years of a schedule that fires every minute are not gone through.
  std::vector<Instant> out;
  for (Duration window = minutes(count_max + 1);; window *= 4) {
    const Instant from = until - after <= window ? after : until - window;
    out.clear();
    for (auto tick = Next(from); tick && *tick <= until; tick = Next(*tick)) out.push_back(*tick);
    if (out.size() >= count_max || from == after) break;
  }
  if (out.size() > count_max) out.erase(out.begin(), out.end() - static_cast<ptrdiff_t>(count_max));
  return out;
}

std::optional<Schedule> ReadSchedule(const flyteidl::admin::Schedule& schedule) {
  Schedule out;
  out.kickoff_argument = schedule.kickoff_time_input_arg();
  if (schedule.has_rate()) {
    out.interval = RateInterval(schedule.rate());
    return out.interval > Duration::zero() ? std::optional(out) : std::nullopt;
  }
  if (!schedule.has_cron_schedule()) return std::nullopt;
  auto cron = ParseCron(schedule.cron_schedule().schedule());
  if (!cron) return std::nullopt;
  // The reference's library: whole seconds, at least one.
  if (cron->every) cron->every = std::max<Duration>(seconds(1), floor<seconds>(*cron->every));
  if (!cron->time_zone.empty() && cron->time_zone != "UTC" && cron->time_zone != "Local") {
    if (auto zone = TimeZone::Load(cron->time_zone)) out.zone = std::make_shared<const TimeZone>(std::move(*zone));
  }
  out.cron = std::move(*cron);
  return out;
}

}  // namespace sandbox::registry
