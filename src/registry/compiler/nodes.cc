#include "registry/compiler/nodes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "registry/compiler/bindings.h"
#include "registry/compiler/conditions.h"
#include "sandbox/base/error.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry::compiler {
namespace {

using flyteidl::core::IfBlock;
using flyteidl::core::Node;

void CheckTarget(WorkflowBuilder& workflow, NodeBuilder& builder) {
  Node& node = *builder.node;
  Errors& errors = workflow.errors();
  if (node.has_branch_node()) {
    CheckBranch(workflow, builder);
  } else if (node.workflow_node().has_sub_workflow_ref()) {
    const std::string id = GoText(node.workflow_node().sub_workflow_ref());
    const auto sub_workflow = workflow.shared().sub_workflows.find(id);
    if (sub_workflow == workflow.shared().sub_workflows.end()) {
      errors.WorkflowNotFound(node.id(), id);
    } else {
      workflow.BuildSubWorkflow(id, *sub_workflow->second);
    }
  } else if (node.task_node().has_reference_id()) {
    const std::string id = GoText(node.task_node().reference_id());
    if (!workflow.shared().tasks.contains(id)) errors.TaskNotFound(node.id(), id);
  }
}

}  // namespace

void CheckBranch(WorkflowBuilder& workflow, NodeBuilder& builder) {
  Errors& errors = workflow.errors();
  const Scope scope(errors);
  const std::string& id = builder.node->id();
  auto& block = *builder.node->mutable_branch_node()->mutable_if_else();
  std::vector<IfBlock*> cases;
  if (block.has_case_()) {
    cases.push_back(block.mutable_case_());
  } else {
    errors.Collect("BranchNodeHasNoCondition", id, "One of the branches on the node doesn't have a condition.");
  }
  for (IfBlock& other : *block.mutable_other()) cases.push_back(&other);

  CheckConditions(workflow, builder, block);
  std::vector<Node*> inner;
  for (IfBlock* branch : cases) {
    if (branch->has_then_node()) {
      inner.push_back(branch->mutable_then_node());
    } else {
      errors.Collect("BranchNodeIdNotFound", id, "BranchNode not assigned");
    }
  }
  if (block.has_else_node()) {
    inner.push_back(block.mutable_else_node());
  } else if (!block.has_error()) {
    errors.Collect("BranchNodeHasNoDefault", id, "Branch Node must have either the else case set or a default error.");
  }

  for (Node* node : inner) CheckNode(workflow, workflow.BuilderOf(*node));
  if (!scope.Clean()) return;
  for (Node* node : inner) AddNodeEdges(workflow, workflow.BuilderOf(*node), Edges::kUpstream);
}

bool CheckNode(WorkflowBuilder& workflow, NodeBuilder& builder) {
  Node& node = *builder.node;
  Errors& errors = workflow.errors();
  const Scope scope(errors);
  if (node.id().empty()) errors.ValueRequired("<node>", "Id");
  if (node.id() == kStartNode || node.id() == kEndNode) return true;
  if (ResolveInterface(workflow, builder)) EffectiveOutputs(builder, errors);
  // The order in which a client lists them must not change the digest.
  std::sort(node.mutable_upstream_node_ids()->begin(), node.mutable_upstream_node_ids()->end());
  CheckTarget(workflow, builder);
  return scope.Clean();
}

}  // namespace sandbox::registry::compiler
