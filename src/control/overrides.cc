#include "control/overrides.h"

#include "sandbox/base/error.h"
#include "sandbox/base/quantity.h"

namespace sandbox::control {

namespace core = flyteidl::core;

namespace {

Status CheckEntries(const google::protobuf::RepeatedPtrField<core::Resources::ResourceEntry>& entries) {
  for (const auto& entry : entries) {
    if (auto quantity = Quantity::Parse(entry.value()); !quantity) return std::unexpected(std::move(quantity.error()));
  }
  return {};
}

Status CheckNode(const core::Node& node) {
  if (node.has_task_node()) {
    const auto& resources = node.task_node().overrides().resources();
    if (auto ok = CheckEntries(resources.requests()); !ok) return ok;
    return CheckEntries(resources.limits());
  }
  if (node.has_array_node()) return CheckNode(node.array_node().node());
  if (!node.has_branch_node()) return {};
  const auto& if_else = node.branch_node().if_else();
  if (auto ok = CheckNode(if_else.case_().then_node()); !ok) return ok;
  for (const auto& other : if_else.other()) {
    if (auto ok = CheckNode(other.then_node()); !ok) return ok;
  }
  return if_else.has_else_node() ? CheckNode(if_else.else_node()) : Status{};
}

Status CheckNodes(const core::CompiledWorkflow& workflow) {
  for (const auto& node : workflow.template_().nodes()) {
    if (auto ok = CheckNode(node); !ok) return ok;
  }
  return workflow.template_().has_failure_node() ? CheckNode(workflow.template_().failure_node()) : Status{};
}

Status CheckAll(const core::CompiledWorkflowClosure& workflow) {
  if (auto ok = CheckNodes(workflow.primary()); !ok) return ok;
  for (const auto& sub_workflow : workflow.sub_workflows()) {
    if (auto ok = CheckNodes(sub_workflow); !ok) return ok;
  }
  return {};
}

}  // namespace

std::optional<model::ExecutionError> BadResourceOverride(const core::CompiledWorkflowClosure& workflow) {
  auto ok = CheckAll(workflow);
  if (ok) return std::nullopt;
  // The reference collects the node's error and, around it, the error of the workflow.
  const std::string entry = "Code: WorkflowBuildError, Node Id: , Description: ";
  const std::string inner = entry + "Failed to parse resource as a valid quantity.: " + ok.error().message + "\n";
  model::ExecutionError error;
  error.code = "Unknown";
  error.kind = model::ErrorKind::kSystem;
  error.message =
      Cat("Collected Errors: 2\n\tError 0: ", entry, "Collected Errors: 1\n\tError 0: ", inner, "\n\tError 1: ", inner);
  return error;
}

}  // namespace sandbox::control
