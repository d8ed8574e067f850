// Launch-plan nodes: each try of one is an execution of its own.

#include "handlers.h"
#include "sandbox/base/check.h"
#include "sandbox/base/names.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::ExecutionError;
using model::ExecutionPhase;
using model::NodeWait;

namespace {

ExecutionId ChildOf(const Stepper& step, uint32_t index) {
  const ExecutionId& parent = step.run().record.id;
  return {parent.project, parent.domain, ChildExecutionName(step.CurrentAttempt(index))};
}

void LaunchChildOf(Stepper& step, uint32_t index) {
  const NodeRun& node = step.Node(index);
  SANDBOX_CHECK(node.inputs, Cat("the child of node ", node.record.id.node, " has no inputs"));
  LaunchChild effect{step.CurrentAttempt(index), ChildOf(step, index),
                     ToEntityId(step.Spec(index).workflow_node().launchplan_ref()), node.inputs, std::nullopt};
  const auto& recovered = step.run().recovered;
  if (const auto old = recovered.find(node.record.id.node); old != recovered.end())
    effect.recover = old->second.record.child_execution;
  step.out().effects.push_back(std::move(effect));
}

void TryChild(Stepper& step, uint32_t index) {
  step.EnterRunning(index);
  LaunchChildOf(step, index);
}

void StartLaunchPlan(Stepper& step, uint32_t index) {
  if (!step.Begin(index, true)) return;
  step.WriteInputs(index);
  TryChild(step, index);
}

void StartPlanItem(Stepper& step, uint32_t index) {
  step.EnterQueued(index);
  TryChild(step, index);
}

void ResumeChild(Stepper& step, uint32_t index) {
  if (!step.ResolveNodeInputs(index)) return;
  LaunchChildOf(step, index);
  step.ArmDeadline(index);
}

void AbortChildOf(Stepper& step, uint32_t index, const std::string& reason) {
  step.out().effects.push_back(AbortChild{
      ChildOf(step, index),
      Cat("cascading abort as parent execution id [", step.run().record.id.name, "] aborted, reason [", reason, "]")});
}

NodeWait ChildWaits(const Run&, uint32_t) { return NodeWait::kChild; }

void OnChild(Stepper& step, uint32_t index, const ChildReported& report) {
  if (report.state == ChildReported::State::kRefused) {
    if (report.retryable)
      return step.TryAgainOrFail(index, Retryable(ErrorKind::kSystem, "RuntimeExecutionError", report.message));
    return step.FailNode(index, {"RuntimeExecutionError", report.message, "", ErrorKind::kUser, {}, ""});
  }
  const ExecutionId child = ChildOf(step, index);
  step.Node(index).record.child_execution = child;
  step.Touch(index);
  if (report.state == ChildReported::State::kLaunched) return;
  switch (report.phase) {
    case ExecutionPhase::kSucceeded:
      return step.SucceedWith(index, report.outputs ? report.outputs : std::make_shared<const core::LiteralMap>());
    case ExecutionPhase::kAborted:
      return step.FailNode(index, {"RemoteChildWorkflowExecutionFailed",
                                   Cat("failed at Node[", step.Node(index).record.spec_node_id,
                                       "]. RemoteChildWorkflowExecutionFailed: launchplan [", child.name,
                                       "] aborted, caused by: launchplan execution aborted"),
                                   "",
                                   ErrorKind::kUser,
                                   {},
                                   ""});
    default:
      return step.FailNode(
          index, report.error
                     ? *report.error
                     : ExecutionError{"LaunchPlanExecutionFailed", "Unknown Error", "", ErrorKind::kUser, {}, ""});
  }
}

}  // namespace

constinit const NodeHandler kLaunchPlanNodes{
    .start = StartLaunchPlan,
    .start_item = StartPlanItem,
    .retry = TryChild,
    .reopen = common::OpensNothing,
    .resume = ResumeChild,
    .wake_at = common::NeverWakes,
    .wake = common::Wake,
    .abort = AbortChildOf,
    .end = common::NothingEnds,
    .counts = common::Counts,
    .waits = ChildWaits,
};

void Stepper::On(const ChildReported& event) {
  const auto found = run_.by_id.find(event.id.node.node);
  if (found == run_.by_id.end() || Stopping()) return;
  const NodeRun& node = Node(found->second);
  if (model::IsTerminal(node.record.phase) || node.record.attempts != event.id.attempt) return;
  OnChild(*this, found->second, event);
}

}  // namespace sandbox::engine
