#include "api/local/schedule_list.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "api/local/row_json.h"
#include "api/local/schedule_ticks.h"
#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/launch_plan.pb.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr size_t kNextShown = 5;
constexpr size_t kPastLookedAt = 100;
constexpr size_t kPastShown = 10;

struct Planned {
  model::ScheduleRecord record;
  bool active = true;
  flyteidl::admin::Schedule definition;
  std::optional<registry::Schedule> schedule;
  std::vector<Instant> next;
};

Planned PlannedOf(model::ScheduleRecord record, bool active, Instant now) {
  Planned out{std::move(record), active, {}, {}, {}};
  flyteidl::admin::LaunchPlanSpec spec;
  if (spec.ParseFromString(out.record.spec)) out.definition = spec.entity_metadata().schedule();
  out.schedule = registry::ReadSchedule(out.definition);
  if (active && out.schedule) out.next = ComingTicks(*out.schedule, out.record, now, kNextShown);
  return out;
}

std::vector<Planned> ActiveOnes(MetadataReader& reader, Instant now) {
  std::vector<Planned> out;
  for (model::ScheduleRecord& record : reader.ListActiveSchedules())
    out.push_back(PlannedOf(std::move(record), true, now));
  std::ranges::sort(out, {},
                    [](const Planned& each) { return each.next.empty() ? Instant::max() : each.next.front(); });
  return out;
}

std::vector<TickRun> RunsOfTicks(MetadataReader& reader, const EntityId& plan) {
  ExecutionSearch search;
  search.project = plan.project;
  search.domain = plan.domain;
  search.what = {EntityKind::kLaunchPlan, "", "", plan.name, ""};
  search.limit = kPastLookedAt;
  std::vector<TickRun> out;
  for (const model::ExecutionRecord& record : reader.SearchExecutions(search).executions) {
    if (record.mode != flyteidl::admin::ExecutionMetadata::SCHEDULED) continue;
    flyteidl::admin::ExecutionSpec spec;
    if (!spec.ParseFromString(record.spec) || !spec.metadata().has_scheduled_at()) continue;
    const auto& at = spec.metadata().scheduled_at();
    const Instant tick = InstantOf(at.seconds(), at.nanos());
    out.push_back({tick, record.created_at, record.id.name, record.phase});
  }
  return out;
}

json TickJson(const TickRow& row) {
  static constexpr const char* kStates[] = {"ran", "made_up", "skipped"};
  const bool ran = row.state != TickRow::State::kSkipped;
  return {{"at", TimeRow(row.at)},
          {"state", kStates[static_cast<int>(row.state)]},
          {"execution", TextRow(row.run.execution)},
          {"phase", ran ? json(PhaseName(row.run.phase)) : json()},
          {"started_at", TimeRow(row.run.created_at)}};
}

json HistoryOf(MetadataReader& reader, const Planned& planned, Instant now, json* row) {
  json out = json::array();
  if (!planned.schedule) return out;
  // What is paused has no ticks that were missed.
  const Instant until = planned.active ? now : planned.record.active_since;
  const Ticks ticks = PastTicks(*planned.schedule, planned.record, RunsOfTicks(reader, planned.record.launch_plan),
                                until, kPastLookedAt);
  (*row)["made_up"] = ticks.made_up;
  (*row)["missed"] = ticks.skipped;
  for (const TickRow& each : ticks.past) {
    if (out.size() < kPastShown) out.push_back(TickJson(each));
  }
  return out;
}

json RateOf(const flyteidl::admin::Schedule& schedule) {
  if (!schedule.has_rate()) return nullptr;
  return {{"value", schedule.rate().value()}, {"unit", flyteidl::admin::FixedRateUnit_Name(schedule.rate().unit())}};
}

json RowOf(MetadataReader& reader, const Planned& each, Instant now) {
  const EntityId& plan = each.record.launch_plan;
  json next = json::array();
  for (const Instant tick : each.next) next.push_back(TimeRow(tick));
  const std::string zone = each.schedule && each.schedule->cron ? each.schedule->cron->time_zone : "";
  json out = {{"project", plan.project},
              {"domain", plan.domain},
              {"name", plan.name},
              {"version", plan.version},
              {"active", each.active},
              {"active_since", each.active ? TimeRow(each.record.active_since) : json()},
              {"last", TimeRow(each.record.fired_at)},
              {"next", next},
              {"zone", zone.empty() ? "UTC" : zone},
              {"expression", ScheduleExpression(each.definition)},
              {"rate", RateOf(each.definition)},
              {"made_up", 0},
              {"missed", 0}};
  out["history"] = HistoryOf(reader, each, now, &out);
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

std::vector<model::EntityRecord> PausedPlans(MetadataReader& reader) {
  ListQuery query;
  query.conditions = {{ListEntity::kLaunchPlan, "schedule_type", FilterOp::kNe, {"NONE"}}};
  const auto found = reader.ListEntities(EntityKind::kLaunchPlan, query);
  if (!found) return {};
  std::map<std::tuple<std::string, std::string, std::string>, model::EntityRecord> newest;
  for (const model::EntityRecord& version : *found) {
    // What was never activated has never been updated.
    if (version.schedule_type.empty() || version.state == 1 || version.updated_at == version.created_at) continue;
    const auto [at, fresh] = newest.try_emplace({version.id.project, version.id.domain, version.id.name}, version);
    if (!fresh && version.updated_at > at->second.updated_at) at->second = version;
  }
  std::vector<model::EntityRecord> out;
  for (auto& [name, version] : newest) {
    const EntityId& id = version.id;
    if (!reader.FindActiveLaunchPlan(id.project, id.domain, id.name)) out.push_back(std::move(version));
  }
  return out;
}

Result<json> Schedules(MetadataReader& reader, const LocalApiDeps&, const Target&) {
  const Instant now = std::chrono::system_clock::now();
  json out = json::array();
  for (const Planned& each : ActiveOnes(reader, now)) out.push_back(RowOf(reader, each, now));
  for (const model::EntityRecord& plan : PausedPlans(reader))
    out.push_back(RowOf(reader, PlannedOf({plan.id, plan.spec, plan.updated_at, {}}, false, now), now));
  return json{{"schedules", out}};
}

json NextTicks(MetadataReader& reader, Instant now, size_t count) {
  json out = json::array();
  for (const Planned& each : ActiveOnes(reader, now)) {
    if (out.size() == count || each.next.empty()) break;
    const EntityId& plan = each.record.launch_plan;
    out.push_back(
        {{"project", plan.project}, {"domain", plan.domain}, {"name", plan.name}, {"at", TimeRow(each.next.front())}});
  }
  return out;
}

}  // namespace sandbox::api
