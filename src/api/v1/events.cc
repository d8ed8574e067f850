// Events that the reference's engine sends to its control plane. Here both are one: a client may ask whether an event
// would be taken, and none is.

#include "api/v1/execution_service.h"
#include "api/v1/fields.h"
#include "control/ids.h"
#include "idl/ids.h"
#include "sandbox/registry/digest.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

std::unexpected<Error> NotFromClients(std::string_view method) {
  return Fail(Code::kFailedPrecondition, "EVENTS_ARE_INTERNAL",
              Cat(method,
                  ": the state of executions is kept by this server's own engine and cannot be set by a client; "
                  "use TerminateExecution to stop an execution"));
}

Status CheckOpen(MetadataReader& reader, const core::WorkflowExecutionIdentifier& id, std::string_view new_phase) {
  auto record = reader.FindExecution(idl::FromIdl(id));
  if (!record) return control::MissingExecution(idl::FromIdl(id));
  if (!model::IsTerminal(record->phase)) return {};
  return control::AlreadyTerminal(record->phase,
                                  Cat("Invalid phase change from ", model::PhaseName(record->phase), " to ", new_phase,
                                      " for workflow execution ", registry::GoText(idl::ToIdl(record->id))));
}

}  // namespace

Status ExecutionService::CheckWorkflowEvent(const admin::WorkflowExecutionEventRequest& request) {
  if (!request.has_event()) return InvalidArgument("Workflow event handler was called without event");
  if (!request.event().has_execution_id()) {
    return InvalidArgument(
        Cat("Workflow event handler request event doesn't have an execution id - ", registry::GoText(request.event())));
  }
  return deps_.store.Query([&](MetadataReader& reader) -> Status {
    if (auto ok = CheckOpen(reader, request.event().execution_id(),
                            core::WorkflowExecution::Phase_Name(request.event().phase()));
        !ok)
      return ok;
    return NotFromClients("CreateWorkflowEvent");
  });
}

Status ExecutionService::CheckNodeEvent(const admin::NodeExecutionEventRequest& request) {
  if (!request.has_event()) return Missing("event");
  if (!request.event().has_id()) return Missing("id");
  const auto& id = request.event().id();
  return deps_.store.Query([&](MetadataReader& reader) -> Status {
    if (!reader.FindExecution(idl::FromIdl(id.execution_id()))) {
      auto missing = control::MissingExecution(idl::FromIdl(id.execution_id()));
      return NotFound(Cat("Failed to get existing execution id: [", registry::GoText(id.execution_id()),
                          "] with err: ", missing.error().message));
    }
    return NotFromClients("CreateNodeEvent");
  });
}

Status ExecutionService::CheckTaskEvent(const admin::TaskExecutionEventRequest& request) {
  if (!request.has_event()) return Missing("event");
  const auto& event = request.event();
  if (!event.has_occurred_at()) return Missing("occurred_at");
  if (!event.has_parent_node_execution_id()) return Missing("node_execution_id");
  const auto& node = event.parent_node_execution_id();
  return deps_.store.Query([&](MetadataReader& reader) -> Status {
    if (auto ok = CheckOpen(reader, node.execution_id(), core::TaskExecution::Phase_Name(event.phase())); !ok)
      return ok;
    if (!reader.FindNode(idl::FromIdl(node))) return control::MissingNode(idl::FromIdl(node));
    return NotFromClients("CreateTaskEvent");
  });
}

}  // namespace sandbox::api
