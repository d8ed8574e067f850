#include "executor/loader.h"

#include <algorithm>

#include "flyteidl/admin/node_execution.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "values/stored_values.h"

namespace sandbox::executor {
namespace {

constexpr int kRecoveredMode = 5;  // admin.ExecutionMetadata.RECOVERED

// The workflows that running dynamic nodes made.
std::unordered_map<std::string, std::shared_ptr<const engine::Plan>> LoadDynamic(
    const std::vector<model::NodeRecord>& nodes) {
  std::unordered_map<std::string, std::shared_ptr<const engine::Plan>> out;
  for (const model::NodeRecord& node : nodes) {
    if (node.dynamic_workflow.empty() || model::IsTerminal(node.phase)) continue;
    flyteidl::admin::DynamicWorkflowNodeMetadata metadata;
    if (!metadata.ParseFromString(node.dynamic_workflow)) continue;
    auto plan =
        engine::Plan::Build(std::make_shared<flyteidl::core::CompiledWorkflowClosure>(metadata.compiled_workflow()));
    if (plan) out.emplace(node.id.node, std::move(*plan));
  }
  return out;
}

}  // namespace

uint64_t OffloadedBytesMax(const engine::EngineConfig& config) {
  return std::min(config.offloading.max_mb << 20, values::kOwnBytesMax);
}

engine::Literals LoadLiterals(ObjectStore& objects, const std::string& uri) {
  auto map = std::make_shared<flyteidl::core::LiteralMap>();
  if (!map->ParseFromString(values::ReadObject(objects, uri, values::kOwnBytesMax))) return nullptr;
  return map;
}

Result<engine::Run> LoadRun(MetadataStore& store, ObjectStore& objects, Plans& plans, model::ExecutionRecord record,
                            const engine::EngineConfig& config) {
  auto plan = store.Query([&](MetadataReader& reader) { return plans.Find(reader, record.workflow); });
  if (!plan) return std::unexpected(std::move(plan.error()));
  engine::StoredRun stored;
  store.Read([&](MetadataReader& reader) {
    stored.nodes = reader.NodesOf(record.id);
    stored.tasks = reader.TasksOf(record.id);
    for (const model::SignalRecord& signal : reader.SignalsOf(record.id)) {
      auto value = std::make_shared<flyteidl::core::Literal>();
      if (!signal.value.empty() && value->ParseFromString(signal.value))
        stored.signals.emplace(signal.signal_id, std::move(value));
    }
  });
  stored.dynamic = LoadDynamic(stored.nodes);
  auto recovered = LoadRecovered(store, objects, record);
  stored.record = std::move(record);
  engine::Run run = engine::MakeRun(config, std::move(*plan), std::move(stored));
  run.recovered = std::move(recovered);
  for (const engine::OutputsNeeded& needed : engine::NeedsOutputs(run))
    run.nodes[needed.index].outputs = LoadLiterals(objects, needed.uri);
  for (auto needed = engine::NeedsValues(run); !needed.empty(); needed = engine::NeedsValues(run)) {
    for (const engine::ReadValues& what : needed) {
      engine::OffloadedValues& values = run.nodes[run.by_id.at(what.id.node)].values;
      for (const std::string& uri : what.uris)
        values[uri] = values::ReadOffloaded(objects, uri, OffloadedBytesMax(config));
    }
  }
  return run;
}

bool Recovers(const model::ExecutionRecord& record) { return record.mode == kRecoveredMode && record.reference; }

std::unordered_map<std::string, engine::RecoveredNode> LoadRecovered(MetadataStore& store, ObjectStore& objects,
                                                                     const model::ExecutionRecord& record) {
  std::unordered_map<std::string, engine::RecoveredNode> out;
  if (!Recovers(record)) return out;
  auto nodes = store.Query([&](MetadataReader& reader) { return reader.NodesOf(*record.reference); });
  for (model::NodeRecord& node : nodes) {
    engine::RecoveredNode& to = out[node.id.node];
    const bool done = node.phase == model::NodePhase::kSucceeded || node.phase == model::NodePhase::kRecovered;
    if (done && !node.input_uri.empty()) to.inputs = values::ReadObject(objects, node.input_uri, values::kOwnBytesMax);
    if (done && !node.output_uri.empty()) to.outputs = LoadLiterals(objects, node.output_uri);
    if (!done && !node.dynamic_job_spec_uri.empty())
      to.futures = values::ReadObject(objects, node.dynamic_job_spec_uri, values::kOwnBytesMax);
    to.record = std::move(node);
    if (!to.record.parent.empty() && to.record.item < 0) out[to.record.parent].inside.push_back(to.record.id.node);
  }
  return out;
}

}  // namespace sandbox::executor
