// Reads of node and task executions.

#include "api/v1/execution_service.h"
#include "api/v1/fields.h"
#include "api/v1/listing.h"
#include "api/v1/projection.h"
#include "control/ids.h"
#include "flyteidl/core/compiler.pb.h"
#include "idl/ids.h"
#include "sandbox/base/check.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;

Result<admin::NodeExecution> ExecutionService::GetNodeExecution(const admin::NodeExecutionGetRequest& request) {
  if (!request.has_id()) return Missing("id");
  const auto record = deps_.requests.FindNode(idl::FromIdl(request.id()));
  if (!record) return std::unexpected(record.error());
  if (record->item >= 0) return control::MissingNode(record->id);
  return ToMessage(*record);
}

Result<admin::NodeExecutionList> ExecutionService::ListNodeExecutions(const admin::NodeExecutionListRequest& request) {
  if (!request.has_workflow_execution_id()) return Missing("execution_id");
  if (auto ok = CheckFields(request.workflow_execution_id()); !ok) return std::unexpected(std::move(ok.error()));
  const auto query = MakeQuery(ListEntity::kNodeExecution, request, "ListNodeExecutions");
  if (!query) return std::unexpected(query.error());
  const auto records =
      deps_.requests.ListNodes({idl::FromIdl(request.workflow_execution_id()), request.unique_parent_id()}, *query);
  if (!records) return std::unexpected(records.error());
  admin::NodeExecutionList out;
  for (const auto& record : *records) *out.add_node_executions() = ToMessage(record, Detail::kListed);
  out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
  return out;
}

// Nodes that hang on a task are a thing of the past: none.
Result<admin::NodeExecutionList> ExecutionService::ListNodeExecutionsForTask(
    const admin::NodeExecutionForTaskListRequest& request) {
  if (!request.has_task_execution_id()) return Missing("id");
  const auto& id = request.task_execution_id();
  if (auto ok = CheckFields(id); !ok) return std::unexpected(std::move(ok.error()));
  if (auto query = MakeQuery(ListEntity::kNodeExecution, request, "ListNodeExecutionsForTask"); !query)
    return std::unexpected(std::move(query.error()));
  const auto attempt = deps_.requests.FindAttempt(idl::FromIdl(id), registry::FromIdl(id.task_id()));
  if (!attempt) return std::unexpected(attempt.error());
  return admin::NodeExecutionList();
}

Result<admin::DynamicNodeWorkflowResponse> ExecutionService::GetDynamicNodeWorkflow(
    const admin::GetDynamicNodeWorkflowRequest& request) {
  if (!request.has_id()) return Missing("id");
  const auto record = deps_.requests.FindNode(idl::FromIdl(request.id()));
  if (!record) return std::unexpected(record.error());
  if (record->dynamic_workflow.empty()) return NotFound("node does not contain dynamic workflow");
  admin::DynamicWorkflowNodeMetadata metadata;
  SANDBOX_REQUEST_CHECK(metadata.ParseFromString(record->dynamic_workflow),
                        Cat("the stored workflow of dynamic node ", record->id.node, " cannot be read"));
  admin::DynamicNodeWorkflowResponse out;
  *out.mutable_compiled_workflow() = std::move(*metadata.mutable_compiled_workflow());
  return out;
}

Result<admin::TaskExecution> ExecutionService::GetTaskExecution(const admin::TaskExecutionGetRequest& request) {
  if (!request.has_id()) return Missing("id");
  if (auto ok = CheckFields(request.id()); !ok) return std::unexpected(std::move(ok.error()));
  const auto attempt =
      deps_.requests.FindAttempt(idl::FromIdl(request.id()), registry::FromIdl(request.id().task_id()));
  if (!attempt) return std::unexpected(attempt.error());
  return ToMessage(*attempt);
}

Result<admin::TaskExecutionList> ExecutionService::ListTaskExecutions(const admin::TaskExecutionListRequest& request) {
  if (!request.has_node_execution_id()) return Missing("id");
  if (auto ok = CheckFields(request.node_execution_id()); !ok) return std::unexpected(std::move(ok.error()));
  const auto query = MakeQuery(ListEntity::kTaskExecution, request, "ListTaskExecutions");
  if (!query) return std::unexpected(query.error());
  const auto attempts = deps_.requests.ListAttempts(idl::FromIdl(request.node_execution_id()), *query);
  if (!attempts) return std::unexpected(attempts.error());
  admin::TaskExecutionList out;
  for (const auto& attempt : *attempts) *out.add_task_executions() = ToMessage(attempt);
  out.set_token(registry::NextToken(query->offset, attempts->size(), query->limit));
  return out;
}

}  // namespace sandbox::api
