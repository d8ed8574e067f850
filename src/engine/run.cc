#include "sandbox/engine/run.h"

#include <algorithm>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "handlers.h"
#include "sandbox/base/check.h"
#include "sandbox/base/names.h"
#include "scopes.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using model::NodePhase;

bool Succeeded(NodePhase phase) { return phase == NodePhase::kSucceeded || phase == NodePhase::kRecovered; }

void Identify(Run& run, uint32_t index, const model::NodeRecord* outer, std::string_view node_id) {
  model::NodeRecord& record = run.nodes[index].record;
  if (outer != nullptr) {
    record.parent = outer->id.node;
    record.retry_group = std::to_string(outer->attempts);
    const bool subtask = record.item >= 0 && run.nodes[*run.scopes[run.nodes[index].scope].parent].graph->subtasks;
    record.id = {run.record.id, subtask
                                    ? SubtaskNodeId({outer->id, outer->attempts}, static_cast<uint32_t>(record.item))
                                    : UniqueNodeId(outer->id.node, outer->attempts, node_id)};
  } else {
    record.id = {run.record.id, UniqueNodeId("", 0, node_id)};
  }
  run.by_id[record.id.node] = index;
}

// The indexes after a node that had ended before the restart.
void Replay(Run& run, uint32_t index) {
  NodeRun& node = run.nodes[index];
  Scope& scope = run.scopes[node.scope];
  const NodePhase phase = node.record.phase;
  const bool failed = phase == NodePhase::kFailed || phase == NodePhase::kTimedOut;
  if (scope.graph == nullptr) {
    ++scope.ended;
    scope.items_failed += failed;
    SANDBOX_CHECK(scope.ended <= scope.count, "more items are stored than the array has");
    return;
  }
  for (const uint32_t up : node.graph->upstream) {
    SANDBOX_CHECK(run.nodes[scope.first + up].consumers > 0, Cat("node ", node.record.id.node, " is stored twice"));
    --run.nodes[scope.first + up].consumers;
  }
  DropChoices(run, index);
  if (node.graph->role != GraphNode::Role::kPlain) return;
  scope.failed = scope.failed || failed;
  for (const uint32_t down : node.graph->downstream) {
    NodeRun& next = run.nodes[scope.first + down];
    next.skip = next.skip || !Succeeded(phase);
    SANDBOX_CHECK(next.waiting_for > 0, Cat("node ", node.record.id.node, " is stored twice"));
    --next.waiting_for;
  }
}

// The inside of a node that was running when the process ended.
void Reopen(Run& run, uint32_t index, const StoredRun& stored) {
  HandlerOf(run, index).reopen(run, index, stored);
  const NodeRun& node = run.nodes[index];
  if (node.record.phase != NodePhase::kFailing || !node.inside) return;
  run.scopes[*node.inside].state = Scope::State::kFailing;
  run.scopes[*node.inside].error = node.record.error;
}

void Attach(Run& run, model::NodeRecord& record, const StoredRun& stored) {
  const auto found = run.by_id.find(record.id.node);
  if (found == run.by_id.end()) return;  // of an earlier attempt of the node that it is inside of
  NodeRun& node = run.nodes[found->second];
  node.record = std::move(record);
  if (node.scope == 0 && node.record.spec_node_id == kStartNode) node.outputs = run.inputs;
  if (node.record.phase == NodePhase::kUndefined || model::IsTerminal(node.record.phase)) return;
  Reopen(run, found->second, stored);
  const bool item = run.scopes[node.scope].graph == nullptr;
  if (item) ++run.scopes[node.scope].running;
  node.counted = !item && HandlerOf(run, found->second).counts(run, found->second);
  run.in_flight += node.counted;
}

}  // namespace

