#include "control/ids.h"

#include "flyteidl/admin/event.pb.h"
#include "idl/ids.h"
#include "sandbox/registry/digest.h"

namespace sandbox::control {

namespace core = flyteidl::core;

std::unexpected<Error> Missing(std::string_view field) { return InvalidArgument(Cat("missing ", field)); }

Status RequireText(const std::string& text, std::string_view field) {
  if (text.empty()) return Missing(field);
  return {};
}

Status CheckFields(const core::WorkflowExecutionIdentifier& id) {
  if (auto ok = RequireText(id.project(), "project"); !ok) return ok;
  if (auto ok = RequireText(id.domain(), "domain"); !ok) return ok;
  return RequireText(id.name(), "name");
}

Status CheckFields(const core::NodeExecutionIdentifier& id) {
  if (!id.has_execution_id()) return Missing("execution_id");
  if (auto ok = RequireText(id.node_id(), "node_id"); !ok) return ok;
  return CheckFields(id.execution_id());
}

Status CheckFields(const core::TaskExecutionIdentifier& id) {
  if (!id.has_node_execution_id()) return Missing("node_execution_id");
  if (auto ok = CheckFields(id.node_execution_id()); !ok) return ok;
  if (!id.has_task_id()) return Missing("task_id");
  const auto& task = id.task_id();
  if (auto ok = RequireText(task.project(), "project"); !ok) return ok;
  if (auto ok = RequireText(task.domain(), "domain"); !ok) return ok;
  if (auto ok = RequireText(task.name(), "name"); !ok) return ok;
  return RequireText(task.version(), "version");
}

std::unexpected<Error> MissingExecution(const ExecutionId& id) {
  return NotFound(Cat("missing entity of type execution with identifier ", registry::GoText(idl::ToIdl(id))));
}

std::unexpected<Error> MissingNode(const NodeExecutionId& id) {
  return NotFound(Cat("missing entity of type node execution with identifier ", registry::GoText(idl::ToIdl(id))));
}

std::unexpected<Error> MissingTask(const core::TaskExecutionIdentifier& id) {
  core::TaskExecutionIdentifier shown;  // the text has neither the resource type nor the attempt
  auto* task = shown.mutable_task_id();
  task->set_project(id.task_id().project());
  task->set_domain(id.task_id().domain());
  task->set_name(id.task_id().name());
  task->set_version(id.task_id().version());
  *shown.mutable_node_execution_id() = id.node_execution_id();
  return NotFound(Cat("missing entity of type task execution with identifier ", registry::GoText(shown)));
}

std::unexpected<Error> DuplicateKey(std::string_view constraint) {
  return Fail(
      Code::kAlreadyExists, "ROW_EXISTS",
      Cat("value with matching already exists (duplicate key value violates unique constraint \"", constraint, "\")"));
}

std::unexpected<Error> AlreadyTerminal(model::ExecutionPhase phase, std::string message) {
  flyteidl::admin::EventFailureReason reason;
  reason.mutable_already_in_terminal_state()->set_current_phase(std::string(model::PhaseName(phase)));
  auto failure = Fail(Code::kFailedPrecondition, "ALREADY_TERMINAL", std::move(message));
  failure.error().details.push_back(
      {"type.googleapis.com/flyteidl.admin.EventFailureReason", reason.SerializeAsString()});
  return failure;
}

}  // namespace sandbox::control
