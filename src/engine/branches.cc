#include <algorithm>

#include "branch_condition.h"
#include "handlers.h"
#include "sandbox/base/check.h"
#include "scopes.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::NodePhase;

namespace {

void TakeChoice(Stepper& step, uint32_t index) {
  NodeRun& node = step.Node(index);
  Chosen chosen = EvaluateBranch(step.Spec(index).branch_node().if_else(), *step.Seen(index),
                                 FindAttributeInputs(step.Spec(index).inputs()));
  if (chosen.error) return step.FailNode(index, std::move(*chosen.error));
  SANDBOX_CHECK(chosen.choice < node.graph->choices.size(),
                Cat("branch ", node.record.id.node, " takes choice ", chosen.choice, ", which it does not have"));
  const uint32_t choice = node.graph->choices[chosen.choice];
  const uint32_t child = step.run().scopes[node.scope].first + choice;
  node.record.is_parent = true;
  node.record.state = model::BranchState{step.Node(child).record.spec_node_id};
  step.EnterRunning(index);
  Choose(step.run(), index, choice);
  if (step.Node(child).waiting_for == 0) step.MakeReady(child);
}

void StartBranch(Stepper& step, uint32_t index) {
  if (!step.Begin(index, false)) return;
  step.WriteInputs(index);
  TakeChoice(step, index);
}

void ReopenBranch(Run& run, uint32_t index, const StoredRun&) {
  const NodeRun& node = run.nodes[index];
  const auto* state = std::get_if<model::BranchState>(&node.record.state);
  if (state == nullptr) return;
  const auto& choices = node.graph->choices;
  const auto chosen = std::ranges::find_if(choices, [&](uint32_t i) {
    return run.nodes[run.scopes[node.scope].first + i].record.spec_node_id == state->choice;
  });
  if (chosen != choices.end()) Choose(run, index, *chosen);
}

void AbortChoices(Stepper& step, uint32_t index, const std::string& reason) {
  const NodeRun& node = step.Node(index);
  for (const uint32_t choice : node.graph->choices) {
    const uint32_t child = step.run().scopes[node.scope].first + choice;
    const NodePhase phase = step.Node(child).record.phase;
    if (phase != NodePhase::kUndefined && !model::IsTerminal(phase)) step.AbortNode(child, reason);
  }
}

// The branch node ends as what it chose.
void EndBranch(Stepper& step, uint32_t index, uint32_t choice) {
  const Literals outputs = std::move(step.Node(choice).outputs);
  switch (step.Node(choice).record.phase) {
    case NodePhase::kSucceeded:
    case NodePhase::kRecovered: {
      // The object is a copy of the child's, which there may be none of.
      const bool echo = step.Spec(choice).has_task_node() && step.Task(choice)->type() == "echo";
      const bool written =
          outputs && !step.Node(choice).record.output_uri.empty() && !(echo && outputs->literals().empty());
      if (written) return step.SucceedWith(index, outputs);
      step.Node(index).record.output_uri = step.OutputPrefix(index) + "/outputs.pb";
      return step.SucceedNode(index, std::make_shared<const core::LiteralMap>());
    }
    case NodePhase::kSkipped: return step.EndNode(index, NodePhase::kSkipped);
    default: return step.FailNode(index, step.FailureOf(choice));
  }
}

}  // namespace

constinit const NodeHandler kBranchNodes{
    .start = StartBranch,
    .start_item = common::RefuseItem,
    .retry = common::NeverRetry,
    .reopen = ReopenBranch,
    .resume = common::Resume,
    .wake_at = common::NeverWakes,
    .wake = common::Wake,
    .abort = AbortChoices,
    .end = EndBranch,
    .counts = common::CountsNot,
    .waits = common::WaitsForInside,
};

}  // namespace sandbox::engine
