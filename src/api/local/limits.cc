#include "api/local/limits.h"

#include <nlohmann/json.hpp>
#include <set>

#include "sandbox/registry/registry.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

// The narrowest place that has attributes of that kind; those of the others do not count.
std::string SetBy(MetadataReader& reader, const model::AttributesKey& key) {
  const auto rows = reader.MatchAttributes(key);
  if (rows.empty()) return "config";
  const model::AttributesKey& found = rows.front().key;
  if (!found.launch_plan.empty()) return "launch_plan";
  if (!found.workflow.empty()) return "workflow";
  return found.domain.empty() ? "project" : found.project.empty() ? "domain" : "project_domain";
}

json Quantity(const std::map<std::string, std::string>& quantities, const std::string& name) {
  const auto found = quantities.find(name);
  return found == quantities.end() || found->second.empty() || found->second == "0" ? json() : json(found->second);
}

}  // namespace

Result<json> Limits(MetadataReader& reader, const LocalApiDeps& deps, const Target& target) {
  const std::string project = target.Get("project"), domain = target.Get("domain"), workflow = target.Get("workflow");
  if (project.empty()) return InvalidField("project", "project has to be the id of one");
  if (domain.empty()) return InvalidField("domain", "domain has to be one of the project's");
  if (!reader.FindProject(project)) return NotFound(Cat("there is no project ", project));
  const auto resources = registry::EffectiveTaskResources(reader, deps.registry, project, domain, workflow);
  const std::string from = SetBy(reader, {project, domain, workflow, "", flyteidl::admin::TASK_RESOURCE});
  std::set<std::string> names = {"cpu", "memory", "ephemeral-storage", "gpu"};
  for (const auto* quantities : {&resources.defaults, &resources.limits}) {
    for (const auto& [name, quantity] : *quantities) names.insert(name);
  }
  json rows = json::array();
  for (const std::string& name : names)
    rows.push_back({{"resource", name},
                    {"default", Quantity(resources.defaults, name)},
                    {"limit", Quantity(resources.limits, name)},
                    {"from", from}});
  const model::AttributesKey config{project, domain, workflow, "", flyteidl::admin::WORKFLOW_EXECUTION_CONFIG};
  const auto attributes = registry::FindMatchingAttributes(reader, config);
  const auto set = attributes ? attributes->workflow_execution_config().max_parallelism() : 0;
  return json{{"resources", rows},
              {"max_parallelism",
               {{"value", set > 0 ? static_cast<int64_t>(set) : int64_t{deps.registry.max_parallelism}},
                {"from", set > 0 ? SetBy(reader, config) : "config"}}}};
}

}  // namespace sandbox::api
