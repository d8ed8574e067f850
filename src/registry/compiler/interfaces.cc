#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "registry/compiler/bindings.h"
#include "registry/compiler/nodes.h"
#include "sandbox/base/error.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry::compiler {
namespace {

using flyteidl::core::GateNode;
using flyteidl::core::IfElseBlock;
using flyteidl::core::Node;
using flyteidl::core::TypedInterface;
using flyteidl::core::Variable;
using flyteidl::core::VariableMap;
using flyteidl::core::WorkflowNode;

using Found = std::optional<NodeInterface>;

void CheckVariables(const std::string& node, const VariableMap& variables, Errors& errors) {
  for (const auto& [name, variable] : variables.variables()) {
    if (name.empty()) errors.ValueRequired(node, "paramName");
    if (!variable.has_type()) errors.ValueRequired(node, "param.Type");
  }
}

VariableMap& Own(WorkflowBuilder& workflow, VariableMap variables) {
  return workflow.shared().variable_maps.emplace_back(std::move(variables));
}

Found OfTemplate(const std::string& node, TypedInterface& interface, Errors& errors) {
  CheckInterface(node, interface, errors);
  return NodeInterface{&interface.inputs(), &interface.outputs()};
}

Found OfMaps(const std::string& node, const VariableMap& inputs, const VariableMap& outputs, Errors& errors) {
  CheckVariables(node, inputs, errors);
  CheckVariables(node, outputs, errors);
  return NodeInterface{&inputs, &outputs};
}

Found OfTask(WorkflowBuilder& workflow, const Node& node) {
  Errors& errors = workflow.errors();
  if (!node.task_node().has_reference_id()) {
    errors.ValueRequired(node.id(), "TaskNode.ReferenceId");
    return std::nullopt;
  }
  const std::string task_id = GoText(node.task_node().reference_id());
  const auto task = workflow.shared().tasks.find(task_id);
  if (task == workflow.shared().tasks.end()) {
    errors.TaskNotFound(node.id(), task_id);
    return std::nullopt;
  }
  if (!task->second->has_interface())
    return OfMaps(node.id(), VariableMap::default_instance(), VariableMap::default_instance(), errors);
  return OfTemplate(node.id(), *task->second->mutable_interface(), errors);
}

// Inputs are what the launch plan requires and what the node, or the array node around it, binds over a default.
Found OfLaunchPlan(WorkflowBuilder& workflow, const Node& node, const std::string& launch_plan_id,
                   const Node* array = nullptr) {
  const auto launch_plan = workflow.shared().launch_plans.find(launch_plan_id);
  if (launch_plan == workflow.shared().launch_plans.end()) {
    workflow.errors().WorkflowNotFound(node.id(), launch_plan_id);
    return std::nullopt;
  }
  VariableMap inputs;
  for (const auto& [name, parameter] : launch_plan->second.closure().expected_inputs().parameters()) {
    const bool bound = IsBound(node, name) || (array != nullptr && IsBound(*array, name));
    if (parameter.required() || bound) (*inputs.mutable_variables())[name] = parameter.var();
  }
  return OfMaps(node.id(), Own(workflow, std::move(inputs)), launch_plan->second.closure().expected_outputs(),
                workflow.errors());
}

Found OfWorkflow(WorkflowBuilder& workflow, const Node& node) {
  const WorkflowNode& target = node.workflow_node();
  const std::string launch_plan_id = IdText(target.has_launchplan_ref(), target.launchplan_ref());
  const std::string sub_workflow_id = IdText(target.has_sub_workflow_ref(), target.sub_workflow_ref());
  auto& own_template = workflow.workflow_template();
  if (launch_plan_id == IdText(own_template.has_id(), own_template.id()))
    return OfTemplate(node.id(), *own_template.mutable_interface(), workflow.errors());
  if (target.has_launchplan_ref()) return OfLaunchPlan(workflow, node, launch_plan_id);
  const auto sub_workflow = workflow.shared().sub_workflows.find(sub_workflow_id);
  if (!target.has_sub_workflow_ref() || sub_workflow == workflow.shared().sub_workflows.end()) {
    workflow.errors().WorkflowNotFound(
        node.id(), target.has_sub_workflow_ref() ? sub_workflow_id : launch_plan_id + "/" + sub_workflow_id);
    return std::nullopt;
  }
  if (!sub_workflow->second->template_().has_interface()) {
    workflow.errors().ValueRequired(node.id(), "WorkflowNode.Template.Interface");
    return std::nullopt;
  }
  return OfTemplate(node.id(), *sub_workflow->second->mutable_template_()->mutable_interface(), workflow.errors());
}

Found OfGate(WorkflowBuilder& workflow, NodeBuilder& builder) {
  const std::string& id = builder.node->id();
  const GateNode& gate = builder.node->gate_node();
  switch (gate.condition_case()) {
    case GateNode::kApprove: {
      // What comes in goes out.
      const VariableMap& passed = Own(workflow, TypesOfBindings(workflow, builder));
      return OfMaps(id, passed, passed, workflow.errors());
    }
    case GateNode::kSignal: {
      if (!gate.signal().has_type() || gate.signal().output_variable_name().empty()) {
        workflow.errors().ValueRequired(
            id, gate.signal().has_type() ? "GateNode.Signal.OutputVariableName" : "GateNode.Signal.Type");
        return std::nullopt;
      }
      VariableMap outputs;
      *(*outputs.mutable_variables())[gate.signal().output_variable_name()].mutable_type() = gate.signal().type();
      return OfMaps(id, VariableMap::default_instance(), Own(workflow, std::move(outputs)), workflow.errors());
    }
    case GateNode::kSleep:
      return OfMaps(id, VariableMap::default_instance(), VariableMap::default_instance(), workflow.errors());
    case GateNode::CONDITION_NOT_SET: break;
  }
  workflow.errors().Collect("NoConditionFound", id, Cat("Can't find any condition in gate node [", id, "]."));
  return std::nullopt;
}

// The inner nodes of a branch in order; cases without a node are collected.
std::vector<Node*> InnerNodes(const std::string& branch_id, IfElseBlock& block, Errors& errors) {
  std::vector<Node*> nodes{block.mutable_case_()->mutable_then_node()};
  for (auto& other : *block.mutable_other()) {
    if (other.has_then_node()) {
      nodes.push_back(other.mutable_then_node());
    } else {
      errors.ValueRequired(branch_id, "IfElse.Case.ThenNode");
    }
  }
  if (block.has_else_node()) nodes.push_back(block.mutable_else_node());
  return nodes;
}

// Outputs that all cases have, which must be of one type.
void Intersect(const std::string& node, VariableMap& outputs, const VariableMap& others, Errors& errors) {
  VariableMap common;
  for (const auto& [name, variable] : outputs.variables()) {
    const auto other = others.variables().find(name);
    if (other == others.variables().end()) continue;
    (*common.mutable_variables())[name] = variable;
    if (GoText(variable.type()) != GoText(other->second.type()))
      errors.MismatchingTypes(node, name, variable.type(), other->second.type());
  }
  outputs = std::move(common);
}

Found OfBranch(WorkflowBuilder& workflow, NodeBuilder& builder) {
  Errors& errors = workflow.errors();
  Node& node = *builder.node;
  const auto& branch = node.branch_node();
  const auto& block = branch.if_else();
  if (!branch.has_if_else() || !block.has_case_() || !block.case_().has_then_node()) {
    errors.ValueRequired(node.id(), !branch.has_if_else() ? "Branch.IfElse"
                                    : !block.has_case_()  ? "Branch.IfElse.Case"
                                                          : "Branch.IfElse.Case.ThenNode");
    return std::nullopt;
  }
  const Scope scope(errors);
  std::optional<VariableMap> outputs;
  for (Node* inner : InnerNodes(node.id(), *node.mutable_branch_node()->mutable_if_else(), errors)) {
    inner->set_id(Cat(node.id(), "-", inner->id()));
    NodeBuilder& inner_builder = workflow.BuilderOf(*inner);
    if (!ResolveInterface(workflow, inner_builder)) continue;
    if (!outputs) {
      outputs = *inner_builder.interface->outputs;
    } else {
      Intersect(inner->id(), *outputs, *inner_builder.interface->outputs, errors);
    }
  }
  VariableMap inputs = TypesOfBindings(workflow, builder);
  if (!scope.Clean() || !outputs) return std::nullopt;
  return OfMaps(node.id(), Own(workflow, std::move(inputs)), Own(workflow, *std::move(outputs)), errors);
}

// Lists of what one item takes and gives, but for inputs that every item gets whole. The reference leaves the launch
// plan's own interface, with which no list fits.
Found OfLaunchPlans(WorkflowBuilder& workflow, Node& node) {
  flyteidl::core::ArrayNode& array = *node.mutable_array_node();
  const std::string id = IdText(true, array.node().workflow_node().launchplan_ref());
  const Found one = OfLaunchPlan(workflow, array.node(), id, &node);
  if (!one) return std::nullopt;
  workflow.BuilderOf(*array.mutable_node()).interface = one;
  const auto& whole = array.bound_inputs();
  const auto lists = [&](const VariableMap& variables, bool inputs) -> const VariableMap& {
    VariableMap out;
    for (const auto& [name, variable] : variables.variables()) {
      Variable& list = (*out.mutable_variables())[name] = variable;
      if (inputs && std::ranges::find(whole, name) != whole.end()) continue;
      *list.mutable_type()->mutable_collection_type() = variable.type();
    }
    return Own(workflow, std::move(out));
  };
  return OfMaps(node.id(), lists(*one->inputs, true), lists(*one->outputs, false), workflow.errors());
}

Found OfArray(WorkflowBuilder& workflow, Node& node) {
  if (node.array_node().node().workflow_node().has_launchplan_ref()) return OfLaunchPlans(workflow, node);
  NodeBuilder& inner = workflow.BuilderOf(*node.mutable_array_node()->mutable_node());
  return ResolveInterface(workflow, inner) ? inner.interface : std::nullopt;
}

Found InterfaceOf(WorkflowBuilder& workflow, NodeBuilder& builder) {
  Node& node = *builder.node;
  switch (node.target_case()) {
    case Node::kTaskNode: return OfTask(workflow, node);
    case Node::kWorkflowNode: return OfWorkflow(workflow, node);
    case Node::kBranchNode: return OfBranch(workflow, builder);
    case Node::kGateNode: return OfGate(workflow, builder);
    case Node::kArrayNode: return OfArray(workflow, node);
    case Node::TARGET_NOT_SET: break;
  }
  workflow.errors().ValueRequired(node.id(), "Target");
  return std::nullopt;
}

}  // namespace

void CheckInterface(const std::string& node, TypedInterface& interface, Errors& errors) {
  CheckVariables(node, *interface.mutable_inputs(), errors);
  CheckVariables(node, *interface.mutable_outputs(), errors);
}

bool ResolveInterface(WorkflowBuilder& workflow, NodeBuilder& node) {
  if (node.interface) return true;
  const Scope scope(workflow.errors());
  Found found = InterfaceOf(workflow, node);
  if (scope.Clean()) node.interface = found;
  return scope.Clean();
}

}  // namespace sandbox::registry::compiler
