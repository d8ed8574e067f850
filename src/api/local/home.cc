#include "api/local/home.h"

#include <nlohmann/json.hpp>
#include <set>

#include "api/local/list_calls.h"
#include "api/local/schedule_list.h"
#include "sandbox/registry/registry.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr size_t kRunningShown = 20;
constexpr uint64_t kLately = 5;

// Without those that are archived; of some phases, or of all when there are none.
json Newest(MetadataReader& reader, const LocalApiDeps& deps, const std::vector<std::string>& phases) {
  ListQuery query;
  query.conditions = {{ListEntity::kExecution, "state", FilterOp::kEq, {"0"}}};
  if (!phases.empty()) query.conditions.push_back({ListEntity::kExecution, "phase", FilterOp::kIn, phases});
  query.sort_column = "created_at";
  query.limit = kLately;
  const auto found = reader.ListExecutions(query);
  return found ? ExecutionRows(reader, deps.plans, *found) : json::array();
}

bool NeedsSomebody(const json& row) {
  if (!row["why"].is_object()) return false;
  const std::string code = row["why"]["code"];
  return (code == "GATE" && row["why"].value("gate", "") != "sleep") || code == "IMAGE_MISSING";
}

json ProjectRows(MetadataReader& reader, const registry::RegistryConfig& config) {
  const auto projects = reader.ListProjects({});
  json out = json::array();
  if (!projects) return out;
  for (const model::ProjectRecord& project : *projects) {
    json domains = json::array();
    for (const registry::DomainEntry& domain : config.domains) {
      ExecutionSearch search;
      search.project = project.id;
      search.domain = domain.id;
      search.limit = 0;
      const uint64_t all = reader.SearchExecutions(search).total;
      search.phases = {model::ExecutionPhase::kUndefined, model::ExecutionPhase::kQueued,
                       model::ExecutionPhase::kRunning,   model::ExecutionPhase::kSucceeding,
                       model::ExecutionPhase::kFailing,   model::ExecutionPhase::kAborting};
      const uint64_t running = all == 0 ? 0 : reader.SearchExecutions(search).total;
      domains.push_back({{"id", domain.id}, {"executions", all}, {"running", running}});
    }
    out.push_back({{"id", project.id}, {"name", project.name}, {"archived", project.state != 0}, {"domains", domains}});
  }
  return out;
}

// The images that executions wait for.
json MissingImages(const json& running) {
  json out = json::array();
  std::set<std::string> told;
  for (const json& row : running) {
    const json& why = row["why"];
    if (!why.is_object() || why["code"] != "IMAGE_MISSING") continue;
    const std::string reference = why.value("reference", "");
    if (told.insert(reference).second) out.push_back({{"reference", reference}, {"command", why.value("command", "")}});
  }
  return out;
}

}  // namespace

json MachineOf(const Usage& usage) {
  const auto amounts = [&usage](int64_t total, int64_t used) -> json {
    return {{"total", usage.totals_known || total != 0 ? json(total) : json()}, {"reserved", used}};
  };
  return {{"capacity",
           {{"cpu_millis", amounts(usage.cpu_millis_total, usage.cpu_millis_used)},
            {"memory_bytes", amounts(usage.memory_bytes_total, usage.memory_bytes_used)},
            {"containers", usage.pods_running},
            {"waiting", usage.pods_waiting}}}};
}

Result<json> Home(MetadataReader& reader, const LocalApiDeps& deps, const Target&) {
  std::vector<model::ExecutionRecord> open = reader.ListUnfinishedExecutions();
  const size_t count = open.size();
  if (open.size() > kRunningShown) open.erase(open.begin(), open.end() - kRunningShown);
  std::ranges::reverse(open);
  const json running = ExecutionRows(reader, deps.plans, open);
  json needs_you = json::array();
  for (const json& row : running) {
    if (NeedsSomebody(row)) needs_you.push_back(row);
  }
  return json{{"images_missing", MissingImages(running)},
              {"running", running},
              {"running_total", count},
              {"needs_you", std::move(needs_you)},
              {"failed", Newest(reader, deps, {"FAILED", "TIMED_OUT"})},
              {"mine", Newest(reader, deps, {})},
              {"machine", MachineOf(deps.usage())},
              {"projects", ProjectRows(reader, deps.registry)},
              {"schedules_next", NextTicks(reader, std::chrono::system_clock::now(), kLately)}};
}

}  // namespace sandbox::api
