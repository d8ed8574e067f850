#include "loader.h"

#include "attempt_objects.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/literals.pb.h"

namespace sandbox::core {
namespace {

constexpr int kModeRecovered = 5;  // admin.ExecutionMetadata.RECOVERED

engine::Literals ReadLiterals(ObjectStore& objects, const std::string& uri, uint64_t bytes_max) {
  auto map = std::make_shared<flyteidl::core::LiteralMap>();
  if (!map->ParseFromString(ReadObject(objects, uri, bytes_max))) return nullptr;
  return map;
}

Result<std::shared_ptr<const engine::Plan>> LoadPlan(MetadataStore& store, const EntityId& workflow) {
  const auto entity = store.Query([&](MetadataReader& reader) { return reader.FindEntity(workflow); });
  if (!entity) return NotFound(Cat("workflow ", workflow.name, " ", workflow.version, " is not registered any more"));
  auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>();
  if (!closure->ParseFromString(entity->closure)) return Internal(Cat("the stored closure of workflow ", workflow.name, " cannot be read"));
  return engine::Plan::Build(std::move(closure));
}

}  // namespace

Result<LoadedRun> LoadRun(MetadataStore& store, ObjectStore& objects, model::ExecutionRecord record, uint64_t bytes_max) {
  LoadedRun out;
  auto plan = LoadPlan(store, record.workflow);
  if (!plan) return std::unexpected(std::move(plan.error()));
  out.plan = std::move(*plan);
  store.Read([&](MetadataReader& reader) {
    out.nodes = reader.NodesOf(record.id);
    out.tasks = reader.TasksOf(record.id);
  });
  for (const auto& [node, uri] : engine::NeedsOutputs(*out.plan, record, out.nodes)) {
    if (auto outputs = ReadLiterals(objects, uri, bytes_max)) out.outputs.emplace(node, std::move(outputs));
  }
  out.recovered = LoadRecovered(store, objects, record, bytes_max);
  out.record = std::move(record);
  return out;
}

std::unordered_map<std::string, engine::RecoveredNode> LoadRecovered(MetadataStore& store, ObjectStore& objects, const model::ExecutionRecord& record, uint64_t bytes_max) {
  std::unordered_map<std::string, engine::RecoveredNode> out;
  if (record.mode != kModeRecovered || !record.reference) return out;
  auto nodes = store.Query([&](MetadataReader& reader) { return reader.NodesOf(*record.reference); });
  for (model::NodeRecord& node : nodes) {
    engine::RecoveredNode& to = out[node.id.node];
    const bool done = node.phase == model::NodePhase::kSucceeded || node.phase == model::NodePhase::kRecovered;
    if (done && !node.input_uri.empty()) to.inputs = ReadObject(objects, node.input_uri, bytes_max);
    if (done && !node.output_uri.empty()) to.outputs = ReadLiterals(objects, node.output_uri, bytes_max);
    to.record = std::move(node);
  }
  return out;
}

}  // namespace sandbox::core
