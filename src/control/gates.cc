#include "control/gates.h"

#include "sandbox/registry/compiler.h"

namespace sandbox::control {

namespace core = flyteidl::core;

namespace {

void AddGates(const core::Node& node, std::vector<Gate>& out) {
  if (node.has_branch_node()) {
    const auto& choices = node.branch_node().if_else();
    AddGates(choices.case_().then_node(), out);
    for (const auto& other : choices.other()) AddGates(other.then_node(), out);
    if (choices.has_else_node()) AddGates(choices.else_node(), out);
  } else if (node.gate_node().has_approve()) {
    out.push_back({node.gate_node().approve().signal_id(), node.id(), "boolean"});
  } else if (node.gate_node().has_signal()) {
    const auto& signal = node.gate_node().signal();
    out.push_back({signal.signal_id(), node.id(), registry::TypeName(signal.type())});
  }
}

void AddGates(const core::CompiledWorkflow& workflow, std::vector<Gate>& out) {
  for (const core::Node& node : workflow.template_().nodes()) AddGates(node, out);
  if (workflow.template_().has_failure_node()) AddGates(workflow.template_().failure_node(), out);
}

}  // namespace

std::vector<Gate> FindGates(const core::CompiledWorkflowClosure& workflow) {
  std::vector<Gate> out;
  AddGates(workflow.primary(), out);
  for (const core::CompiledWorkflow& inner : workflow.sub_workflows()) AddGates(inner, out);
  return out;
}

}  // namespace sandbox::control
