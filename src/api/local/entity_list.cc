#include "api/local/entity_list.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/local/execution_filter.h"
#include "api/local/list_calls.h"
#include "api/local/row_json.h"
#include "api/local/schedule_list.h"
#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/interface.pb.h"
#include "sandbox/base/text.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr uint64_t kStrip = 10;
constexpr std::string_view kSingleTask = ".flytegen.";  // before the name of a single task
constexpr int kArchived = 1;                            // admin.NamedEntityState

ListEntity TableOf(EntityKind kind) {
  switch (kind) {
    case EntityKind::kWorkflow: return ListEntity::kWorkflow;
    case EntityKind::kLaunchPlan: return ListEntity::kLaunchPlan;
    default: return ListEntity::kTask;
  }
}

// The newest first, at most `limit`; 0: all.
std::vector<model::EntityRecord> VersionsOf(MetadataReader& reader, const EntityId& name, uint64_t limit = 0) {
  const ListEntity table = TableOf(name.kind);
  ListQuery query;
  query.conditions = {{table, "project", FilterOp::kEq, {name.project}},
                      {table, "domain", FilterOp::kEq, {name.domain}},
                      {table, "name", FilterOp::kEq, {name.name}}};
  query.sort_column = "created_at";
  query.limit = limit;
  auto found = reader.ListEntities(name.kind, query);
  return found ? std::move(*found) : std::vector<model::EntityRecord>();
}

json VariableRow(const std::string& name, const flyteidl::core::Variable& variable) {
  std::string type;
  if (!google::protobuf::util::MessageToJsonString(variable.type(), &type).ok()) type = "null";
  return {{"name", name}, {"type", json::parse(type, nullptr, false)}, {"description", variable.description()}};
}

template <typename Map, typename Row>
json RowsByName(const Map& map, Row row) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  std::ranges::sort(names);
  json out = json::array();
  for (const std::string& name : names) out.push_back(row(name, map.at(name)));
  return out;
}

struct Interface {
  json inputs = json::array(), outputs = json::array();
};

Interface InterfaceOf(const model::EntityRecord& version) {
  Interface out;
  if (version.id.kind == EntityKind::kLaunchPlan) {
    flyteidl::admin::LaunchPlanClosure closure;
    if (!closure.ParseFromString(version.closure)) return out;
    out.inputs = RowsByName(closure.expected_inputs().parameters(),
                            [](const std::string& name, const flyteidl::core::Parameter& parameter) {
                              json row = VariableRow(name, parameter.var());
                              row["required"] = parameter.required();
                              return row;
                            });
    out.outputs = RowsByName(closure.expected_outputs().variables(), VariableRow);
    return out;
  }
  flyteidl::core::TypedInterface interface;
  if (!interface.ParseFromString(version.typed_interface)) return out;
  out.inputs = RowsByName(interface.inputs().variables(), VariableRow);
  out.outputs = RowsByName(interface.outputs().variables(), VariableRow);
  return out;
}

json ImageOf(const model::EntityRecord& version) {
  flyteidl::core::CompiledTask task;
  if (version.id.kind != EntityKind::kTask || !task.ParseFromString(version.closure)) return nullptr;
  return TextRow(task.template_().container().image());
}

// Of the version that is active, else of the newest.
json ScheduleOf(const std::vector<model::EntityRecord>& versions) {
  if (versions.empty() || versions.front().id.kind != EntityKind::kLaunchPlan) return nullptr;
  const auto active = std::ranges::find(versions, 1, &model::EntityRecord::state);
  const model::EntityRecord& shown = active == versions.end() ? versions.front() : *active;
  if (shown.schedule_type.empty() || shown.schedule_type == "NONE") return nullptr;
  json out = {{"version", shown.id.version}, {"active", shown.state == 1}, {"type", shown.schedule_type}};
  flyteidl::admin::LaunchPlanSpec spec;
  if (!spec.ParseFromString(shown.spec)) return out;
  out["expression"] = ScheduleExpression(spec.entity_metadata().schedule());
  return out;
}

// Which workflow a launch plan runs.
json WorkflowOf(const model::EntityRecord& version) {
  flyteidl::admin::LaunchPlanSpec spec;
  if (version.id.kind != EntityKind::kLaunchPlan || !spec.ParseFromString(version.spec)) return nullptr;
  return TextRow(spec.workflow_id().name());
}

json RowOf(MetadataReader& reader, const model::NamedEntityRecord& name) {
  const auto versions = VersionsOf(reader, name.id);
  const auto runs = RunsOf(reader, name.id, kStrip);
  const Interface interface = versions.empty() ? Interface() : InterfaceOf(versions.front());
  return {{"kind", WordOfKind(name.id.kind)},
          {"project", name.id.project},
          {"domain", name.id.domain},
          {"name", name.id.name},
          {"description", name.description},
          {"archived", name.state == kArchived},
          {"versions", versions.size()},
          {"newest", versions.empty() ? "" : versions.front().id.version},
          {"registered_at", versions.empty() ? json() : TimeRow(versions.front().created_at)},
          {"last_run", runs.empty() ? json() : TimeRow(runs.front().created_at)},
          {"strip", StripRow(runs)},
          {"inputs", interface.inputs},
          {"outputs", interface.outputs},
          {"schedule", ScheduleOf(versions)},
          {"workflow", versions.empty() ? json() : WorkflowOf(versions.front())},
          {"image", versions.empty() ? json() : ImageOf(versions.front())},
          {"image_state", nullptr}};
}

}  // namespace

std::vector<model::NamedEntityRecord> FindNames(MetadataReader& reader, const EntityFilter& filter, uint64_t limit) {
  ListQuery query;
  const auto add = [&query](const char* column, const std::string& value) {
    if (!value.empty()) query.conditions.push_back({ListEntity::kNamedEntity, column, FilterOp::kEq, {value}});
  };
  add("project", filter.project);
  add("domain", filter.domain);
  query.sort_column = "name";
  query.ascending = true;
  auto found = reader.ListNamedEntities(filter.kind, query);
  if (!found) return {};
  // The workflow that a single task runs in is nobody's.
  std::erase_if(*found, [&filter, text = LowerCase(filter.text)](const model::NamedEntityRecord& name) {
    return (name.state == kArchived) != filter.archived || name.id.name.starts_with(kSingleTask) ||
           LowerCase(name.id.name).find(text) == std::string::npos;
  });
  if (limit != 0 && found->size() > limit) found->resize(limit);
  return std::move(*found);
}

std::vector<model::ExecutionRecord> RunsOf(MetadataReader& reader, const EntityId& name, uint64_t limit) {
  ExecutionSearch search;
  search.project = name.project;
  search.domain = name.domain;
  search.what = name;
  search.limit = limit;
  return reader.SearchExecutions(search).executions;
}

std::optional<model::EntityRecord> NewestVersion(MetadataReader& reader, const EntityId& name) {
  auto found = VersionsOf(reader, name, 1);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

json EntityRows(MetadataReader& reader, const EntityFilter& filter) {
  json out = json::array();
  for (const model::NamedEntityRecord& name : FindNames(reader, filter, 0)) out.push_back(RowOf(reader, name));
  return out;
}

}  // namespace sandbox::api
