#include "api/local/limits.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sandbox/registry/registry.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

json Quantity(const std::map<std::string, std::string>& quantities, const std::string& name) {
  const auto found = quantities.find(name);
  return found == quantities.end() || found->second.empty() || found->second == "0" ? json() : json(found->second);
}

json ResourceRow(const LocalApiDeps& deps, const registry::TaskResources& resources, const std::string& name,
                 const std::string& from) {
  const auto origin = [&](const char* part) {
    return from == "config" ? OriginOf(deps.about.settings, Cat("task_resources.", part, ".", name)) : from;
  };
  const registry::TaskResources& config = deps.registry.task_resources;
  return {{"resource", name},
          {"default", Quantity(resources.defaults, name)},
          {"limit", Quantity(resources.limits, name)},
          {"from", from},
          {"default_from", origin("defaults")},
          {"limit_from", origin("limits")},
          {"config_default", Quantity(config.defaults, name)},
          {"config_limit", Quantity(config.limits, name)}};
}

}  // namespace

std::string SetBy(MetadataReader& reader, const model::AttributesKey& key) {
  const auto rows = reader.MatchAttributes(key);
  if (rows.empty()) return "config";
  // Those of wider places do not count.
  const model::AttributesKey& found = rows.front().key;
  if (!found.launch_plan.empty()) return "launch_plan";
  if (!found.workflow.empty()) return "workflow";
  return found.domain.empty() ? "project" : found.project.empty() ? "domain" : "project_domain";
}

std::string OriginOf(const std::vector<Setting>& settings, const std::string& name) {
  const auto found = std::ranges::find(settings, name, &Setting::name);
  return found == settings.end() ? "default" : found->from;
}

Result<json> Settings(MetadataReader&, const LocalApiDeps& deps, const Target&) {
  json out = json::array();
  for (const Setting& each : deps.about.settings)
    out.push_back(
        {{"name", each.name}, {"value", each.value.empty() ? json() : json(each.value)}, {"from", each.from}});
  return json{{"settings", out}};
}

Result<json> Limits(MetadataReader& reader, const LocalApiDeps& deps, const Target& target) {
  const std::string project = target.Get("project"), domain = target.Get("domain"), workflow = target.Get("workflow");
  if (project.empty()) return InvalidField("project", "project has to be the id of one");
  if (domain.empty()) return InvalidField("domain", "domain has to be one of the project's");
  if (!reader.FindProject(project)) return NotFound(Cat("there is no project ", project));
  const auto resources = registry::EffectiveTaskResources(reader, deps.registry, project, domain, workflow);
  const std::string from = SetBy(reader, {project, domain, workflow, "", flyteidl::admin::TASK_RESOURCE});
  std::set<std::string> names = {"cpu", "memory", "ephemeral-storage", "gpu"};
  const registry::TaskResources& whole = deps.registry.task_resources;
  for (const auto* quantities : {&resources.defaults, &resources.limits, &whole.defaults, &whole.limits}) {
    for (const auto& [name, quantity] : *quantities) names.insert(name);
  }
  json rows = json::array();
  for (const std::string& name : names) rows.push_back(ResourceRow(deps, resources, name, from));
  const model::AttributesKey config{project, domain, workflow, "", flyteidl::admin::WORKFLOW_EXECUTION_CONFIG};
  const auto attributes = registry::FindMatchingAttributes(reader, config);
  const auto set = attributes ? attributes->workflow_execution_config().max_parallelism() : 0;
  return json{{"resources", rows},
              {"max_parallelism",
               {{"value", set > 0 ? static_cast<int64_t>(set) : int64_t{deps.registry.max_parallelism}},
                {"from", set > 0 ? SetBy(reader, config) : OriginOf(deps.about.settings, "max_parallelism")}}}};
}

}  // namespace sandbox::api
