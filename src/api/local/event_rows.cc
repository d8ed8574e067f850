#include "api/local/event_rows.h"

#include <algorithm>
#include <chrono>

#include "api/local/execution_tree.h"
#include "api/local/node_kinds.h"
#include "flyteidl/core/catalog.pb.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr size_t kErrorLineBytes = 160;

json Time(Instant instant) {
  return instant == Instant{} ? json() : json(FormatRfc3339(std::chrono::floor<std::chrono::milliseconds>(instant)));
}

json Milliseconds(const std::optional<Duration>& duration) {
  return duration ? json(std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count()) : json();
}

json EndedAt(Instant started, const std::optional<Duration>& duration) {
  return started != Instant{} && duration ? Time(started + *duration) : json();
}

const char* KindName(model::ErrorKind kind) {
  static constexpr const char* kNames[] = {"UNKNOWN", "USER", "SYSTEM"};
  return kNames[static_cast<int>(kind)];
}

// The last line that says something: a traceback ends with what went wrong.
std::string LastLine(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.find_first_not_of(" \t\r") != std::string::npos) out = line;
    at = end + 1;
  }
  return out.size() <= kErrorLineBytes ? out : out.substr(0, kErrorLineBytes) + "...";
}

json Error(const std::optional<model::ExecutionError>& error) {
  if (!error) return nullptr;
  return {{"kind", KindName(error->kind)}, {"code", error->code}, {"message", error->message}};
}

bool IsDone(model::NodePhase phase) {
  return phase == model::NodePhase::kSucceeded || phase == model::NodePhase::kSkipped ||
         phase == model::NodePhase::kRecovered;
}

struct Progress {
  size_t total = 0, done = 0, running = 0, failed = 0;
  std::string failed_node;  // the first that failed
};

// Of the nodes at the top of the workflow, those that were not reached included.
Progress ProgressOf(MetadataReader& reader, const model::ExecutionRecord& record) {
  Progress out;
  const WorkflowScope scope = ScopeOf(reader, record);
  for (const auto& [id, node] : scope.nodes) out.total += id != "start-node" && id != "end-node";
  Instant first{};
  size_t reached = 0;
  for (const model::NodeRecord& node : reader.NodesOf(record.id)) {
    const bool failed = node.phase == model::NodePhase::kFailed || node.phase == model::NodePhase::kTimedOut;
    if (failed && !node.is_parent && (out.failed_node.empty() || node.updated_at < first)) {
      out.failed_node = node.id.node;
      first = node.updated_at;
    }
    if (!node.parent.empty() || IsMarker(node)) continue;
    ++reached;
    out.done += IsDone(node.phase);
    out.failed += failed;
    out.running += !model::IsTerminal(node.phase);
  }
  out.total = std::max(out.total, reached);
  return out;
}

json What(const model::ExecutionRecord& record) {
  const bool task = record.launch_plan.kind == EntityKind::kTask;
  const EntityId& id = task ? record.launch_plan : record.workflow;
  return {{"kind", task ? "task" : "workflow"}, {"name", id.name}, {"version", id.version}};
}

json ScheduleRow(MetadataReader& reader, const EntityId& plan) {
  for (const model::ScheduleRecord& schedule : reader.ListActiveSchedules()) {
    if (schedule.launch_plan != plan) continue;
    return {{"project", plan.project},        {"domain", plan.domain}, {"name", plan.name},
            {"version", plan.version},        {"active", true},        {"active_since", Time(schedule.active_since)},
            {"last", Time(schedule.fired_at)}};
  }
  const auto entity = reader.FindEntity(plan);
  if (!entity || entity->schedule_type.empty() || entity->schedule_type == "NONE") return nullptr;
  return {{"project", plan.project}, {"domain", plan.domain},   {"name", plan.name}, {"version", plan.version},
          {"active", false},         {"active_since", nullptr}, {"last", nullptr}};
}

json EntityRow(MetadataReader& reader, const EntityId& id) {
  static constexpr const char* kKinds[] = {"", "task", "workflow", "launch_plan", "dataset"};
  const auto entity = reader.FindEntity(id);
  return {{"kind", kKinds[static_cast<int>(id.kind)]},
          {"project", id.project},
          {"domain", id.domain},
          {"name", id.name},
          {"version", id.version},
          {"registered_at", entity ? Time(entity->created_at) : json()}};
}

json LimitRow(MetadataReader& reader, const model::AttributesKey& key) {
  return {{"resource", key.resource}, {"project", key.project},         {"domain", key.domain},
          {"workflow", key.workflow}, {"launch_plan", key.launch_plan}, {"gone", !reader.FindAttributes(key)}};
}

}  // namespace

