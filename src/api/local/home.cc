#include "api/local/home.h"

#include <nlohmann/json.hpp>
#include <set>

#include "api/local/event_hub.h"
#include "api/local/event_rows.h"
#include "api/local/list_calls.h"
#include "api/local/needs_you.h"
#include "api/local/node_waits.h"
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
json MissingImages(const json& waiting) {
  json out = json::array();
  std::set<std::string> told;
  for (const json& row : waiting) {
    const json& why = row["why"];
    if (!why.is_object() || why["code"] != "IMAGE_MISSING") continue;
    const std::string reference = why.value("reference", "");
    if (told.insert(reference).second) out.push_back({{"reference", reference}, {"command", why.value("command", "")}});
  }
  return out;
}

// Who waits for room, and for how much.
json WaitingRows(const std::vector<model::TaskRecord>& queued) {
  json out = json::array();
  for (const model::TaskRecord& attempt : queued) {
    const ExecutionId& run = attempt.id.node.execution;
    json wait = WaitOfPod(attempt);
    wait["node"] = attempt.id.node.node;
    wait["display"] = attempt.task.name.substr(attempt.task.name.rfind('.') + 1);  // npos + 1 is 0
    out.push_back({{"project", run.project}, {"domain", run.domain}, {"execution", run.name}, {"wait", wait}});
  }
  return out;
}

MachineChange MachineOf(const Usage& usage) {
  return {usage.cpu_millis_total,  usage.cpu_millis_used, usage.memory_bytes_total,
          usage.memory_bytes_used, usage.pods_running,    usage.pods_waiting};
}

}  // namespace

Result<json> Home(MetadataReader& reader, const LocalApiDeps& deps, const Target&) {
  std::vector<model::ExecutionRecord> open = reader.ListUnfinishedExecutions();
  const size_t count = open.size();
  const NeedsYou needs_you = FindNeedsYou(reader, open);
  const json waiting = ExecutionRows(reader, deps.plans, needs_you.executions);
  if (open.size() > kRunningShown) open.erase(open.begin(), open.end() - kRunningShown);
  std::ranges::reverse(open);
  return json{{"images_missing", MissingImages(waiting)},
              {"running", ExecutionRows(reader, deps.plans, open)},
              {"running_total", count},
              {"needs_you", waiting},
              {"needs_you_total", needs_you.total},
              {"failed", Newest(reader, deps, {"FAILED", "TIMED_OUT"})},
              {"mine", Newest(reader, deps, {})},
              {"machine", MachineRow(MachineOf(deps.usage()), deps.events->Used(), deps.logs)},
              {"waiting", WaitingRows(needs_you.queued)},
              {"projects", ProjectRows(reader, deps.registry)},
              {"schedules_next", NextTicks(reader, std::chrono::system_clock::now(), kLately)}};
}

}  // namespace sandbox::api
