#pragma once

// Select lists and what makes records of their rows. The table has the alias m.

#include <string_view>

#include "sandbox/model/entities.h"
#include "sandbox/model/records.h"
#include "store/connection.h"

namespace sandbox::store {

#define SANDBOX_SELECT_ENTITY(closure)                                                                      \
  "SELECT m.id, m.kind, m.project, m.domain, m.name, m.version, m.type, m.short_description, m.state,"      \
  " m.schedule_type, m.created_at, m.updated_at, m.digest, m.workflow, m.typed_interface, m.spec, " closure \
  " FROM entities m"
#define SANDBOX_SELECT_NAME "SELECT m.kind, m.project, m.domain, m.name, m.description, m.state FROM names m"
#define SANDBOX_SELECT_DESCRIPTION \
  "SELECT m.kind, m.project, m.domain, m.name, m.version, m.description, m.created_at FROM descriptions m"
#define SANDBOX_SELECT_PROJECT \
  "SELECT m.identifier, m.name, m.description, m.state, m.labels, m.created_at, m.updated_at FROM projects m"
#define SANDBOX_SELECT_ATTRIBUTES                                                  \
  "SELECT m.resource, m.project, m.domain, m.workflow, m.launch_plan, m.priority," \
  " m.attributes FROM attributes m"
#define SANDBOX_SELECT_EXECUTION                                                                        \
  "SELECT m.id, m.execution_project, m.execution_domain, m.execution_name,  m.mode, m.cluster, m.user," \
  " m.abort_cause, m.duration, m.created_at, m.updated_at, m.started_at, m.state, m.state_changed_at,"  \
  " m.body, s.body FROM executions m JOIN execution_specs s ON s.id = m.id"
#define SANDBOX_SELECT_NODE                                                                         \
  "SELECT m.id, m.execution_project, m.execution_domain, m.execution_name, m.node_id, m.parent_id," \
  " m.input_uri, m.duration, m.created_at, m.updated_at, m.started_at, m.body FROM nodes m"
#define SANDBOX_SELECT_TASK                                                                             \
  "SELECT m.id, m.execution_project, m.execution_domain, m.execution_name, m.node_id, m.retry_attempt," \
  " m.project, m.domain, m.name, m.version, m.phase_version, m.input_uri, m.duration, m.created_at,"    \
  " m.updated_at, m.started_at, m.body FROM tasks m"
#define SANDBOX_SELECT_SIGNAL                                                                            \
  "SELECT m.execution_project, m.execution_domain, m.execution_name, m.signal_id, m.created_at, m.type," \
  " m.value FROM signals m"
#define SANDBOX_SELECT_JOB_DELETION                                                               \
  "SELECT m.execution_project, m.execution_domain, m.execution_name, m.node_id, m.retry_attempt," \
  " m.body FROM job_deletions m"

// The three columns of its project, domain and name.
ExecutionId ReadExecutionId(Cursor& row);
model::EntityRecord ReadEntity(Cursor& row);
model::NamedEntityRecord ReadName(Cursor& row);
model::DescriptionRecord ReadDescription(Cursor& row);
model::ProjectRecord ReadProject(Cursor& row);
model::AttributesRecord ReadAttributes(Cursor& row);
model::ExecutionRecord ReadExecution(Cursor& row);
model::NodeRecord ReadNode(Cursor& row);
// What NodeBody wrote, in this version or an earlier one.
void DecodeNodeBody(std::string_view bytes, model::NodeRecord& node);
model::TaskRecord ReadTask(Cursor& row);
model::SignalRecord ReadSignal(Cursor& row);
model::JobDeletion ReadJobDeletion(Cursor& row);

// What the columns do not hold.
std::string ExecutionSpecBody(const model::ExecutionRecord& execution);
std::string ExecutionBody(const model::ExecutionRecord& execution);
std::string NodeBody(const model::NodeRecord& node);
std::string TaskBody(const model::TaskRecord& task);
std::string JobDeletionBody(const model::JobDeletion& deletion);
std::string EncodeId(const EntityId& id);

template <typename Read>
auto First(Cursor cursor, Read read) -> std::optional<decltype(read(cursor))> {
  if (!cursor.Next()) return std::nullopt;
  return read(cursor);
}

template <typename Read>
auto All(Cursor cursor, Read read) {
  std::vector<decltype(read(cursor))> rows;
  while (cursor.Next()) rows.push_back(read(cursor));
  return rows;
}

}  // namespace sandbox::store