uint32_t OpenWorkflow(Run& run, std::shared_ptr<const Plan> plan, const Graph& graph, std::optional<uint32_t> parent) {
  SANDBOX_CHECK(!parent || !run.nodes[*parent].inside, "a node has one inside at a time");
  Scope scope;
  scope.plan = std::move(plan);
  scope.graph = &graph;
  scope.first = static_cast<uint32_t>(run.nodes.size());
  scope.count = static_cast<uint32_t>(graph.nodes.size());
  scope.parent = parent;
  const auto scope_index = static_cast<uint32_t>(run.scopes.size());
  for (uint32_t i = 0; i < scope.count; ++i) {
    const GraphNode& place = graph.nodes[i];
    NodeRun& node = run.nodes.emplace_back();
    node.graph = &place;
    node.scope = scope_index;
    node.waiting_for = static_cast<uint32_t>(place.upstream.size()) + (place.role == GraphNode::Role::kPlain ? 0 : 1);
    node.consumers = static_cast<uint32_t>(place.downstream.size());
    node.record.spec_node_id = place.node->id();
    node.record.name = place.node->metadata().name();
    // A choice gets its identity when it is chosen.
    if (place.role != GraphNode::Role::kChoice)
      Identify(run, scope.first + i, parent ? &run.nodes[*parent].record : nullptr, place.node->id());
  }
  // The failure node sees the workflow's inputs.
  if (graph.failure) ++run.nodes[scope.first + graph.start].consumers;
  run.scopes.push_back(std::move(scope));
  if (parent) run.nodes[*parent].inside = scope_index;
  return scope_index;
}

uint32_t OpenItems(Run& run, uint32_t array, uint32_t count) {
  Scope scope;
  scope.plan = run.scopes[run.nodes[array].scope].plan;
  scope.first = static_cast<uint32_t>(run.nodes.size());
  scope.count = count;
  scope.parent = array;
  const auto scope_index = static_cast<uint32_t>(run.scopes.size());
  run.scopes.push_back(std::move(scope));
  const uint32_t first = run.scopes.back().first;
  for (uint32_t i = 0; i < count; ++i) {
    NodeRun& node = run.nodes.emplace_back();
    node.graph = run.nodes[array].graph->item.get();
    node.scope = scope_index;
    node.record.spec_node_id = Cat("n", i);
    node.record.item = static_cast<int>(i);
    Identify(run, first + i, &run.nodes[array].record, node.record.spec_node_id);
  }
  run.nodes[array].inside = scope_index;
  return scope_index;
}

void Choose(Run& run, uint32_t branch, uint32_t choice) {
  const uint32_t index = run.scopes[run.nodes[branch].scope].first + choice;
  SANDBOX_CHECK(run.nodes[index].waiting_for > 0 && !run.nodes[index].dropped,
                Cat("branch ", run.nodes[branch].record.id.node, " chooses twice"));
  Identify(run, index, &run.nodes[branch].record, run.nodes[index].record.spec_node_id);
  --run.nodes[index].waiting_for;
  DropChoices(run, branch, choice);
}

void DropChoices(Run& run, uint32_t branch, std::optional<uint32_t> but) {
  const uint32_t first = run.scopes[run.nodes[branch].scope].first;
  for (const uint32_t choice : run.nodes[branch].graph->choices) {
    NodeRun& node = run.nodes[first + choice];
    if (choice == but || node.dropped || node.record.phase != NodePhase::kUndefined) continue;
    node.dropped = true;
    for (const uint32_t up : node.graph->upstream) {
      NodeRun& producer = run.nodes[first + up];
      SANDBOX_CHECK(producer.consumers > 0, Cat("choice ", node.record.spec_node_id, " is dropped twice"));
      if (--producer.consumers == 0) producer.outputs.reset();
    }
    DropChoices(run, first + choice);
  }
}

Run MakeRun(const EngineConfig& config, std::shared_ptr<const Plan> plan, StoredRun stored) {
  Run run;
  run.config = &config;
  run.plan = std::move(plan);
  run.record = std::move(stored.record);
  run.signals = std::move(stored.signals);
  auto inputs = std::make_shared<core::LiteralMap>();
  inputs->ParseFromString(run.record.inputs);
  run.inputs = std::move(inputs);
  OpenWorkflow(run, run.plan, run.plan->Primary(), std::nullopt);
  if (run.record.phase == model::ExecutionPhase::kFailing) {
    run.scopes[0].state = Scope::State::kFailing;
    run.scopes[0].error = run.record.error;
  }
  for (model::NodeRecord& node : stored.nodes) Attach(run, node, stored);
  for (model::TaskRecord& task : stored.tasks) {
    const auto found = run.by_id.find(task.id.node.node);
    if (found == run.by_id.end()) continue;
    NodeRun& node = run.nodes[found->second];
    if (task.id.attempt == node.record.attempts && !model::IsTerminal(node.record.phase))
      node.attempt = std::move(task);
  }
  for (uint32_t i = 0; i < run.nodes.size(); ++i) {
    if (model::IsTerminal(run.nodes[i].record.phase)) Replay(run, i);
  }
  for (Scope& scope : run.scopes) {
    while (scope.graph == nullptr && scope.next < scope.count &&
           run.nodes[scope.first + scope.next].record.phase != NodePhase::kUndefined)
      ++scope.next;
  }
  return run;
}