json ExecutionRow(MetadataReader& reader, const model::ExecutionRecord& record) {
  const Progress progress = ProgressOf(reader, record);
  json error;
  if (record.error)
    error = {{"kind", KindName(record.error->kind)},
             {"code", record.error->code},
             {"line", LastLine(record.error->message)},
             {"node", progress.failed_node.empty() ? json() : json(progress.failed_node)}};
  return {
      {"project", record.id.project},
      {"domain", record.id.domain},
      {"id", record.id.name},
      {"phase", PhaseName(record.phase)},
      {"phase_since", Time(record.updated_at)},
      {"what", What(record)},
      {"plan", record.launch_plan.kind == EntityKind::kTask ? json() : json(record.launch_plan.name)},
      {"mode", record.mode},
      {"started_at", Time(record.started_at)},
      {"ended_at", EndedAt(record.started_at, record.duration)},
      {"duration_ms", Milliseconds(record.duration)},
      {"nodes",
       {{"total", progress.total},
        {"done", progress.done},
        {"running", progress.running},
        {"failed", progress.failed}}},
      {"why", record.abort_cause.empty() ? json() : json(record.abort_cause)},
      {"error", error},
      {"archived", record.state == 1},
      {"labels", record.settings.labels},
  };
}

json NodeRow(const model::NodeRecord& record) {
  json child;
  if (record.child_execution)
    child = {{"project", record.child_execution->project},
             {"domain", record.child_execution->domain},
             {"id", record.child_execution->name}};
  return {
      {"id", record.id.node},
      {"parent", record.parent.empty() ? json() : json(record.parent)},
      {"spec_id", record.spec_node_id},
      {"retry_group", record.retry_group},
      {"name", record.name},
      {"kind", KindOf(nullptr, record, record.has_task_metadata)},
      {"phase", PhaseName(record.phase)},
      {"cache", {{"status", flyteidl::core::CatalogCacheStatus_Name(record.cache_status)}}},
      {"created_at", Time(record.created_at)},
      {"queued_at", Time(record.queued_at)},
      {"started_at", Time(record.started_at)},
      {"ended_at", EndedAt(record.started_at, record.duration)},
      {"attempts", record.attempts + 1},
      {"child_execution", child},
      {"deck", record.deck_uri.empty() ? json() : json(record.deck_uri)},
      {"error", Error(record.error)},
  };
}

json AttemptRow(const model::TaskRecord& record) {
  const bool has_pod = !record.pod_status.empty();
  std::string reason = record.pod_reason;
  if (reason.empty() && !record.reasons.empty()) reason = record.reasons.back().message;
  return {
      {"node", record.id.node.node},
      {"item", record.item < 0 ? json() : json(record.item)},
      {"attempt", record.id.attempt},
      {"phase", PhaseName(record.phase)},
      {"task", {{"name", record.task.name}, {"version", record.task.version}}},
      {"task_type", record.task_type},
      {"pod", has_pod ? json(record.generated_name) : json()},
      {"ns", has_pod ? json(record.id.node.execution.Namespace()) : json()},
      {"pod_status", has_pod ? json(record.pod_status) : json()},
      {"exit_code", record.exit_code ? json(*record.exit_code) : json()},
      {"oom", record.pod_status == "OOMKilled"},
      {"reason", reason.empty() ? json() : json(reason)},
      {"created_at", Time(record.created_at)},
      {"started_at", Time(record.started_at)},
      {"ended_at", EndedAt(record.started_at, record.duration)},
      {"error", Error(record.error)},
  };
}

json EventRow(MetadataReader& reader, const std::string& name, const Change& change) {
  if (const auto* execution = std::get_if<ExecutionChange>(&change))
    return execution->row ? ExecutionRow(reader, *execution->row) : json();
  if (const auto* node = std::get_if<NodeChange>(&change)) return NodeRow(*node->row);
  if (const auto* attempt = std::get_if<AttemptChange>(&change))
    return name == "pod" ? PodJson(*attempt->row) : AttemptRow(*attempt->row);
  if (const auto* entity = std::get_if<EntityChange>(&change))
    return name == "schedule" ? ScheduleRow(reader, entity->id) : EntityRow(reader, entity->id);
  if (const auto* schedule = std::get_if<ScheduleChange>(&change)) return ScheduleRow(reader, schedule->launch_plan);
  if (const auto* attributes = std::get_if<AttributesChange>(&change)) return LimitRow(reader, attributes->key);
  if (const auto* log = std::get_if<LogChange>(&change))
    return {{"ns", log->pod_namespace},
            {"pod", log->pod},
            {"bytes", log->bytes},
            {"lines", log->lines},
            {"complete", log->complete}};
  if (const auto* machine = std::get_if<MachineChange>(&change)) {
    const auto total = [](int64_t amount) { return amount == 0 ? json() : json(amount); };
    return {{"capacity",
             {{"cpu_millis", {{"total", total(machine->cpu_millis_total)}, {"reserved", machine->cpu_millis_reserved}}},
              {"memory_bytes",
               {{"total", total(machine->memory_bytes_total)}, {"reserved", machine->memory_bytes_reserved}}},
              {"containers", machine->pods_running},
              {"waiting", machine->pods_waiting}}}};
  }
  return nullptr;
}

}  // namespace sandbox::api
