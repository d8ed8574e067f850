#include "api/local/run_settings.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "api/local/limits.h"
#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/admin/matchable_resource.pb.h"

namespace sandbox::api {
namespace {

namespace admin = flyteidl::admin;
using nlohmann::json;

// What each of those that may set something says; null: nothing.
using Said = std::vector<std::pair<std::string, json>>;

// The messages that have the common settings, by the word for them, the strongest first.
struct Sources {
  admin::ExecutionSpec request;
  std::optional<admin::LaunchPlanSpec> plan;
  std::vector<std::pair<std::string, admin::WorkflowExecutionConfig>> attributes;
};

Sources SourcesOf(MetadataReader& reader, const model::ExecutionRecord& record) {
  Sources out;
  out.request.ParseFromString(record.spec);
  if (record.launch_plan.kind == EntityKind::kLaunchPlan) {
    if (const auto plan = reader.FindEntity(record.launch_plan)) out.plan.emplace().ParseFromString(plan->spec);
  }
  const std::string workflow = out.plan ? record.workflow.name : "";
  for (const model::AttributesKey& place :
       {model::AttributesKey{record.id.project, record.id.domain, workflow, "", admin::WORKFLOW_EXECUTION_CONFIG},
        model::AttributesKey{record.id.project, "", "", "", admin::WORKFLOW_EXECUTION_CONFIG}}) {
    const auto found = registry::FindMatchingAttributes(reader, place);
    if (found && found->has_workflow_execution_config())
      out.attributes.emplace_back(SetBy(reader, place), found->workflow_execution_config());
  }
  return out;
}

template <typename Read>
Said Ask(const Sources& sources, Read read) {
  Said out = {{"request", read(sources.request)}};
  if (sources.plan) out.emplace_back("launch_plan", read(*sources.plan));
  for (const auto& [word, attributes] : sources.attributes) out.emplace_back(word, read(attributes));
  return out;
}

// The first that says what is in force; `otherwise` where nobody says anything else.
json From(const json& value, const Said& said, const json& otherwise) {
  for (const auto& [word, says] : said) {
    if (!says.is_null() && says == value) return word;
  }
  return otherwise;
}

json SettingRow(const char* name, const json& value, const json& from) {
  return {{"name", name}, {"value", value}, {"from", from}};
}

json MapOf(const auto& values) {
  json out = json::object();
  for (const auto& [name, value] : values) out[name] = value;
  return out;
}

json NullIfEmpty(const std::string& text) { return text.empty() ? json() : json(text); }

json Parallelism(const Sources& sources, const SettingSources& machine, const model::ExecutionRecord& record) {
  const json value = record.settings.max_parallelism;
  Said said = Ask(sources, [](const auto& source) {
    return source.max_parallelism() > 0 ? json(source.max_parallelism()) : json();
  });
  // The request is read back with what is in force, whoever set that: it is asked last.
  std::rotate(said.begin(), said.begin() + 1, said.end());
  const bool usual = record.settings.max_parallelism == machine.config.max_parallelism;
  if (usual) said.emplace(said.end() - 1, OriginOf(machine.settings, "max_parallelism"), value);
  return SettingRow("max_parallelism", value, From(value, said, json()));
}

json QuantityInForce(const std::map<std::string, std::string>& quantities, const std::string& name) {
  const auto found = quantities.find(name);
  return found == quantities.end() || found->second.empty() || found->second == "0" ? json() : json(found->second);
}

}  // namespace

json RunSettingsView(MetadataReader& reader, const SettingSources& machine, const model::ExecutionRecord& record) {
  const Sources sources = SourcesOf(reader, record);
  const model::RunSettings& run = record.settings;
  json rows = json::array();
  const auto add = [&](const char* name, const json& value, const json& nothing, auto read) {
    const bool unset = value == nothing;
    rows.push_back(SettingRow(name, value, From(value, Ask(sources, read), unset ? json("default") : json())));
  };
  rows.push_back(Parallelism(sources, machine, record));
  add("interruptible", run.interruptible ? json(*run.interruptible) : json(), json(),
      [](const auto& source) { return source.has_interruptible() ? json(source.interruptible().value()) : json(); });
  add("overwrite_cache", run.overwrite_cache, false,
      [](const auto& source) { return source.overwrite_cache() ? json(true) : json(); });
  add("raw_output_prefix", NullIfEmpty(run.raw_output_prefix), json(),
      [](const auto& source) { return NullIfEmpty(source.raw_output_data_config().output_location_prefix()); });
  const auto& identity = sources.request.security_context().run_as();
  for (const auto& [name, value] :
       {std::pair{"service_account", identity.k8s_service_account()}, std::pair{"iam_role", identity.iam_role()}}) {
    // The request is read back with the identity in force: it is asked last.
    Said said = Ask(sources, [&name](const auto& source) {
      const auto& run_as = source.security_context().run_as();
      return NullIfEmpty(std::string_view(name) == "iam_role" ? run_as.iam_role() : run_as.k8s_service_account());
    });
    std::rotate(said.begin(), said.begin() + 1, said.end());
    rows.push_back(SettingRow(name, NullIfEmpty(value), From(NullIfEmpty(value), said, "default")));
  }
  // Labels of the project fill in what the run does not set: then no one source has all of them.
  add("labels", MapOf(run.labels), json::object(),
      [](const auto& source) { return source.labels().values().empty() ? json() : MapOf(source.labels().values()); });
  add("annotations", MapOf(run.annotations), json::object(), [](const auto& source) {
    return source.annotations().values().empty() ? json() : MapOf(source.annotations().values());
  });
  return {{"settings", std::move(rows)}};
}

json RunLimitsView(MetadataReader& reader, const SettingSources& machine, const model::ExecutionRecord& record) {
  const EntityId& workflow = record.workflow;
  const auto now =
      registry::EffectiveTaskResources(reader, machine.config, workflow.project, workflow.domain, workflow.name);
  const std::string by = SetBy(reader, {workflow.project, workflow.domain, workflow.name, "", admin::TASK_RESOURCE});
  const auto from = [&](const char* part, const std::string& name, const json& value, const json& today) -> json {
    if (value != today) return nullptr;  // it was changed since
    return by == "config" ? json(OriginOf(machine.settings, Cat("task_resources.", part, ".", name))) : json(by);
  };
  const model::RunSettings& run = record.settings;
  std::set<std::string> names = {"cpu", "memory"};
  for (const auto* quantities : {&run.resource_defaults, &run.resource_limits}) {
    for (const auto& [name, quantity] : *quantities) names.insert(name);
  }
  json rows = json::array();
  for (const std::string& name : names) {
    const json usual = QuantityInForce(run.resource_defaults, name), limit = QuantityInForce(run.resource_limits, name);
    rows.push_back({{"resource", name},
                    {"default", usual},
                    {"limit", limit},
                    {"default_from", from("defaults", name, usual, QuantityInForce(now.defaults, name))},
                    {"limit_from", from("limits", name, limit, QuantityInForce(now.limits, name))}});
  }
  return {{"resources", std::move(rows)}};
}

}  // namespace sandbox::api
