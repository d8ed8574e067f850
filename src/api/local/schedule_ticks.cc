#include "api/local/schedule_ticks.h"

#include <algorithm>
#include <map>

namespace sandbox::api {
namespace {

// Executions have their tick in whole milliseconds, a fixed rate its activation's microseconds.
Instant WholeSecond(Instant at) { return std::chrono::floor<std::chrono::seconds>(at); }

}  // namespace

Ticks PastTicks(const registry::Schedule& schedule, const model::ScheduleRecord& record,
                const std::vector<TickRun>& runs, Instant now, size_t count_max) {
  std::map<Instant, TickRow, std::greater<>> rows;
  const Instant fired = WholeSecond(record.fired_at);
  for (const Instant at : schedule.Newest(record.active_since, now, count_max)) {
    if (WholeSecond(at) <= fired) rows[WholeSecond(at)] = {at, TickRow::State::kSkipped, {}};
  }
  for (const TickRun& run : runs) {
    const bool late = run.created_at - run.at > kMadeUpAfter;
    rows[WholeSecond(run.at)] = {run.at, late ? TickRow::State::kMadeUp : TickRow::State::kRan, run};
  }
  Ticks out;
  for (auto& [at, row] : rows) {
    if (out.past.size() == count_max) break;
    out.made_up += row.state == TickRow::State::kMadeUp ? 1 : 0;
    out.skipped += row.state == TickRow::State::kSkipped ? 1 : 0;
    out.past.push_back(std::move(row));
  }
  return out;
}

std::vector<Instant> ComingTicks(const registry::Schedule& schedule, const model::ScheduleRecord& record, Instant now,
                                 size_t count) {
  std::vector<Instant> out;
  // A fixed rate counts from its last tick: what was missed is made up for by the scheduler, and not shown here.
  Instant after = schedule.cron ? now : std::max(record.fired_at, record.active_since);
  if (!schedule.cron && schedule.interval > Duration::zero() && after < now)
    after += (now - after) / schedule.interval * schedule.interval;
  while (out.size() < count) {
    const auto tick = schedule.Next(after);
    if (!tick) break;
    if (*tick > now) out.push_back(*tick);
    after = *tick;
  }
  return out;
}

}  // namespace sandbox::api
