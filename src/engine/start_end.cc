// The first and the last node of a workflow: they take its inputs in and its outputs out, within the step in which they
// start.

#include "handlers.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;

namespace {

void TakeInputs(Stepper& step, uint32_t index) {
  Run& run = step.run();
  const Scope& scope = run.scopes[step.Node(index).scope];
  Literals given = run.inputs;
  if (scope.parent)
    given = scope.dynamic ? std::make_shared<const core::LiteralMap>() : step.Node(*scope.parent).inputs;
  step.Node(index).record.output_uri = step.OutputPrefix(index) + "/outputs.pb";
  // A dynamic workflow has no inputs: the reference names the object, and does not write it.
  if (!scope.dynamic) step.out().objects.push_back({step.Node(index).record.output_uri, given->SerializeAsString()});
  step.SucceedNode(index, std::move(given));
}

void GiveOutputs(Stepper& step, uint32_t index) {
  if (!step.ResolveNodeInputs(index)) return;
  NodeRun& node = step.Node(index);
  const std::string bytes = node.inputs->SerializeAsString();
  step.out().objects.push_back({node.record.input_uri, bytes});
  step.out().objects.push_back({step.OutputPrefix(index) + "/outputs.pb", bytes});
  step.SucceedNode(index, node.inputs);
}

}  // namespace

constinit const NodeHandler kStartNodes{
    .start = TakeInputs,
    .start_item = common::RefuseItem,
    .retry = common::NeverRetry,
    .reopen = common::OpensNothing,
    .resume = common::Resume,
    .wake_at = common::NeverWakes,
    .wake = common::Wake,
    .abort = common::AbortNothing,
    .end = common::NothingEnds,
    .counts = common::CountsNot,
    .waits = common::WaitsForNothing,
};

constinit const NodeHandler kEndNodes{
    .start = GiveOutputs,
    .start_item = common::RefuseItem,
    .retry = common::NeverRetry,
    .reopen = common::OpensNothing,
    .resume = common::Resume,
    .wake_at = common::NeverWakes,
    .wake = common::Wake,
    .abort = common::AbortNothing,
    .end = common::NothingEnds,
    .counts = common::CountsNot,
    .waits = common::WaitsForNothing,
};

}  // namespace sandbox::engine
