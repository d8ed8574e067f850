// Reads of node and task executions.

#include "control/ids.h"
#include "control/listing.h"
#include "control/projection.h"
#include "flyteidl/core/compiler.pb.h"
#include "idl/ids.h"
#include "sandbox/base/check.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

namespace {

std::vector<Condition> InExecution(ListEntity entity, const ExecutionId& id) {
  return {Equal(entity, "execution_project", id.project), Equal(entity, "execution_domain", id.domain),
          Equal(entity, "execution_name", id.name)};
}

// The row of exactly this attempt of this task.
std::optional<model::TaskRecord> FindAttempt(MetadataReader& reader,
                                             const flyteidl::core::TaskExecutionIdentifier& id) {
  auto record = reader.FindTask(idl::FromIdl(id));
  if (!record || record->item >= 0 || record->task.project != id.task_id().project() ||
      record->task.domain != id.task_id().domain() || record->task.name != id.task_id().name() ||
      record->task.version != id.task_id().version()) {
    return std::nullopt;
  }
  return record;
}

// The one row of an array describes all its items.
admin::TaskExecution WithItems(MetadataReader& reader, const model::TaskRecord& record) {
  admin::TaskExecution out = ToIdl(record);
  if (record.task_type == kArrayTaskType)
    AddItems(reader.ItemsOf(record.id.node), out.mutable_closure()->mutable_metadata());
  return out;
}

}  // namespace

Result<admin::NodeExecution> Requests::GetNodeExecution(const admin::NodeExecutionGetRequest& request) {
  if (!request.has_id()) return Missing("id");
  return deps_.store.Query([&](MetadataReader& reader) -> Result<admin::NodeExecution> {
    auto record = reader.FindNode(idl::FromIdl(request.id()));
    if (!record || record->item >= 0) return MissingNode(idl::FromIdl(request.id()));
    return ToIdl(*record);
  });
}

Result<admin::NodeExecutionList> Requests::ListNodeExecutions(const admin::NodeExecutionListRequest& request) {
  if (!request.has_workflow_execution_id()) return Missing("execution_id");
  if (auto ok = CheckFields(request.workflow_execution_id()); !ok) return std::unexpected(std::move(ok.error()));
  const ExecutionId execution = idl::FromIdl(request.workflow_execution_id());
  auto place = InExecution(ListEntity::kNodeExecution, execution);
  place.push_back(Equal(ListEntity::kNodeExecution, "parent_id", request.unique_parent_id()));  // empty: the roots
  auto query = MakeQuery(ListEntity::kNodeExecution, request, "ListNodeExecutions", std::move(place));
  if (!query) return std::unexpected(std::move(query.error()));
  return deps_.store.Query([&](MetadataReader& reader) -> Result<admin::NodeExecutionList> {
    const NodeExecutionId parent{execution, request.unique_parent_id()};
    if (!parent.node.empty() && !reader.FindNode(parent)) return MissingNode(parent);
    auto records = reader.ListNodes(*query);
    if (!records) return std::unexpected(std::move(records.error()));
    admin::NodeExecutionList out;
    for (const auto& record : *records) *out.add_node_executions() = ToIdl(record, Detail::kListed);
    out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
    return out;
  });
}

// Nodes that hang on a task are a thing of the past: none.
Result<admin::NodeExecutionList> Requests::ListNodeExecutionsForTask(
    const admin::NodeExecutionForTaskListRequest& request) {
  if (!request.has_task_execution_id()) return Missing("id");
  if (auto ok = CheckFields(request.task_execution_id()); !ok) return std::unexpected(std::move(ok.error()));
  if (auto query = MakeQuery(ListEntity::kNodeExecution, request, "ListNodeExecutionsForTask", {}); !query)
    return std::unexpected(std::move(query.error()));
  return deps_.store.Query([&](MetadataReader& reader) -> Result<admin::NodeExecutionList> {
    if (!FindAttempt(reader, request.task_execution_id())) return MissingTask(request.task_execution_id());
    return admin::NodeExecutionList();
  });
}

Result<admin::DynamicNodeWorkflowResponse> Requests::GetDynamicNodeWorkflow(
    const admin::GetDynamicNodeWorkflowRequest& request) {
  if (!request.has_id()) return Missing("id");
  return deps_.store.Query([&](MetadataReader& reader) -> Result<admin::DynamicNodeWorkflowResponse> {
    auto record = reader.FindNode(idl::FromIdl(request.id()));
    if (!record) return MissingNode(idl::FromIdl(request.id()));
    if (record->dynamic_workflow.empty()) return NotFound("node does not contain dynamic workflow");
    admin::DynamicWorkflowNodeMetadata metadata;
    SANDBOX_REQUEST_CHECK(metadata.ParseFromString(record->dynamic_workflow),
                          Cat("the stored workflow of dynamic node ", record->id.node, " cannot be read"));
    admin::DynamicNodeWorkflowResponse out;
    *out.mutable_compiled_workflow() = std::move(*metadata.mutable_compiled_workflow());
    return out;
  });
}

Result<admin::TaskExecution> Requests::GetTaskExecution(const admin::TaskExecutionGetRequest& request) {
  if (!request.has_id()) return Missing("id");
  if (auto ok = CheckFields(request.id()); !ok) return std::unexpected(std::move(ok.error()));
  return deps_.store.Query([&](MetadataReader& reader) -> Result<admin::TaskExecution> {
    auto record = FindAttempt(reader, request.id());
    if (!record) return MissingTask(request.id());
    return WithItems(reader, *record);
  });
}

Result<admin::TaskExecutionList> Requests::ListTaskExecutions(const admin::TaskExecutionListRequest& request) {
  if (!request.has_node_execution_id()) return Missing("id");
  if (auto ok = CheckFields(request.node_execution_id()); !ok) return std::unexpected(std::move(ok.error()));
  const NodeExecutionId node = idl::FromIdl(request.node_execution_id());
  auto place = InExecution(ListEntity::kTaskExecution, node.execution);
  place.push_back(Equal(ListEntity::kTaskExecution, "node_id", node.node));
  auto query = MakeQuery(ListEntity::kTaskExecution, request, "ListTaskExecutions", std::move(place));
  if (!query) return std::unexpected(std::move(query.error()));
  return deps_.store.Query([&](MetadataReader& reader) -> Result<admin::TaskExecutionList> {
    auto records = reader.ListTasks(*query);
    if (!records) return std::unexpected(std::move(records.error()));
    admin::TaskExecutionList out;
    for (const auto& record : *records) *out.add_task_executions() = WithItems(reader, record);
    out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
    return out;
  });
}

}  // namespace sandbox::control
