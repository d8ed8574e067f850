#include "control/ids.h"

#include "flyteidl/admin/event.pb.h"
#include "idl/ids.h"
#include "sandbox/registry/digest.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

namespace core = flyteidl::core;

std::unexpected<Error> Missing(std::string_view field) { return InvalidArgument(Cat("missing ", field)); }

Status RequireText(const std::string& text, std::string_view field) {
  if (text.empty()) return Missing(field);
  return {};
}

std::unexpected<Error> MissingExecution(const ExecutionId& id) {
  return NotFound(Cat("missing entity of type execution with identifier ", registry::GoText(idl::ToIdl(id))));
}

std::unexpected<Error> MissingNode(const NodeExecutionId& id) {
  return NotFound(Cat("missing entity of type node execution with identifier ", registry::GoText(idl::ToIdl(id))));
}

std::unexpected<Error> MissingAttempt(const AttemptId& id, const EntityId& task) {
  // The text has neither the resource type nor the attempt.
  const EntityId shown{EntityKind::kUnspecified, task.project, task.domain, task.name, task.version};
  return NotFound(Cat("missing entity of type task execution with identifier ",
                      registry::GoText(TaskExecutionId({id.node, 0}, shown))));
}

std::unexpected<Error> AlreadyTerminal(model::ExecutionPhase phase, std::string message) {
  flyteidl::admin::EventFailureReason reason;
  reason.mutable_already_in_terminal_state()->set_current_phase(std::string(model::PhaseName(phase)));
  auto failure = Fail(Code::kFailedPrecondition, "ALREADY_TERMINAL", std::move(message));
  failure.error().details.push_back(
      {"type.googleapis.com/flyteidl.admin.EventFailureReason", reason.SerializeAsString()});
  return failure;
}

core::TaskExecutionIdentifier TaskExecutionId(const AttemptId& id, const EntityId& task) {
  core::TaskExecutionIdentifier out;
  *out.mutable_task_id() = registry::ToIdl(task);
  *out.mutable_node_execution_id() = idl::ToIdl(id.node);
  out.set_retry_attempt(id.attempt);
  return out;
}

}  // namespace sandbox::control
