#include "api/local/event_rows.h"

#include "api/local/pod_json.h"
#include "api/local/row_json.h"
#include "api/local/story.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

json ScheduleRow(MetadataReader& reader, const EntityId& plan) {
  for (const model::ScheduleRecord& schedule : reader.ListActiveSchedules()) {
    if (schedule.launch_plan != plan) continue;
    return {
        {"project", plan.project},           {"domain", plan.domain}, {"name", plan.name},
        {"version", plan.version},           {"active", true},        {"active_since", TimeRow(schedule.active_since)},
        {"last", TimeRow(schedule.fired_at)}};
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
          {"registered_at", entity ? TimeRow(entity->created_at) : json()}};
}

json LimitRow(MetadataReader& reader, const model::AttributesKey& key) {
  return {{"resource", key.resource}, {"project", key.project},         {"domain", key.domain},
          {"workflow", key.workflow}, {"launch_plan", key.launch_plan}, {"gone", !reader.FindAttributes(key)}};
}

// Small changes of what is used or free are not told.
constexpr int64_t kCpuStep = 10, kMemoryStep = int64_t{64} << 10;
constexpr uintmax_t kDiskStep = uintmax_t{64} << 20;

json HeldJson(int64_t total, int64_t reserved, std::optional<int64_t> used) {
  return {{"total", total == 0 ? json() : json(total)}, {"reserved", reserved}, {"used", used ? json(*used) : json()}};
}

}  // namespace

json MachineRow(const MachineChange& machine, const std::optional<UsedNow::Amounts>& used,
                const std::filesystem::path& logs) {
  std::optional<int64_t> cpu, memory;
  if (machine.pods_running == 0) cpu = memory = 0;
  if (used) {
    cpu = used->cpu_millis / kCpuStep * kCpuStep;
    memory = used->memory_bytes / kMemoryStep * kMemoryStep;
  }
  std::error_code unknown;
  const auto space = std::filesystem::space(logs.parent_path(), unknown);  // it is made with the first pod
  return {{"capacity",
           {{"cpu_millis", HeldJson(machine.cpu_millis_total, machine.cpu_millis_reserved, cpu)},
            {"memory_bytes", HeldJson(machine.memory_bytes_total, machine.memory_bytes_reserved, memory)},
            {"containers", machine.pods_running},
            {"waiting", machine.pods_waiting}}},
          {"disk", {{"free_bytes", unknown ? json() : json(space.available / kDiskStep * kDiskStep)}}}};
}

EventRows::Run* EventRows::FindRun(const ExecutionId& id) {
  auto& run = runs_[id];
  if (run) return run.get();
  auto record = reader_.FindExecution(id);
  if (!record) return nullptr;
  run = std::make_unique<Run>(reader_, sources_.plans, std::move(*record));
  return run.get();
}

// As the change has it; without a row, and for the story, as the store has it now.
json EventRows::OfExecution(const std::string& name, const ExecutionChange& change) {
  if (change.row && name != "story") {
    RunLookup lookup(reader_, sources_.plans, *change.row);
    return ExecutionRow(reader_, GatherFacts(lookup));
  }
  Run* run = FindRun(change.id);
  if (run == nullptr) return nullptr;
  if (name == "story") return StoryOf(GatherAllFacts(run->lookup), std::chrono::system_clock::now());
  return ExecutionRow(reader_, GatherFacts(run->lookup));
}

json EventRows::OfNode(const model::NodeRecord& row) {
  Run* run = FindRun(row.id.execution);
  return run == nullptr ? json() : NodeRow(run->lookup, row, run->lookup.PlaceOf(row));
}

json EventRows::OfAttempt(const std::string& name, const model::TaskRecord& row) {
  if (name == "pod") return PodJson(row);
  if (name != "item") return AttemptRow(sources_.logs, row);
  return AttemptRow(sources_.logs, row, ArrayOf(reader_, row));
}

json EventRows::Row(const std::string& name, const Change& change) {
  if (const auto* execution = std::get_if<ExecutionChange>(&change)) return OfExecution(name, *execution);
  if (const auto* node = std::get_if<NodeChange>(&change)) return OfNode(*node->row);
  if (const auto* attempt = std::get_if<AttemptChange>(&change)) return OfAttempt(name, *attempt->row);
  if (const auto* entity = std::get_if<EntityChange>(&change))
    return name == "schedule" ? ScheduleRow(reader_, entity->id) : EntityRow(reader_, entity->id);
  if (const auto* schedule = std::get_if<ScheduleChange>(&change)) return ScheduleRow(reader_, schedule->launch_plan);
  if (const auto* attributes = std::get_if<AttributesChange>(&change)) return LimitRow(reader_, attributes->key);
  if (const auto* log = std::get_if<LogChange>(&change))
    return {{"ns", log->pod_namespace},
            {"pod", log->pod},
            {"bytes", log->bytes},
            {"lines", log->lines},
            {"complete", log->complete}};
  if (const auto* usage = std::get_if<UsageChange>(&change))
    return {{"node", usage->attempt.node.node},
            {"attempt", usage->attempt.attempt},
            {"ns", usage->attempt.node.execution.Namespace()},
            {"pod", usage->pod},
            {"t_ms", usage->at_ms},
            {"cpu_millis", usage->cpu_millis},
            {"memory_bytes", usage->memory_bytes}};
  if (const auto* machine = std::get_if<MachineChange>(&change))
    return MachineRow(*machine, sources_.used, sources_.logs);
  return nullptr;
}

}  // namespace sandbox::api
