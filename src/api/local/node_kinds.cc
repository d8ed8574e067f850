#include "api/local/node_kinds.h"

#include <google/protobuf/util/message_differencer.h>

#include "flyteidl/admin/node_execution.pb.h"
#include "flyteidl/core/compiler.pb.h"

namespace sandbox::api {
namespace {

namespace core = flyteidl::core;

void AddNode(const core::Node& node, WorkflowScope& scope) {
  scope.nodes.emplace(node.id(), &node);
  if (!node.has_branch_node()) return;
  const core::IfElseBlock& block = node.branch_node().if_else();
  AddNode(block.case_().then_node(), scope);
  for (const core::IfBlock& other : block.other()) AddNode(other.then_node(), scope);
  if (block.has_else_node()) AddNode(block.else_node(), scope);
}

WorkflowScope MakeScope(std::shared_ptr<const core::CompiledWorkflowClosure> closure,
                        const core::WorkflowTemplate& workflow) {
  WorkflowScope scope{std::move(closure), {}};
  for (const core::Node& node : workflow.nodes()) AddNode(node, scope);
  if (workflow.has_failure_node()) AddNode(workflow.failure_node(), scope);
  return scope;
}

std::string KindByRecord(const model::NodeRecord& record, bool has_attempts) {
  if (record.child_execution) return "launch plan";
  if (has_attempts) return "task";
  return record.is_parent ? "workflow" : "node";
}

}  // namespace

WorkflowScope ScopeOf(MetadataReader& reader, const model::ExecutionRecord& execution) {
  const auto entity = reader.FindEntity(execution.workflow);
  if (!entity) return {};
  auto closure = std::make_shared<core::CompiledWorkflowClosure>();
  if (!closure->ParseFromString(entity->closure)) return {};
  const core::WorkflowTemplate& workflow = closure->primary().template_();
  return MakeScope(std::move(closure), workflow);
}

const core::Node* FindNodeTemplate(const WorkflowScope& scope, const std::string& spec_node_id) {
  const auto found = scope.nodes.find(spec_node_id);
  return found == scope.nodes.end() ? nullptr : found->second;
}

WorkflowScope ScopeBelow(const WorkflowScope& scope, const core::Node* node, const model::NodeRecord& record) {
  if (!record.dynamic_workflow.empty()) {
    flyteidl::admin::DynamicWorkflowNodeMetadata made;
    made.ParseFromString(record.dynamic_workflow);
    auto closure = std::make_shared<core::CompiledWorkflowClosure>(std::move(*made.mutable_compiled_workflow()));
    const core::WorkflowTemplate& workflow = closure->primary().template_();
    return MakeScope(std::move(closure), workflow);
  }
  if (node == nullptr || !node->workflow_node().has_sub_workflow_ref()) return scope;
  for (const core::CompiledWorkflow& sub : scope.closure->sub_workflows()) {
    if (google::protobuf::util::MessageDifferencer::Equals(sub.template_().id(),
                                                           node->workflow_node().sub_workflow_ref()))
      return MakeScope(scope.closure, sub.template_());
  }
  return {};
}

std::string KindOf(const core::Node* node, const model::NodeRecord& record, bool has_attempts) {
  if (record.is_array) return "map";
  if (record.is_dynamic) return "dynamic";
  if (node == nullptr) return KindByRecord(record, has_attempts);
  switch (node->target_case()) {
    case core::Node::kTaskNode: return "task";
    case core::Node::kWorkflowNode: return node->workflow_node().has_launchplan_ref() ? "launch plan" : "workflow";
    case core::Node::kBranchNode: return "branch";
    case core::Node::kGateNode:
      return node->gate_node().has_sleep() ? "sleep" : node->gate_node().has_approve() ? "approval" : "signal";
    case core::Node::kArrayNode: return "map";
    case core::Node::TARGET_NOT_SET: break;
  }
  return KindByRecord(record, has_attempts);
}

}  // namespace sandbox::api
