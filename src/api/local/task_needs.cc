#include "api/local/task_needs.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/local/entity_list.h"
#include "api/local/limits.h"
#include "api/local/task_uses.h"
#include "engine/resources.h"
#include "flyteidl/admin/matchable_resource.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "sandbox/registry/registry.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

Quantity Find(const std::map<std::string, Quantity>& quantities, const std::string& name) {
  const auto found = quantities.find(name);
  return found == quantities.end() ? Quantity() : found->second;
}

json Text(const Quantity& quantity) { return quantity.IsZero() ? json() : json(quantity.ToString()); }

// Who set what is in force of one resource. `origin` is asked for "defaults" or "limits" of the place.
template <typename Origin>
json ResourceRow(const std::string& name, const engine::ResourceSet& asked, const engine::ResourceSet& given,
                 const Quantity& usual, Origin origin) {
  const Quantity asked_request = Find(asked.requests, name), asked_limit = Find(asked.limits, name);
  const Quantity request = Find(given.requests, name), limit = Find(given.limits, name);
  const auto from = [&](const Quantity& value, const Quantity& first, const Quantity& second) -> json {
    if (value.IsZero()) return nullptr;
    const Quantity& wanted = first.IsZero() ? second : first;
    if (value == wanted) return "task";
    return origin(wanted.IsZero() && value == usual ? "defaults" : "limits");
  };
  return {{"resource", name},
          {"asked_request", Text(asked_request)},
          {"asked_limit", Text(asked_limit)},
          {"request", Text(request)},
          {"limit", Text(limit)},
          {"request_from", from(request, asked_request, asked_limit)},
          {"limit_from", from(limit, asked_limit, asked_request)}};
}

Result<json> Resources(MetadataReader& reader, const LocalApiDeps& deps, const EntityId& id,
                       const flyteidl::core::TaskTemplate& task) {
  json rows = json::array();
  if (!task.has_container()) return rows;
  const auto place = registry::EffectiveTaskResources(reader, deps.registry, id.project, id.domain, "");
  const std::string by = SetBy(reader, {id.project, id.domain, "", "", flyteidl::admin::TASK_RESOURCE});
  model::RunSettings settings;
  settings.resource_defaults = place.defaults;
  settings.resource_limits = place.limits;
  const auto asked = engine::ParseResources(task.container().resources());
  if (!asked) return std::unexpected(asked.error());
  engine::ResourceSet given = *asked;
  if (Status adjusted = engine::AdjustResources(given, settings, true); !adjusted)
    return std::unexpected(adjusted.error());
  for (const std::string name : {"cpu", "memory", "ephemeral-storage", "gpu"}) {
    if (Find(given.requests, name).IsZero() && Find(given.limits, name).IsZero()) continue;
    const auto usual = place.defaults.find(name);
    const auto parsed = usual == place.defaults.end() ? Result<Quantity>() : Quantity::Parse(usual->second);
    rows.push_back(ResourceRow(name, *asked, given, parsed.value_or(Quantity()), [&](const char* part) -> std::string {
      return by == "config" ? OriginOf(deps.about.settings, Cat("task_resources.", part, ".", name)) : by;
    }));
  }
  return rows;
}

bool Runs(const model::EntityRecord& workflow, const EntityId& task) {
  flyteidl::core::CompiledWorkflowClosure closure;
  if (!closure.ParseFromString(workflow.closure)) return false;
  return std::ranges::any_of(closure.tasks(), [&task](const flyteidl::core::CompiledTask& each) {
    const auto& id = each.template_().id();
    return id.name() == task.name && id.project() == task.project && id.domain() == task.domain;
  });
}

json UsedBy(MetadataReader& reader, const EntityId& task) {
  json out = json::array();
  const EntityFilter all{task.project, task.domain, EntityKind::kWorkflow, "", false};
  for (const model::NamedEntityRecord& name : FindNames(reader, all, 0)) {
    const auto newest = NewestVersion(reader, name.id);
    const auto whole = newest ? reader.FindEntity(newest->id) : std::nullopt;  // lists have no closures of workflows
    if (whole && Runs(*whole, task)) out.push_back(TaskUseRow({newest->id, true, {}, {}}));
  }
  return out;
}

}  // namespace

Result<json> TaskNeeds(MetadataReader& reader, const LocalApiDeps& deps, const Target& target) {
  const EntityId id{EntityKind::kTask, target.Get("project"), target.Get("domain"), target.Get("name"),
                    target.Get("version")};
  const auto found = reader.FindEntity(id);
  if (!found) return NotFound(Cat("there is no task ", id.name, " ", id.version));
  flyteidl::core::CompiledTask task;
  if (!task.ParseFromString(found->closure)) return Internal(Cat("the stored task ", id.name, " cannot be read"));
  auto resources = Resources(reader, deps, id, task.template_());
  if (!resources) return std::unexpected(resources.error());
  return json{{"resources", std::move(*resources)}, {"used_by", UsedBy(reader, id)}};
}

}  // namespace sandbox::api
