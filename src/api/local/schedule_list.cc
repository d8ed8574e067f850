#include "api/local/schedule_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/local/row_json.h"
#include "flyteidl/admin/launch_plan.pb.h"
#include "sandbox/registry/schedule.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr size_t kNextShown = 5;

struct Planned {
  model::ScheduleRecord record;
  flyteidl::admin::Schedule definition;
  std::string zone;
  std::vector<Instant> next;
};

std::vector<Planned> PlannedOf(MetadataReader& reader, Instant now) {
  std::vector<Planned> out;
  for (model::ScheduleRecord& record : reader.ListActiveSchedules()) {
    Planned planned;
    flyteidl::admin::LaunchPlanSpec spec;
    if (spec.ParseFromString(record.spec)) planned.definition = spec.entity_metadata().schedule();
    if (const auto schedule = registry::ReadSchedule(planned.definition)) {
      if (schedule->cron) planned.zone = schedule->cron->time_zone;
      // A fixed rate counts from its last tick: what was missed is made up for by the scheduler, and not shown here.
      Instant after = schedule->cron ? now : std::max(record.fired_at, record.active_since);
      while (planned.next.size() < kNextShown) {
        const auto tick = schedule->Next(after);
        if (!tick) break;
        if (*tick > now) planned.next.push_back(*tick);
        after = *tick;
      }
    }
    planned.record = std::move(record);
    out.push_back(std::move(planned));
  }
  std::ranges::sort(out, {},
                    [](const Planned& each) { return each.next.empty() ? Instant::max() : each.next.front(); });
  return out;
}

}  // namespace

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
std::string ScheduleExpression(const flyteidl::admin::Schedule& schedule) {
  if (schedule.has_cron_schedule()) return schedule.cron_schedule().schedule();
  if (!schedule.has_rate()) return schedule.cron_expression();
  return Cat("every ", schedule.rate().value(), " ", flyteidl::admin::FixedRateUnit_Name(schedule.rate().unit()));
}
#pragma clang diagnostic pop

Result<json> Schedules(MetadataReader& reader, const LocalApiDeps&, const Target&) {
  json out = json::array();
  for (const Planned& each : PlannedOf(reader, std::chrono::system_clock::now())) {
    json next = json::array();
    for (const Instant tick : each.next) next.push_back(TimeRow(tick));
    const EntityId& plan = each.record.launch_plan;
    out.push_back({{"project", plan.project},
                   {"domain", plan.domain},
                   {"name", plan.name},
                   {"version", plan.version},
                   {"active", true},
                   {"active_since", TimeRow(each.record.active_since)},
                   {"last", TimeRow(each.record.fired_at)},
                   {"next", next},
                   {"zone", each.zone.empty() ? "UTC" : each.zone},
                   {"expression", ScheduleExpression(each.definition)}});
  }
  return json{{"schedules", out}};
}

json NextTicks(MetadataReader& reader, Instant now, size_t count) {
  json out = json::array();
  for (const Planned& each : PlannedOf(reader, now)) {
    if (out.size() == count || each.next.empty()) break;
    const EntityId& plan = each.record.launch_plan;
    out.push_back(
        {{"project", plan.project}, {"domain", plan.domain}, {"name", plan.name}, {"at", TimeRow(each.next.front())}});
  }
  return out;
}

}  // namespace sandbox::api
