#include "api/local/schedule_calls.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/local/schedule_list.h"
#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/launch_plan.pb.h"
#include "idl/times.h"
#include "sandbox/registry/registry.h"

namespace sandbox::api {
namespace {

namespace admin = flyteidl::admin;
using nlohmann::json;

constexpr std::string_view kRunEnding = ":run";

json PlanJson(const EntityId& id) {
  return {{"project", id.project}, {"domain", id.domain}, {"name", id.name}, {"version", id.version}};
}

bool SameName(const EntityId& a, const EntityId& b) {
  return a.project == b.project && a.domain == b.domain && a.name == b.name;
}

// The names that a body asks for; none: all of them.
Result<std::vector<EntityId>> NamesAskedFor(const std::string& body) {
  std::vector<EntityId> out;
  const json given = body.empty() ? json::object() : json::parse(body, nullptr, false);
  if (!given.is_object()) return InvalidField("schedules", "the body has to be an object such as {\"schedules\": []}");
  if (!given.contains("schedules")) return out;
  const json& list = given["schedules"];
  if (!list.is_array() || list.empty())
    return InvalidField("schedules", "schedules has to be a list of {project, domain, name}; leave it out for all");
  for (const json& each : list) {
    EntityId id{EntityKind::kLaunchPlan, "", "", "", ""};
    for (const auto& [key, into] :
         {std::pair{"project", &id.project}, std::pair{"domain", &id.domain}, std::pair{"name", &id.name}}) {
      if (!each.is_object() || !each.contains(key) || !each[key].is_string())
        return InvalidField("schedules", Cat("each of schedules has to have a text ", key));
      *into = each[key].get<std::string>();
    }
    out.push_back(std::move(id));
  }
  return out;
}

// Of those that can be changed the ones that are asked for; NOT_FOUND names the first that is not among them.
Result<std::vector<EntityId>> Chosen(const std::vector<EntityId>& all, const std::vector<EntityId>& wanted,
                                     const char* state) {
  if (wanted.empty()) return all;
  std::vector<EntityId> out;
  for (const EntityId& name : wanted) {
    const auto found = std::ranges::find_if(all, [&name](const EntityId& each) { return SameName(each, name); });
    if (found == all.end())
      return NotFound(
          Cat("there is no schedule ", name.name, " in ", name.project, "/", name.domain, " that is ", state));
    out.push_back(*found);
  }
  return out;
}

Result<json> SetStates(const ScheduleDeps& deps, const std::vector<EntityId>& plans, bool active) {
  json changed = json::array();
  for (const EntityId& plan : plans) {
    admin::LaunchPlanUpdateRequest request;
    *request.mutable_id() = registry::ToIdl(plan);
    request.set_state(active ? admin::ACTIVE : admin::INACTIVE);
    if (const auto done = deps.call("flyteidl.service.AdminService/UpdateLaunchPlan", request); !done)
      return std::unexpected(done.error());
    changed.push_back(PlanJson(plan));
  }
  return json{{"schedules", std::move(changed)}};
}

Result<json> Pause(const ScheduleDeps& deps, const std::string& body) {
  const auto wanted = NamesAskedFor(body);
  if (!wanted) return std::unexpected(wanted.error());
  std::vector<EntityId> active;
  for (const auto& record : deps.store.Query([](MetadataReader& reader) { return reader.ListActiveSchedules(); }))
    active.push_back(record.launch_plan);
  const auto plans = Chosen(active, *wanted, "active");
  if (!plans) return std::unexpected(plans.error());
  return SetStates(deps, *plans, false);
}

Result<json> Resume(const ScheduleDeps& deps, const std::string& body) {
  const auto wanted = NamesAskedFor(body);
  if (!wanted) return std::unexpected(wanted.error());
  std::vector<EntityId> paused;
  for (const auto& plan : deps.store.Query([](MetadataReader& reader) { return PausedPlans(reader); }))
    paused.push_back(plan.id);
  const auto plans = Chosen(paused, *wanted, "paused");
  if (!plans) return std::unexpected(plans.error());
  return SetStates(deps, *plans, true);
}

// The version that is active, else the one that is paused.
std::optional<model::EntityRecord> FindScheduled(MetadataReader& reader, const EntityId& name) {
  if (auto active = reader.FindActiveLaunchPlan(name.project, name.domain, name.name)) return active;
  for (model::EntityRecord& plan : PausedPlans(reader)) {
    if (SameName(plan.id, name)) return std::move(plan);
  }
  return std::nullopt;
}

Result<json> RunNow(const ScheduleDeps& deps, const EntityId& name) {
  const auto plan = deps.store.Query([&](MetadataReader& reader) { return FindScheduled(reader, name); });
  admin::LaunchPlanSpec spec;
  if (!plan || !spec.ParseFromString(plan->spec))
    return NotFound(Cat("there is no schedule ", name.name, " in ", name.project, "/", name.domain));
  admin::ExecutionCreateRequest request;
  request.set_project(name.project);
  request.set_domain(name.domain);
  *request.mutable_spec()->mutable_launch_plan() = registry::ToIdl(plan->id);
  request.mutable_spec()->mutable_metadata()->set_mode(admin::ExecutionMetadata::MANUAL);
  request.mutable_inputs();
  if (const std::string& input = spec.entity_metadata().schedule().kickoff_time_input_arg(); !input.empty()) {
    auto& kickoff = (*request.mutable_inputs()->mutable_literals())[input];
    *kickoff.mutable_scalar()->mutable_primitive()->mutable_datetime() =
        idl::ToIdl(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  }
  const auto created = deps.call("flyteidl.service.AdminService/CreateExecution", request);
  if (!created) return std::unexpected(created.error());
  const json id = json::parse(*created, nullptr, false).value("id", json::object());
  return json{{"project", name.project}, {"domain", name.domain}, {"name", id.value("name", "")}};
}

}  // namespace

Result<json> CallSchedules(const ScheduleDeps& deps, const std::string& path, const std::string& body) {
  if (path == ":pause") return Pause(deps, body);
  if (path == ":resume") return Resume(deps, body);
  if (path.starts_with('/') && path.ends_with(kRunEnding)) {
    std::istringstream in(path.substr(1, path.size() - 1 - kRunEnding.size()));
    EntityId name{EntityKind::kLaunchPlan, "", "", "", ""};
    std::getline(in, name.project, '/');
    std::getline(in, name.domain, '/');
    std::getline(in, name.name);
    if (!name.name.empty()) return RunNow(deps, name);
  }
  return NotFound("schedules have :pause, :resume and /PROJECT/DOMAIN/NAME:run");
}

}  // namespace sandbox::api
