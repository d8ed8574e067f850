#include "branch_condition.h"
#include "sandbox/base/check.h"
#include "scopes.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::NodePhase;

void Stepper::StartBranch(uint32_t index) {
  if (!Begin(index, false)) return;
  WriteInputs(index);
  TakeChoice(index);
}

void Stepper::TakeChoice(uint32_t index) {
  NodeRun& node = Node(index);
  Chosen chosen =
      EvaluateBranch(Spec(index).branch_node().if_else(), *Seen(index), FindAttributeInputs(Spec(index).inputs()));
  if (chosen.error) return FailNode(index, std::move(*chosen.error));
  SANDBOX_CHECK(chosen.choice < node.graph->choices.size(),
                Cat("branch ", node.record.id.node, " takes choice ", chosen.choice, ", which it does not have"));
  const uint32_t choice = node.graph->choices[chosen.choice];
  const uint32_t child = run_.scopes[node.scope].first + choice;
  node.record.is_parent = true;
  node.record.engine_state = Node(child).record.spec_node_id;
  EnterRunning(index);
  Choose(run_, index, choice);
  if (Node(child).waiting_for == 0) ready_.push_back(child);
}

// The branch node ends as what it chose.
void Stepper::OnChoiceEnded(uint32_t index, uint32_t choice) {
  Node(index).record.engine_state.clear();
  const Literals outputs = std::move(Node(choice).outputs);
  switch (Node(choice).record.phase) {
    case NodePhase::kSucceeded:
    case NodePhase::kRecovered: {
      // The object is a copy of the child's, which there may be none of.
      const bool echo = Spec(choice).has_task_node() && Task(choice)->type() == "echo";
      const bool written = outputs && !Node(choice).record.output_uri.empty() && !(echo && outputs->literals().empty());
      if (written) return SucceedWith(index, outputs);
      Node(index).record.output_uri = OutputPrefix(index) + "/outputs.pb";
      return SucceedNode(index, std::make_shared<const core::LiteralMap>());
    }
    case NodePhase::kSkipped: return EndNode(index, NodePhase::kSkipped);
    default: return FailNode(index, FailureOf(choice));
  }
}

}  // namespace sandbox::engine
