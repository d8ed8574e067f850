#include "handlers.h"
#include "scopes.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;

namespace {

void OpenSubWorkflow(Stepper& step, uint32_t index) {
  const core::Identifier& id = step.Spec(index).workflow_node().sub_workflow_ref();
  const std::shared_ptr<const Plan> plan = step.run().scopes[step.Node(index).scope].plan;
  const Graph* graph = plan->FindWorkflow(id);
  if (graph == nullptr) {
    return step.FailNode(index, {"WorkflowNotFound",
                                 Cat("workflow [", id.name(), "] is not in the compiled workflow"),
                                 "",
                                 ErrorKind::kSystem,
                                 {},
                                 ""});
  }
  const uint32_t scope = OpenWorkflow(step.run(), plan, *graph, index);
  step.MakeReady(step.run().scopes[scope].first + graph->start);
}

void TrySubWorkflow(Stepper& step, uint32_t index) {
  step.EnterRunning(index);
  OpenSubWorkflow(step, index);
}

void StartSubWorkflow(Stepper& step, uint32_t index) {
  if (!step.Begin(index, false)) return;
  step.Node(index).record.is_parent = true;
  step.WriteInputs(index);
  TrySubWorkflow(step, index);
}

void ReopenSubWorkflow(Run& run, uint32_t index, const StoredRun&) {
  const NodeRun& node = run.nodes[index];
  const std::shared_ptr<const Plan> plan = run.scopes[node.scope].plan;
  if (const Graph* graph = plan->FindWorkflow(node.graph->node->workflow_node().sub_workflow_ref()))
    OpenWorkflow(run, plan, *graph, index);
}

void EndSubWorkflow(Stepper& step, uint32_t index, uint32_t end_node) {
  const Scope& scope = step.run().scopes[step.Node(end_node).scope];
  Literals outputs = step.Node(end_node).outputs;
  if (!outputs) outputs = std::make_shared<const core::LiteralMap>();
  const bool declares = scope.graph->workflow->interface().outputs().variables_size() > 0;
  declares ? step.SucceedWith(index, std::move(outputs)) : step.SucceedNode(index, std::move(outputs));
}

}  // namespace

constinit const NodeHandler kSubWorkflowNodes{
    .start = StartSubWorkflow,
    .start_item = common::RefuseItem,
    .retry = TrySubWorkflow,
    .reopen = ReopenSubWorkflow,
    .resume = common::Resume,
    .wake_at = common::NeverWakes,
    .wake = common::Wake,
    .abort = common::AbortInside,
    .end = EndSubWorkflow,
    .counts = common::CountsNot,
    .waits = common::WaitsForInside,
};

}  // namespace sandbox::engine
