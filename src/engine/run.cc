#include "sandbox/engine/run.h"

#include <algorithm>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/workflow.pb.h"

#include "sandbox/base/names.h"

namespace sandbox::engine {
namespace {

using model::NodePhase;

bool Succeeded(NodePhase phase) { return phase == NodePhase::kSucceeded || phase == NodePhase::kRecovered; }

// The nodes of one workflow, none of them reached yet.
void AddScope(Run& run, const Graph& graph, std::optional<uint32_t> parent) {
  Scope scope{&graph, static_cast<uint32_t>(run.nodes.size()), parent, false};
  const uint32_t scope_index = static_cast<uint32_t>(run.scopes.size());
  for (const GraphNode& place : graph.nodes) {
    NodeRun& node = run.nodes.emplace_back();
    node.graph = &place;
    node.scope = scope_index;
    node.waiting_for = static_cast<uint32_t>(place.upstream.size());
    node.consumers = static_cast<uint32_t>(place.downstream.size());
    model::NodeRecord& record = node.record;
    record.spec_node_id = place.node->id();
    record.name = place.node->metadata().name();
    if (parent) {
      const model::NodeRecord& outer = run.nodes[*parent].record;
      record.parent = outer.id.node;
      record.retry_group = std::to_string(outer.attempts);
      record.id = {run.record.id, UniqueNodeId(outer.id.node, outer.attempts, place.node->id())};
    } else {
      record.id = {run.record.id, UniqueNodeId("", 0, place.node->id())};
    }
    run.by_id.emplace(record.id.node, static_cast<uint32_t>(run.nodes.size() - 1));
  }
  run.scopes.push_back(scope);
}

// The indexes after a node that had ended before the restart.
void Replay(Run& run, NodeRun& node) {
  Scope& scope = run.scopes[node.scope];
  const NodePhase phase = node.record.phase;
  scope.failed = scope.failed || phase == NodePhase::kFailed || phase == NodePhase::kTimedOut;
  for (const uint32_t up : node.graph->upstream) --run.nodes[scope.first + up].consumers;
  for (const uint32_t down : node.graph->downstream) {
    NodeRun& next = run.nodes[scope.first + down];
    next.skip = next.skip || !Succeeded(phase);
    --next.waiting_for;
  }
}

void Restore(Run& run, NodeRun& node) {
  if (model::IsTerminal(node.record.phase)) return Replay(run, node);
  if (node.record.phase == NodePhase::kUndefined || !node.graph->node->has_task_node()) return;
  node.counted = true;
  ++run.in_flight;
}

}  // namespace

Run MakeRun(const EngineConfig& config, std::shared_ptr<const Plan> plan, model::ExecutionRecord record, std::vector<model::NodeRecord> nodes,
            std::vector<model::TaskRecord> tasks, std::unordered_map<std::string, Literals> outputs) {
  Run run;
  run.config = &config;
  run.plan = std::move(plan);
  run.record = std::move(record);
  auto inputs = std::make_shared<flyteidl::core::LiteralMap>();
  inputs->ParseFromString(run.record.inputs);
  run.inputs = std::move(inputs);
  AddScope(run, run.plan->Primary(), std::nullopt);
  for (model::NodeRecord& node : nodes) {
    const auto found = run.by_id.find(node.id.node);
    if (found == run.by_id.end()) continue;
    NodeRun& to = run.nodes[found->second];
    to.record = std::move(node);
    if (const auto output = outputs.find(found->first); output != outputs.end()) to.outputs = output->second;
    if (to.record.spec_node_id == kStartNode) to.outputs = run.inputs;
  }
  for (model::TaskRecord& task : tasks) {
    const auto found = run.by_id.find(task.id.node.node);
    if (found == run.by_id.end()) continue;
    NodeRun& node = run.nodes[found->second];
    if (task.id.attempt == node.record.attempts && !model::IsTerminal(node.record.phase)) node.attempt = std::move(task);
  }
  for (NodeRun& node : run.nodes) Restore(run, node);
  return run;
}

std::vector<std::pair<std::string, std::string>> NeedsOutputs(const Plan& plan, const model::ExecutionRecord& record, const std::vector<model::NodeRecord>& nodes) {
  const Graph& graph = plan.Primary();
  std::vector<bool> over(graph.nodes.size());
  for (const model::NodeRecord& node : nodes) {
    const auto found = graph.by_id.find(node.spec_node_id);
    if (found != graph.by_id.end() && node.id.execution == record.id) over[found->second] = model::IsTerminal(node.phase);
  }
  std::vector<std::pair<std::string, std::string>> out;
  for (const model::NodeRecord& node : nodes) {
    const auto found = graph.by_id.find(node.spec_node_id);
    if (found == graph.by_id.end() || !Succeeded(node.phase) || node.output_uri.empty()) continue;
    const auto& downstream = graph.nodes[found->second].downstream;
    if (std::ranges::any_of(downstream, [&](uint32_t i) { return !over[i]; })) out.emplace_back(node.id.node, node.output_uri);
  }
  return out;
}

std::vector<AttemptId> LiveAttempts(const Run& run) {
  std::vector<AttemptId> out;
  for (const NodeRun& node : run.nodes) {
    if (node.attempt && !model::IsTerminal(node.attempt->phase)) out.push_back(node.attempt->id);
  }
  return out;
}

bool IsLive(const Run& run, const AttemptId& id) {
  const auto found = run.by_id.find(id.node.node);
  if (found == run.by_id.end()) return false;
  const NodeRun& node = run.nodes[found->second];
  return node.attempt && node.attempt->id == id && !model::IsTerminal(node.attempt->phase);
}

bool IsOver(const Run& run) { return model::IsTerminal(run.record.phase); }

void UpdatePodView(model::TaskRecord& task, const PodReport& report) {
  switch (report.state) {
    case PodState::kPending:
      task.pod_status = report.waiting_reason;
      for (const char* plain : {"", "EngineUnavailable", "WaitingForResources"}) {
        if (report.waiting_reason == plain) task.pod_status = "Pending";
      }
      task.pod_reason = report.message;
      return;
    case PodState::kRunning:
      task.pod_status = "Running";
      task.pod_reason.clear();
      task.containers_ready = task.containers_total;
      return;
    case PodState::kLost:
      task.pod_status = model::IsTerminal(task.phase) ? "Terminated" : "Error";
      task.pod_reason = report.message;
      break;
    case PodState::kFinished: {
      const auto worst = std::ranges::find_if(report.containers, [](const ContainerEnd& end) { return end.oom_killed || end.exit_code != 0; });
      const bool failed = worst != report.containers.end();
      task.pod_status = failed ? (worst->oom_killed ? "OOMKilled" : worst->reason.empty() ? "Error" : worst->reason) : "Completed";
      task.pod_reason = failed ? worst->message : "";
      if (failed) {
        task.exit_code = worst->exit_code;
      } else if (!report.containers.empty()) {
        task.exit_code = 0;
      }
      break;
    }
  }
  task.containers_ready = 0;
  task.pod_finished_at = report.occurred_at;
}

std::string MetadataRoot(const ExecutionId& id) { return Cat("s3://my-s3-bucket/metadata/propeller/", id.project, "-", id.domain, "-", id.name); }

std::string InputsRoot(const ExecutionId& id) { return Cat("s3://my-s3-bucket/metadata/", id.project, "/", id.domain, "/", id.name, "/"); }

}  // namespace sandbox::engine
