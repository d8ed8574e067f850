#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::NodePhase;

namespace {

// Empty: the gate only sleeps.
const std::string& SignalOf(const core::GateNode& gate) {
  return gate.has_approve() ? gate.approve().signal_id() : gate.signal().signal_id();
}

}  // namespace

void Stepper::StartGate(uint32_t index) {
  if (!Begin(index, false)) return;
  WriteInputs(index);
  WaitAtGate(index);
}

void Stepper::WaitAtGate(uint32_t index) {
  EnterRunning(index);
  const core::GateNode& gate = Spec(index).gate_node();
  if (!gate.has_sleep()) {
    core::LiteralType type = gate.signal().type();
    if (gate.has_approve()) type.set_simple(core::BOOLEAN);
    out_.signals.push_back({run_.record.id, SignalOf(gate), type.SerializeAsString(), "", now_});
  }
  TryGate(index);
}

// Whether the gate opened, or closed for good.
bool Stepper::TryGate(uint32_t index) {
  const core::GateNode& gate = Spec(index).gate_node();
  if (gate.has_sleep()) {
    if (now_ < SleepEnd(index)) return false;
    SucceedNode(index, std::make_shared<const core::LiteralMap>());
    return true;
  }
  const auto found = run_.signals.find(SignalOf(gate));
  if (found == run_.signals.end()) return false;
  if (gate.has_approve()) {
    if (found->second->scalar().primitive().boolean()) {
      SucceedWith(index, Node(index).inputs);
    } else {
      FailNode(index, {"ReceivedRejectSignal",
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
  SucceedWith(index, std::make_shared<const core::LiteralMap>(std::move(outputs)));
  return true;
}

Instant Stepper::SleepEnd(uint32_t index) const {
  const auto& duration = Spec(index).gate_node().sleep().duration();
  return Node(index).record.attempt_started_at + std::chrono::seconds(duration.seconds()) +
         std::chrono::nanoseconds(duration.nanos());
}

void Stepper::On(const SignalSet& event) {
  run_.signals[event.signal_id] = event.value;
  if (Stopping()) return;
  // Nodes are added while gates open.
  for (uint32_t i = 0; i < run_.nodes.size(); ++i) {
    const NodePhase phase = Node(i).record.phase;
    if (phase != NodePhase::kRunning || !Spec(i).has_gate_node()) continue;
    if (!Spec(i).gate_node().has_sleep() && SignalOf(Spec(i).gate_node()) == event.signal_id) TryGate(i);
  }
}

}  // namespace sandbox::engine
