#include "handlers.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::NodePhase;
using model::NodeWait;

namespace {

// Empty: the gate only sleeps.
const std::string& SignalOf(const core::GateNode& gate) {
  return gate.has_approve() ? gate.approve().signal_id() : gate.signal().signal_id();
}

Instant EndOfSleep(const Stepper& step, uint32_t index) {
  const auto& duration = step.Spec(index).gate_node().sleep().duration();
  return step.Node(index).record.attempt_started_at + DelayOf(duration.seconds(), duration.nanos());
}

// Whether the gate opened, or closed for good.
bool TryGate(Stepper& step, uint32_t index) {
  const core::GateNode& gate = step.Spec(index).gate_node();
  if (gate.has_sleep()) {
    if (step.now() < EndOfSleep(step, index)) return false;
    step.SucceedNode(index, std::make_shared<const core::LiteralMap>());
    return true;
  }
  const auto found = step.run().signals.find(SignalOf(gate));
  if (found == step.run().signals.end()) return false;
  if (gate.has_approve()) {
    if (found->second->scalar().primitive().boolean()) {
      step.SucceedWith(index, step.Node(index).inputs);
    } else {
      step.FailNode(index, {"ReceivedRejectSignal",
                            "received a reject signal to disapprove the node input values",
                            "",
                            ErrorKind::kUser,
                            {},
                            ""});
    }
    return true;
  }
  core::LiteralMap outputs;
  (*outputs.mutable_literals())[gate.signal().output_variable_name()] = *found->second;
  step.SucceedWith(index, std::make_shared<const core::LiteralMap>(std::move(outputs)));
  return true;
}

void WaitAtGate(Stepper& step, uint32_t index) {
  step.EnterRunning(index);
  const core::GateNode& gate = step.Spec(index).gate_node();
  if (!gate.has_sleep()) {
    core::LiteralType type = gate.signal().type();
    if (gate.has_approve()) type.set_simple(core::BOOLEAN);
    step.out().signals.push_back({step.run().record.id, SignalOf(gate), type.SerializeAsString(), "", step.now()});
  }
  TryGate(step, index);
}

void StartGate(Stepper& step, uint32_t index) {
  if (!step.Begin(index, false)) return;
  step.WriteInputs(index);
  WaitAtGate(step, index);
}

void ResumeGate(Stepper& step, uint32_t index) {
  if (!step.ResolveNodeInputs(index)) return;
  if (!TryGate(step, index)) step.ArmDeadline(index);
}

Instant GateWakesAt(const Stepper& step, uint32_t index) {
  return step.Spec(index).gate_node().has_sleep() ? EndOfSleep(step, index) : Instant{};
}

void WakeGate(Stepper& step, uint32_t index) {
  if (!TryGate(step, index)) common::Wake(step, index);
}

NodeWait GateWaits(const Run& run, uint32_t index) {
  const core::GateNode& gate = run.nodes[index].graph->node->gate_node();
  if (gate.has_sleep()) return NodeWait::kSleep;
  return gate.has_approve() ? NodeWait::kApproval : NodeWait::kSignal;
}

}  // namespace

constinit const NodeHandler kGateNodes{
    .start = StartGate,
    .start_item = common::RefuseItem,
    .retry = WaitAtGate,
    .reopen = common::OpensNothing,
    .resume = ResumeGate,
    .wake_at = GateWakesAt,
    .wake = WakeGate,
    .abort = common::AbortNothing,
    .end = common::NothingEnds,
    .counts = common::CountsNot,
    .waits = GateWaits,
};

void Stepper::On(const SignalSet& event) {
  run_.signals[event.signal_id] = event.value;
  if (Stopping()) return;
  // Nodes are added while gates open.
  for (uint32_t i = 0; i < run_.nodes.size(); ++i) {
    if (Node(i).record.phase != NodePhase::kRunning || Node(i).graph->kind != NodeKind::kGate) continue;
    if (!Spec(i).gate_node().has_sleep() && SignalOf(Spec(i).gate_node()) == event.signal_id) TryGate(*this, i);
  }
}

}  // namespace sandbox::engine
