#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/local/cache_row.h"
#include "api/local/event_rows.h"
#include "api/local/node_kinds.h"
#include "api/local/node_waits.h"
#include "api/local/pod_json.h"
#include "api/local/row_json.h"
#include "flyteidl/core/catalog.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "sandbox/base/text.h"

namespace sandbox::api {
namespace {

namespace core = flyteidl::core;
using engine::NodeKind;
using nlohmann::json;

constexpr size_t kErrorLineBytes = 160;

json What(const model::ExecutionRecord& record) {
  const bool task = record.launch_plan.kind == EntityKind::kTask;
  const EntityId& id = task ? record.launch_plan : record.workflow;
  return {{"kind", task ? "task" : "workflow"}, {"name", id.name}, {"version", id.version}};
}

const char* ModeName(int mode) {
  static constexpr const char* kModes[] = {"MANUAL",         "SCHEDULED", "SYSTEM", "RELAUNCH",
                                           "CHILD_WORKFLOW", "RECOVERED", "TRIGGER"};
  return mode >= 0 && mode < static_cast<int>(std::size(kModes)) ? kModes[mode] : "MANUAL";
}

json ErrorLineRow(const RunFacts& facts) {
  const auto& error = facts.execution.error;
  if (!error) return nullptr;
  return {{"kind", KindName(error->kind)},
          {"code", error->code},
          {"line", LastLine(error->message, kErrorLineBytes)},
          {"node", facts.failure ? json(facts.failure->record.id.node) : json()}};
}

json AbortRow(const model::ExecutionRecord& record) {
  const bool aborted =
      record.phase == model::ExecutionPhase::kAborted || record.phase == model::ExecutionPhase::kAborting;
  if (!aborted && record.abort_cause.empty()) return nullptr;
  return {{"cause", record.abort_cause}, {"principal", nullptr}};
}

std::string KindOfRow(const model::NodeRecord& record, const NodePlace& place) {
  if (record.spec_node_id == engine::kStartNode) return "start";
  if (record.spec_node_id == engine::kEndNode) return "end";
  if (record.is_array) return "array";
  if (record.is_dynamic) return "dynamic";
  if (place.node == nullptr) return KindOf(nullptr, record, record.has_task_metadata);
  switch (place.node->kind) {
    case NodeKind::kStart: return "start";
    case NodeKind::kEnd: return "end";
    case NodeKind::kTask: return "task";
    case NodeKind::kSubWorkflow: return "workflow";
    case NodeKind::kLaunchPlan: return "launch_plan";
    case NodeKind::kBranch: return "branch";
    case NodeKind::kGate: return "gate";
    case NodeKind::kArray: return "array";
    case NodeKind::kUnknown: break;
  }
  return "node";
}

json VersionedName(const core::Identifier& id) { return {{"name", id.name()}, {"version", id.version()}}; }

void AddTarget(const NodePlace& place, json& out) {
  if (place.node == nullptr || place.node->node == nullptr) return;
  if (const core::TaskTemplate* task = place.Task()) {
    out["task"] = VersionedName(task->id());
    out["task_type"] = task->type();
  }
  const core::WorkflowNode& workflow = place.node->node->workflow_node();
  if (workflow.has_launchplan_ref()) out["workflow"] = VersionedName(workflow.launchplan_ref());
  if (workflow.has_sub_workflow_ref()) out["workflow"] = VersionedName(workflow.sub_workflow_ref());
  out["gate"] = GateOf(place);
}

void AddOrder(const NodePlace& place, json& out) {
  out["order"] = 0;
  if (place.graph == nullptr) return;
  const auto at = std::ranges::find(place.graph->order, place.index);
  out["order"] = at - place.graph->order.begin();
  json upstream = json::array();
  for (const uint32_t up : place.node->upstream) upstream.push_back(place.IdOf(up));
  if (!upstream.empty()) out["upstream"] = std::move(upstream);
  if (place.node->role == engine::GraphNode::Role::kFailure) out["failure_node"] = true;
}

json TakenCase(RunLookup& run, const model::NodeRecord& record, const NodePlace& place) {
  if (place.node == nullptr || place.graph == nullptr || place.node->kind != NodeKind::kBranch) return nullptr;
  const auto* state = std::get_if<model::BranchState>(&record.state);
  for (const uint32_t choice : place.node->choices) {
    const std::string& spec = place.graph->nodes[choice].node->id();
    const std::string id = place.IdOf(choice);
    if (state != nullptr && !state->choice.empty() ? state->choice == spec : run.FindNode(id) != nullptr) return id;
  }
  return nullptr;
}

json ItemsRow(RunLookup& run, const model::NodeRecord& record, const std::string& kind) {
  if (kind != "array") return nullptr;
  json by_phase = json::object();
  uint64_t known = 0;
  for (const auto& [phase, count] : run.Counts(record.id.node)) {
    by_phase[phase == model::NodePhase::kUndefined ? "NOT_STARTED" : std::string(PhaseName(phase))] = count;
    known += count;
  }
  uint64_t total = known;
  if (const auto* state = std::get_if<model::ArrayState>(&record.state))
    total = std::max<uint64_t>(total, state->items);
  if (total > known) by_phase["NOT_STARTED"] = by_phase.value("NOT_STARTED", uint64_t{0}) + (total - known);
  return {{"total", total}, {"by_phase", by_phase}};
}

void AddTimes(const model::NodeRecord& record, json& out) {
  out.update({{"created_at", TimeRow(record.created_at)},
              {"queued_at", TimeRow(record.queued_at)},
              {"started_at", TimeRow(record.started_at)},
              {"ended_at", TimeRow(EndOf(record.started_at, record.duration))}});
}

json LogRow(const std::filesystem::path& logs, const model::TaskRecord& record) {
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(
      logs / record.id.node.execution.Namespace() / (record.generated_name + ".log"), missing);
  if (missing) return nullptr;
  return {{"bytes", bytes}, {"complete", IsTerminal(record.phase)}};
}

// What is known of the attempt's pod.
json PodFields(const model::TaskRecord& record) {
  const model::PodFacts& facts = record.pod.facts;
  json out = {{"pod", record.generated_name},
              {"ns", record.id.node.execution.Namespace()},
              {"pod_status", record.pod_status},
              {"admitted_at", TimeRow(facts.at.admitted)},
              {"pull_started_at", TimeRow(facts.at.pull_started)},
              {"pull_ended_at", TimeRow(facts.at.pull_ended)},
              {"container_id", TextRow(facts.container_id)},
              {"wait", WaitOfPod(record)}};
  if (facts.peak_memory_bytes != 0) out["peak_memory_bytes"] = facts.peak_memory_bytes;
  if (facts.cpu_mean_millis) out["cpu_mean_millis"] = *facts.cpu_mean_millis;
  out["image"] = {{"id", TextRow(facts.image_id)}};
  const auto& definition = record.pod.definition;
  if (definition == nullptr || definition->primary >= definition->containers.size()) return out;
  const model::PodContainer& primary = definition->containers[definition->primary];
  const auto amounts = [](int64_t cpu_millis, int64_t memory_bytes) -> json {
    return {{"cpu_millis", cpu_millis == 0 ? json() : json(cpu_millis)},
            {"memory_bytes", memory_bytes == 0 ? json() : json(memory_bytes)}};
  };
  out["image"]["reference"] = primary.image;
  out["request"] = amounts(primary.cpu_request_millis, primary.memory_request_bytes);
  out["limit"] = amounts(primary.cpu_limit_millis, primary.memory_limit_bytes);
  return out;
}

json LinksRow(const model::TaskRecord& record) {
  json out = json::array();
  for (const model::TaskLog& log : record.logs) out.push_back({{"name", log.name}, {"uri", log.uri}});
  return out.empty() ? json() : out;
}

}  // namespace

json ExecutionRow(MetadataReader& reader, const RunFacts& facts) {
  const model::ExecutionRecord& record = facts.execution;
  const NodeFacts* wait = MainWait(facts.open);
  // Read once it has ended, not with every event of a run that goes on.
  const int64_t peak = IsTerminal(record.phase) ? reader.PeakMemoryOf(record.id) : 0;
  json parent;
  if (record.parent_node)
    parent = {{"project", record.parent_node->execution.project},
              {"domain", record.parent_node->execution.domain},
              {"execution", record.parent_node->execution.name},
              {"node", record.parent_node->node}};
  return {
      {"project", record.id.project},
      {"domain", record.id.domain},
      {"id", record.id.name},
      {"phase", PhaseName(record.phase)},
      {"phase_since", TimeRow(record.updated_at)},
      {"what", What(record)},
      {"plan", record.launch_plan.kind == EntityKind::kTask ? json() : json(record.launch_plan.name)},
      {"plan_version", record.launch_plan.kind == EntityKind::kTask ? json() : json(record.launch_plan.version)},
      {"mode", ModeName(record.mode)},
      {"principal", record.user},
      {"created_at", TimeRow(record.created_at)},
      {"started_at", TimeRow(record.started_at)},
      {"ended_at", TimeRow(EndOf(record.started_at, record.duration))},
      {"duration_ms", MillisRow(record.duration)},
      {"nodes",
       {{"total", std::max(facts.total, facts.done + facts.running + facts.failed)},
        {"done", facts.done},
        {"running", facts.running},
        {"failed", facts.failed}}},
      {"why", wait == nullptr ? json() : wait->wait},
      {"abort", AbortRow(record)},
      {"error", ErrorLineRow(facts)},
      {"archived", record.state == 1},
      {"labels", record.settings.labels},
      {"parent", parent},
      {"peak_memory_bytes", peak == 0 ? json() : json(peak)},
  };
}

json NodeRow(RunLookup& run, const model::NodeRecord& record, const NodePlace& place) {
  const std::string kind = KindOfRow(record, place);
  json out = {
      {"id", record.id.node},
      {"parent", TextRow(record.parent)},
      {"spec_id", record.spec_node_id},
      {"retry_group", record.parent.empty() ? json() : json(record.retry_group)},
      {"name", record.name},
      {"display", DisplayName(record, place)},
      {"kind", kind},
      {"phase", PhaseName(record.phase)},
      {"cache", CacheRow(record)},
      {"attempts", record.attempts + 1},
      {"taken_case", TakenCase(run, record, place)},
      {"items", ItemsRow(run, record, kind)},
      {"child_execution", record.child_execution ? PlaceRow(*record.child_execution) : json()},
      {"deck", TextRow(record.deck_uri)},
      {"wait", WaitOf(run, record, place)},
      {"error", ErrorRow(record.error)},
  };
  AddTimes(record, out);
  AddTarget(place, out);
  AddOrder(place, out);
  return WithoutNulls(out);
}

json NotStartedRow(RunLookup& run, const NodePlace& place, const std::string& parent, bool can_begin,
                   uint64_t running) {
  const std::string id = place.IdOf(place.index);
  model::NodeRecord record;
  record.spec_node_id = place.node->node->id();
  record.name = place.node->node->metadata().name();
  json out = {{"id", id},
              {"parent", TextRow(parent)},
              {"spec_id", record.spec_node_id},
              {"name", record.name},
              {"display", DisplayName(record, place)},
              {"kind", KindOfRow(record, place)},
              {"phase", "NOT_STARTED"},
              {"attempts", 0},
              {"wait", can_begin ? WaitToBegin(run, id, place, running) : json()}};
  AddTarget(place, out);
  AddOrder(place, out);
  return WithoutNulls(out);
}

json AttemptRow(const std::filesystem::path& logs, const model::TaskRecord& record, const std::string& array) {
  std::string reason = record.pod_reason;
  // What it waited for says nothing once its pod runs.
  const bool past = record.phase == model::TaskPhase::kRunning || record.phase == model::TaskPhase::kSucceeded;
  if (reason.empty() && !record.reasons.empty() && (!past || record.job)) reason = record.reasons.back().message;
  json out = {
      {"node", record.id.node.node},
      {"item", record.item < 0 ? json() : json(record.item)},
      {"array", TextRow(array)},
      {"attempt", record.id.attempt},
      {"phase", PhaseName(record.phase)},
      {"task", {{"name", record.task.name}, {"version", record.task.version}}},
      {"task_type", record.task_type},
      {"exit_code", record.exit_code ? json(*record.exit_code) : json()},
      {"reason", TextRow(reason)},
      {"links", LinksRow(record)},
      {"created_at", TimeRow(record.created_at)},
      {"started_at", TimeRow(record.started_at)},
      {"ended_at", TimeRow(EndOf(record.started_at, record.duration))},
      {"error", ErrorRow(record.error)},
  };
  if (record.cache_status != core::CACHE_DISABLED) out["cache"] = core::CatalogCacheStatus_Name(record.cache_status);
  if (record.pod.facts.oom_killed || record.pod_status == "OOMKilled") out["oom"] = true;
  if (!record.pod_status.empty()) {
    out.update(PodFields(record));
    out["log"] = LogRow(logs, record);
  }
  return WithoutNulls(out);
}

}  // namespace sandbox::api
