#include "sandbox/base/check.h"
#include "sandbox/base/names.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::ExecutionError;
using model::ExecutionPhase;

void Stepper::StartLaunchPlan(uint32_t index) {
  if (!Begin(index, true)) return;
  WriteInputs(index);
  EnterRunning(index);
  LaunchChildOf(index);
}

ExecutionId Stepper::ChildOf(uint32_t index) const {
  return {run_.record.id.project, run_.record.id.domain, ChildExecutionName(CurrentAttempt(index))};
}

void Stepper::LaunchChildOf(uint32_t index) {
  SANDBOX_CHECK(Node(index).inputs, Cat("the child of node ", Node(index).record.id.node, " has no inputs"));
  LaunchChild effect{CurrentAttempt(index), ChildOf(index), ToEntityId(Spec(index).workflow_node().launchplan_ref()),
                     Node(index).inputs, std::nullopt};
  if (const auto old = run_.recovered.find(Node(index).record.id.node); old != run_.recovered.end())
    effect.recover = old->second.record.child_execution;
  out_.effects.push_back(std::move(effect));
}

void Stepper::On(const ChildReported& event) {
  const auto found = run_.by_id.find(event.id.node.node);
  if (found == run_.by_id.end() || Stopping()) return;
  const NodeRun& node = Node(found->second);
  if (model::IsTerminal(node.record.phase) || node.record.attempts != event.id.attempt) return;
  OnChild(found->second, event);
}

void Stepper::OnChild(uint32_t index, const ChildReported& report) {
  if (report.state == ChildReported::State::kRefused) {
    if (report.retryable)
      return TryAgainOrFail(index, Retryable(ErrorKind::kSystem, "RuntimeExecutionError", report.message));
    return FailNode(index, {"RuntimeExecutionError", report.message, "", ErrorKind::kUser, {}, ""});
  }
  const ExecutionId child = ChildOf(index);
  Node(index).record.child_execution = child;
  Touch(index);
  if (report.state == ChildReported::State::kLaunched) return;
  switch (report.phase) {
    case ExecutionPhase::kSucceeded:
      return SucceedWith(index, report.outputs ? report.outputs : std::make_shared<const core::LiteralMap>());
    case ExecutionPhase::kAborted:
      return FailNode(index, {"RemoteChildWorkflowExecutionFailed",
                              Cat("failed at Node[", Node(index).record.spec_node_id,
                                  "]. RemoteChildWorkflowExecutionFailed: launchplan [", child.name,
                                  "] aborted, caused by: launchplan execution aborted"),
                              "",
                              ErrorKind::kUser,
                              {},
                              ""});
    default:
      return FailNode(index,
                      report.error
                          ? *report.error
                          : ExecutionError{"LaunchPlanExecutionFailed", "Unknown Error", "", ErrorKind::kUser, {}, ""});
  }
}

}  // namespace sandbox::engine