std::vector<OutputsNeeded> NeedsOutputs(const Run& run) {
  std::vector<OutputsNeeded> out;
  for (uint32_t i = 0; i < run.nodes.size(); ++i) {
    const NodeRun& node = run.nodes[i];
    if (node.outputs || !Succeeded(node.record.phase) || node.record.output_uri.empty()) continue;
    const bool item = run.scopes[node.scope].graph == nullptr;
    if (item || node.consumers > 0) out.push_back({i, node.record.output_uri});
  }
  return out;
}

std::vector<AttemptId> LiveAttempts(const Run& run) {
  std::vector<AttemptId> out;
  for (const NodeRun& node : run.nodes) {
    if (node.attempt && !node.attempt->pod_status.empty() && !model::IsTerminal(node.attempt->phase))
      out.push_back(node.attempt->id);
  }
  return out;
}

bool IsLive(const Run& run, const AttemptId& id) {
  const auto found = run.by_id.find(id.node.node);
  if (found == run.by_id.end()) return false;
  const NodeRun& node = run.nodes[found->second];
  return node.attempt && node.attempt->id == id && !model::IsTerminal(node.attempt->phase);
}

std::vector<std::pair<NodeExecutionId, model::CacheClaim>> HeldClaims(const Run& run) {
  std::vector<std::pair<NodeExecutionId, model::CacheClaim>> out;
  for (const NodeRun& node : run.nodes) {
    if (node.record.cache_claim && !node.record.cache_claim->owner.empty())
      out.emplace_back(node.record.id, *node.record.cache_claim);
  }
  return out;
}

bool IsOver(const Run& run) { return model::IsTerminal(run.record.phase); }

void UpdatePodView(model::TaskRecord& task, const PodReport& report) {
  model::Learn(task.pod.facts, report.facts);
  switch (report.state) {
    case PodState::kPending: {
      const model::WaitReason before = std::exchange(task.pod.wait, report.wait);
      model::WaitReason& wait = task.pod.wait;
      wait.since = before.code == wait.code ? before.since : report.occurred_at;
      const model::WaitWords words = model::WordsOf(wait);
      const bool plain = wait.code == model::PodWait::kNone || wait.code == model::PodWait::kEngine ||
                         wait.code == model::PodWait::kResources;
      task.pod_status = plain ? "Pending" : words.status;
      // What is on its way in any case is no reason to look at.
      task.pod_reason = wait.code == model::PodWait::kStarting ? "" : words.sentence;
      return;
    }
    case PodState::kRunning:
      task.pod_status = "Running";
      task.pod_reason.clear();
      task.pod.wait = report.wait;
      task.containers_ready = task.containers_total;
      return;
    case PodState::kLost:
      task.pod_status = model::IsTerminal(task.phase) ? "Terminated" : "Error";
      task.pod_reason = report.message;
      break;
    case PodState::kFinished: {
      const auto worst = std::ranges::find_if(
          report.containers, [](const ContainerEnd& end) { return end.reason != EndReason::kCompleted; });
      const bool failed = worst != report.containers.end();
      task.pod_status =
          report.deadline_exceeded ? "DeadlineExceeded" : NameOf(failed ? worst->reason : EndReason::kCompleted);
      task.pod_reason = failed ? worst->message : report.message;
      if (failed) {
        task.exit_code = worst->exit_code;
      } else if (!report.containers.empty()) {
        task.exit_code = 0;
      }
      break;
    }
  }
  task.pod.wait = {};
  task.pod.ends = report.containers;
  const auto killed = [](const ContainerEnd& end) { return end.reason == EndReason::kOomKilled; };
  task.pod.facts.oom_killed |= std::ranges::any_of(report.containers, killed);
  task.pod.facts.at.ended = std::max(task.pod.facts.at.ended, report.occurred_at);
  task.containers_ready = 0;
  task.pod_finished_at = report.occurred_at;
}

}  // namespace sandbox::engine
