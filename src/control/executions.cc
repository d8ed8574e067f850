// Reads and updates of executions, their nodes and attempts.

#include "control/ids.h"
#include "control/listing.h"
#include "flyteidl/core/identifier.pb.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

namespace {

constexpr std::string_view kArrayTaskType = "container_array";

void Require(const ExecutionId& id, ListEntity listed, ListQuery& query) {
  query.conditions.insert(query.conditions.begin(),
                          {Equal(listed, "execution_project", id.project), Equal(listed, "execution_domain", id.domain),
                           Equal(listed, "execution_name", id.name)});
}

Attempt WithItems(MetadataReader& reader, model::TaskRecord record) {
  Attempt out;
  if (record.task_type == kArrayTaskType) out.items = reader.ItemsOf(record.id.node);
  out.record = std::move(record);
  return out;
}

}  // namespace

void Requests::Terminate(const TerminateSpec& spec, Done done) {
  auto open = deps_.store.Query([&](MetadataReader& reader) -> Status {
    auto record = reader.FindExecution(spec.id);
    if (!record) return MissingExecution(spec.id);
    if (model::IsTerminal(record->phase))
      return AlreadyTerminal(record->phase, "Cannot abort an already terminated workflow execution");
    return {};
  });
  if (!open) return done(std::move(open));
  deps_.executions.Terminate(spec.id, spec.cause, std::move(done));
}

void Requests::SetState(const ExecutionId& id, int state, Done done) {
  deps_.store.Write(
      [id, state, now = deps_.clock.Now()](MetadataWriter& writer) -> Status {
        if (!writer.FindExecution(id)) return MissingExecution(id);
        return writer.SetExecutionState(id, state, now);
      },
      std::move(done));
}

Result<model::ExecutionRecord> Requests::FindExecution(const ExecutionId& id) {
  auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindExecution(id); });
  if (!record) return MissingExecution(id);
  return std::move(*record);
}

Result<std::vector<model::ExecutionRecord>> Requests::ListExecutions(const ListQuery& query) {
  return deps_.store.Query([&](MetadataReader& reader) { return reader.ListExecutions(query); });
}

Result<model::NodeRecord> Requests::FindNode(const NodeExecutionId& id) {
  auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindNode(id); });
  if (!record) return MissingNode(id);
  return std::move(*record);
}

Result<std::vector<model::NodeRecord>> Requests::ListNodes(const NodeExecutionId& parent, ListQuery query) {
  query.conditions.insert(query.conditions.begin(), Equal(ListEntity::kNodeExecution, "parent_id", parent.node));
  Require(parent.execution, ListEntity::kNodeExecution, query);
  return deps_.store.Query([&](MetadataReader& reader) -> Result<std::vector<model::NodeRecord>> {
    if (!parent.node.empty() && !reader.FindNode(parent)) return MissingNode(parent);
    return reader.ListNodes(query);
  });
}

Result<Attempt> Requests::FindAttempt(const AttemptId& id, const EntityId& task) {
  return deps_.store.Query([&](MetadataReader& reader) -> Result<Attempt> {
    auto record = reader.FindTask(id);
    if (!record || record->item >= 0 || record->task.project != task.project || record->task.domain != task.domain ||
        record->task.name != task.name || record->task.version != task.version)
      return MissingAttempt(id, task);
    return WithItems(reader, std::move(*record));
  });
}

Result<std::vector<Attempt>> Requests::ListAttempts(const NodeExecutionId& node, ListQuery query) {
  query.conditions.insert(query.conditions.begin(), Equal(ListEntity::kTaskExecution, "node_id", node.node));
  Require(node.execution, ListEntity::kTaskExecution, query);
  return deps_.store.Query([&](MetadataReader& reader) -> Result<std::vector<Attempt>> {
    auto records = reader.ListTasks(query);
    if (!records) return std::unexpected(std::move(records.error()));
    std::vector<Attempt> out;
    for (auto& record : *records) out.push_back(WithItems(reader, std::move(record)));
    return out;
  });
}

}  // namespace sandbox::control
