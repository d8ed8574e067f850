// Task nodes, and what their dynamic ones become. Their attempts are in attempts.cc.

#include "cache.h"
#include "handlers.h"
#include "job.h"
#include "scopes.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::NodePhase;
using model::NodeWait;

namespace {

void StartTask(Stepper& step, uint32_t index) {
  const core::TaskTemplate* task = step.Task(index);
  if (task == nullptr) {
    step.Node(index).record.input_uri = step.DataDir(index) + "/inputs.pb";
    return step.FailNode(
        index, {"TaskNotFound",
                Cat("task [", step.Spec(index).task_node().reference_id().name(), "] is not in the compiled workflow"),
                "",
                ErrorKind::kSystem,
                {},
                ""});
  }
  if (!step.Admit(index, task->type() != "echo")) return;
  IsCacheable(*task) ? step.AskCache(index) : step.RunTask(index);
}

void StartTaskItem(Stepper& step, uint32_t index) {
  const core::TaskTemplate* task = step.Task(index);
  if (task == nullptr || (task->type() == kMapTaskType && !step.IsSubtask(index)))
    return common::RefuseItem(step, index);
  IsCacheable(*task) ? step.AskCache(index) : step.RunTask(index);
}

void RetryTask(Stepper& step, uint32_t index) {
  NodeRun& node = step.Node(index);
  // A dynamic node that timed out had stopped counting; it goes on at once, even above max_parallelism.
  if (!node.counted && !step.IsItem(index)) {
    node.counted = true;
    ++step.run().in_flight;
  }
  step.StartNewAttempt(index);
}

void ReopenTask(Run& run, uint32_t index, const StoredRun& stored) {
  const auto dynamic = stored.dynamic.find(run.nodes[index].record.id.node);
  if (dynamic == stored.dynamic.end()) return;
  OpenWorkflow(run, dynamic->second, dynamic->second->Primary(), index);
  run.scopes.back().dynamic = true;
}

void ResumeTask(Stepper& step, uint32_t index) {
  const NodeRun& node = step.Node(index);
  if (step.WaitsForCache(index)) return step.AskCache(index);
  if (node.attempt && !model::IsTerminal(node.attempt->phase)) return step.ResumeAttempt(index);
  if (!node.inside) return step.RecoverDynamic(index);
  common::Resume(step, index);
}

Instant TaskWakesAt(const Stepper& step, uint32_t index) {
  const Instant since = step.PullingSince(index);
  return since == Instant{} ? since : since + step.run().config->image_pull_grace;
}

void WakeTask(Stepper& step, uint32_t index) {
  if (step.WaitsForCache(index)) return step.OnCacheWake(index);
  if (!step.TimeOut(index) && !step.GiveUpPull(index)) step.ArmDeadline(index);
}

// What a dynamic task made.
void EndTask(Stepper& step, uint32_t index, uint32_t end_node) {
  const Literals outputs = step.Node(end_node).outputs;
  step.SucceedWith(index, outputs ? outputs : std::make_shared<const core::LiteralMap>());
}

// The children of a dynamic task count, and it would stand in their way.
bool TaskCounts(const Run& run, uint32_t index) { return !run.nodes[index].inside; }

NodeWait TaskWaits(const Run& run, uint32_t index) {
  const NodeRun& node = run.nodes[index];
  if (node.record.phase == NodePhase::kQueued) return NodeWait::kReservation;
  if (node.inside) return NodeWait::kInside;
  return node.attempt && node.attempt->plugin_identifier == kConnectorPlugin ? NodeWait::kConnector : NodeWait::kPod;
}

}  // namespace

constinit const NodeHandler kTaskNodes{
    .start = StartTask,
    .start_item = StartTaskItem,
    .retry = RetryTask,
    .reopen = ReopenTask,
    .resume = ResumeTask,
    .wake_at = TaskWakesAt,
    .wake = WakeTask,
    .abort = common::AbortInside,
    .end = EndTask,
    .counts = TaskCounts,
    .waits = TaskWaits,
};

// Of a node or an item: nothing that was made earlier can be taken.
void Stepper::RunTask(uint32_t index) {
  EnterQueued(index);
  if (IsItem(index) && !IsSubtask(index)) WriteInputs(index);
  if (Task(index)->type() == "echo") return Echo(index);
  if (const auto old = run_.recovered.find(Node(index).record.id.node);
      old != run_.recovered.end() && !old->second.futures.empty())
    return RecoverDynamic(index);
  StartNewAttempt(index);
}

}  // namespace sandbox::engine
