#include <algorithm>

#include "sandbox/base/check.h"
#include "sandbox/base/text.h"
#include "store/rows.h"
#include "store/session.h"

namespace sandbox::store {
namespace {

using model::ErrorKind;

std::optional<std::string_view> KindText(const std::optional<model::ExecutionError>& error) {
  if (!error) return std::nullopt;
  switch (error->kind) {
    case ErrorKind::kUnknown: return "UNKNOWN";
    case ErrorKind::kUser: return "USER";
    case ErrorKind::kSystem: return "SYSTEM";
  }
  return "UNKNOWN";
}

std::optional<std::string_view> CodeText(const std::optional<model::ExecutionError>& error) {
  if (!error) return std::nullopt;
  return error->code;
}

// What lists show and search of an error.
std::optional<std::string> ErrorLine(const std::optional<model::ExecutionError>& error) {
  constexpr size_t kBytesMax = 160;
  if (!error) return std::nullopt;
  return LastLine(error->message, kBytesMax);
}

std::optional<int64_t> PeakMemory(const model::TaskRecord& task) {
  const int64_t peak = task.pod.facts.peak_memory_bytes;
  return peak == 0 ? std::nullopt : std::optional(peak);
}

// core.CatalogCacheStatus by name; the reference stores none for CACHE_DISABLED.
std::optional<std::string_view> CacheStatusText(int status) {
  constexpr std::string_view kNames[] = {"CACHE_DISABLED",  "CACHE_MISS",           "CACHE_HIT",
                                         "CACHE_POPULATED", "CACHE_LOOKUP_FAILURE", "CACHE_PUT_FAILURE",
                                         "CACHE_SKIPPED",   "CACHE_EVICTED"};
  if (status <= 0 || status >= static_cast<int>(std::size(kNames))) return std::nullopt;
  return kNames[status];
}

std::string_view LaunchEntity(EntityKind kind) {
  switch (kind) {
    case EntityKind::kTask: return "task";
    case EntityKind::kWorkflow: return "workflow";
    case EntityKind::kUnspecified:
    case EntityKind::kLaunchPlan:
    case EntityKind::kDataset: break;
  }
  return "launch_plan";
}

}  // namespace

std::optional<model::ExecutionRecord> Session::FindExecution(const ExecutionId& id) {
  return First(db_.Run(SANDBOX_SELECT_EXECUTION
                       " WHERE m.execution_project = ? AND m.execution_domain = ? AND m.execution_name = ?",
                       id.project, id.domain, id.name),
               ReadExecution);
}

std::vector<model::ExecutionRecord> Session::ListUnfinishedExecutions() {
  return All(db_.Run(SANDBOX_SELECT_EXECUTION " WHERE m.finished = 0 ORDER BY m.id"), ReadExecution);
}

std::optional<model::NodeRecord> Session::FindNode(const NodeExecutionId& id) {
  return First(
      db_.Run(SANDBOX_SELECT_NODE
              " WHERE m.execution_project = ? AND m.execution_domain = ? AND m.execution_name = ? AND m.node_id = ?",
              id.execution.project, id.execution.domain, id.execution.name, id.node),
      ReadNode);
}

std::vector<model::NodeRecord> Session::NodesOf(const ExecutionId& id) {
  return All(db_.Run(SANDBOX_SELECT_NODE
                     " WHERE m.execution_project = ? AND m.execution_domain = ? AND m.execution_name = ? ORDER BY m.id",
                     id.project, id.domain, id.name),
             ReadNode);
}

std::optional<model::TaskRecord> Session::FindTask(const AttemptId& id) {
  const ExecutionId& execution = id.node.execution;
  return First(
      db_.Run(SANDBOX_SELECT_TASK
              " WHERE m.execution_project = ? AND m.execution_domain = ? AND m.execution_name = ? AND m.node_id = ?"
              " AND m.retry_attempt = ?",
              execution.project, execution.domain, execution.name, id.node.node, id.attempt),
      ReadTask);
}

std::vector<model::TaskRecord> Session::TasksOf(const ExecutionId& id) {
  return All(db_.Run(SANDBOX_SELECT_TASK
                     " WHERE m.execution_project = ? AND m.execution_domain = ? AND m.execution_name = ? ORDER BY m.id",
                     id.project, id.domain, id.name),
             ReadTask);
}

std::vector<model::TaskRecord> Session::ItemsOf(const NodeExecutionId& array) {
  const ExecutionId& execution = array.execution;
  return All(
      db_.Run(SANDBOX_SELECT_TASK
              " JOIN nodes n ON n.execution_project = m.execution_project AND n.execution_domain = m.execution_domain"
              " AND n.execution_name = m.execution_name AND n.node_id = m.node_id"
              " WHERE n.execution_project = ? AND n.execution_domain = ? AND n.execution_name = ? AND n.parent_id = ? "
              "AND n.item >= 0"
              " ORDER BY n.item, m.retry_attempt",
              execution.project, execution.domain, execution.name, array.node),
      ReadTask);
}

std::vector<model::SignalRecord> Session::SignalsOf(const ExecutionId& id) {
  return All(db_.Run(SANDBOX_SELECT_SIGNAL
                     " WHERE m.execution_project = ? AND m.execution_domain = ? AND m.execution_name = ? ORDER BY m.id",
                     id.project, id.domain, id.name),
             ReadSignal);
}

std::vector<model::TaskRecord> Session::ListPods(const std::string& pod_namespace, uint64_t limit) {
  const int64_t rows = limit == 0 ? -1 : static_cast<int64_t>(std::min<uint64_t>(limit, INT64_MAX));
  auto newest_first =
      pod_namespace.empty()
          ? All(db_.Run(SANDBOX_SELECT_TASK " WHERE m.pod_namespace IS NOT NULL ORDER BY m.id DESC LIMIT ?", rows),
                ReadTask)
          : All(db_.Run(SANDBOX_SELECT_TASK " WHERE m.pod_namespace = ? ORDER BY m.id DESC LIMIT ?", pod_namespace,
                        rows),
                ReadTask);
  return {std::make_move_iterator(newest_first.rbegin()), std::make_move_iterator(newest_first.rend())};
}

std::optional<model::SignalRecord> Session::FindSignal(const ExecutionId& execution, const std::string& signal_id) {
  return First(
      db_.Run(SANDBOX_SELECT_SIGNAL
              " WHERE m.execution_project = ? AND m.execution_domain = ? AND m.execution_name = ? AND m.signal_id = ?",
              execution.project, execution.domain, execution.name, signal_id),
      ReadSignal);
}

uint64_t Session::CountActiveExecutions(const std::string& project, const std::string& domain,
                                        const std::string& launch_plan) {
  auto row = db_.Run(
      "SELECT COUNT(*) FROM executions WHERE finished = 0 AND launch_plan_project = ? AND launch_plan_domain = ?"
      " AND launch_plan_name = ? AND phase IN ('QUEUED', 'RUNNING')",
      project, domain, launch_plan);
  return row.Next() ? static_cast<uint64_t>(row.Integer()) : 0;
}

#define SANDBOX_ENTITY_ROW(kind) \
  "(SELECT id FROM entities WHERE kind = " kind " AND project = ? AND domain = ? AND name = ? AND version = ?)"

Status Session::InsertExecution(const model::ExecutionRecord& e) {
  const std::string body = ExecutionBody(e);
  const std::string spec = ExecutionSpecBody(e);
  const std::optional<std::string> error_line = ErrorLine(e.error);
  // A single task runs without a launch plan: the id given in its place names a task.
  const EntityId no_launch_plan;
  const EntityId& plan = e.launch_plan.kind == EntityKind::kTask ? no_launch_plan : e.launch_plan;
  const ExecutionId reference = e.reference.value_or(ExecutionId{});
  const NodeExecutionId parent = e.parent_node.value_or(NodeExecutionId{});
  const int inserted = db_.Execute(
      "INSERT INTO executions (execution_project, execution_domain, execution_name, launch_plan_project,"
      " launch_plan_domain, launch_plan_name, launch_entity, mode, cluster, user, phase, finished, error_kind,"
      " error_code, error_line, abort_cause, duration, created_at, updated_at, started_at, state, state_changed_at,"
      " body, launch_plan_id, workflow_id, task_id, source_execution_id, parent_node_execution_id)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, " SANDBOX_ENTITY_ROW("3") ", "
      SANDBOX_ENTITY_ROW("2") ", " SANDBOX_ENTITY_ROW("1") ", (SELECT id FROM executions WHERE execution_project = ?"
      " AND execution_domain = ? AND execution_name = ?), (SELECT id FROM nodes WHERE execution_project = ?"
      " AND execution_domain = ? AND execution_name = ? AND node_id = ?)) ON CONFLICT DO NOTHING",
      e.id.project, e.id.domain, e.id.name, plan.project, plan.domain, plan.name, LaunchEntity(e.launch_plan.kind),
      e.mode, e.cluster, e.user, PhaseName(e.phase), IsTerminal(e.phase), KindText(e.error), CodeText(e.error),
      error_line, e.abort_cause, e.duration, e.created_at, e.updated_at, e.started_at, e.state, e.state_changed_at,
      Blob{body},
      plan.project, plan.domain, plan.name, plan.version, e.workflow.project, e.workflow.domain, e.workflow.name,
      e.workflow.version, e.task.project, e.task.domain, e.task.name, e.task.version, reference.project,
      reference.domain, reference.name, parent.execution.project, parent.execution.domain, parent.execution.name,
      parent.node);
  if (inserted == 0) return Fail(Code::kAlreadyExists, "ROW_EXISTS", "execution exists");
  const int64_t row = db_.LastInsertId();
  db_.Execute("INSERT INTO execution_specs (id, body) VALUES (?, ?)", row, Blob{spec});
  for (const auto& [key, value] : e.tags)
    db_.Execute("INSERT INTO execution_tags (execution_id, key, value) VALUES (?, ?, ?)", row, key, value);
  RecordExecution(e.id, &e);
  return {};
}

#undef SANDBOX_ENTITY_ROW

Status Session::UpdateExecution(const model::ExecutionRecord& e) {
  const std::string body = ExecutionBody(e);
  const std::optional<std::string> error_line = ErrorLine(e.error);
  const int changed = db_.Execute(
      "UPDATE executions SET phase = ?, finished = ?, error_kind = ?, error_code = ?, error_line = ?, abort_cause = ?, "
      "duration = ?, updated_at = ?,"
      " started_at = ?, body = ? WHERE execution_project = ? AND execution_domain = ? AND execution_name = ?",
      PhaseName(e.phase), IsTerminal(e.phase), KindText(e.error), CodeText(e.error), error_line, e.abort_cause,
      e.duration, e.updated_at, e.started_at, Blob{body}, e.id.project, e.id.domain, e.id.name);
  if (changed == 0) return NotFound("execution is not stored");
  RecordExecution(e.id, &e);
  return {};
}

Status Session::SetExecutionState(const ExecutionId& id, int state, Instant now) {
  const int changed = db_.Execute(
      "UPDATE executions SET state = ?, state_changed_at = ? WHERE execution_project = ? AND execution_domain = ? AND "
      "execution_name = ?",
      state, now, id.project, id.domain, id.name);
  if (changed == 0) return NotFound("execution is not stored");
  RecordExecution(id, nullptr);
  return {};
}

Status Session::PutNode(const model::NodeRecord& n) {
  SANDBOX_CHECK(!n.id.node.empty(), Cat("a row of no node in ", n.id.execution.name));
  const std::string body = NodeBody(n);
  db_.Execute(
      "INSERT INTO nodes (execution_project, execution_domain, execution_name, node_id, parent_id, phase, input_uri, "
      "error_kind, error_code,"
      " cache_status, duration, created_at, updated_at, started_at, item, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (execution_project, execution_domain, execution_name, node_id) DO UPDATE SET parent_id = "
      "excluded.parent_id,"
      " phase = excluded.phase, input_uri = excluded.input_uri, error_kind = excluded.error_kind, error_code = "
      "excluded.error_code,"
      " cache_status = excluded.cache_status, duration = excluded.duration, created_at = excluded.created_at,"
      " updated_at = excluded.updated_at, started_at = excluded.started_at, body = excluded.body",
      n.id.execution.project, n.id.execution.domain, n.id.execution.name, n.id.node, n.parent, PhaseName(n.phase),
      n.input_uri, KindText(n.error), CodeText(n.error), CacheStatusText(n.cache_status), n.duration, n.created_at,
      n.updated_at, n.started_at, n.item, Blob{body});
  RecordRow<NodeChange>(n);
  return {};
}

Status Session::PutTask(const model::TaskRecord& t) {
  SANDBOX_CHECK(!t.id.node.node.empty(), Cat("an attempt in ", t.id.node.execution.name, " of no node"));
  const ExecutionId& execution = t.id.node.execution;
  const std::string body = TaskBody(t);
  std::optional<std::string> pod_namespace;
  if (!t.pod_status.empty()) pod_namespace = execution.Namespace();
  db_.Execute(
      "INSERT INTO tasks (execution_project, execution_domain, execution_name, node_id, retry_attempt, project, "
      "domain, name, version, phase,"
      " phase_version, input_uri, duration, created_at, updated_at, started_at, pod_namespace, item, peak_memory, body)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (execution_project, execution_domain, execution_name, node_id, retry_attempt) DO UPDATE SET "
      "project = excluded.project,"
      " domain = excluded.domain, name = excluded.name, version = excluded.version, phase = excluded.phase,"
      " phase_version = excluded.phase_version, input_uri = excluded.input_uri, duration = excluded.duration,"
      " created_at = excluded.created_at, updated_at = excluded.updated_at, started_at = excluded.started_at,"
      " pod_namespace = excluded.pod_namespace, item = excluded.item, peak_memory = excluded.peak_memory, body = "
      "excluded.body",
      execution.project, execution.domain, execution.name, t.id.node.node, t.id.attempt, t.task.project, t.task.domain,
      t.task.name, t.task.version, PhaseName(t.phase), t.phase_version, t.input_uri, t.duration, t.created_at,
      t.updated_at, t.started_at, pod_namespace, t.unlisted ? std::max(t.item, 0) : t.item, PeakMemory(t), Blob{body});
  RecordRow<AttemptChange>(t);
  return {};
}

std::vector<model::JobDeletion> Session::ListJobDeletions() {
  return All(db_.Run(SANDBOX_SELECT_JOB_DELETION " ORDER BY m.id"), ReadJobDeletion);
}

Status Session::PutJobDeletion(const model::JobDeletion& d) {
  const std::string body = JobDeletionBody(d);
  const ExecutionId& execution = d.id.node.execution;
  db_.Execute(
      "INSERT INTO job_deletions (execution_project, execution_domain, execution_name, node_id, retry_attempt, body) "
      "VALUES (?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (execution_project, execution_domain, execution_name, node_id, retry_attempt) DO UPDATE SET body = "
      "excluded.body",
      execution.project, execution.domain, execution.name, d.id.node.node, d.id.attempt, Blob{body});
  return {};
}

bool Session::DeleteJobDeletion(const AttemptId& id) {
  const ExecutionId& execution = id.node.execution;
  return db_.Execute(
             "DELETE FROM job_deletions WHERE execution_project = ? AND execution_domain = ? AND execution_name = ? "
             "AND node_id = ? AND retry_attempt = ?",
             execution.project, execution.domain, execution.name, id.node.node, id.attempt) > 0;
}

std::vector<model::UnsyncedObject> Session::ListUnsyncedObjects(const std::string& boot) {
  return All(db_.Run("SELECT id, uri, bytes, modified_at, boot FROM unsynced_objects WHERE boot <> ? OR boot = ''"
                     " ORDER BY id",
                     boot),
             [](Cursor& row) {
               model::UnsyncedObject object;
               object.number = static_cast<uint64_t>(row.Integer());
               object.uri = row.Text();
               object.bytes = row.Text();
               object.modified_at = row.Time();
               object.boot = row.Text();
               return object;
             });
}

uint64_t Session::LastUnsyncedObject() {
  Cursor row = db_.Run("SELECT MAX(id) FROM unsynced_objects");
  return row.Next() ? static_cast<uint64_t>(row.Integer()) : 0;
}

Status Session::InsertUnsyncedObject(const model::UnsyncedObject& o) {
  db_.Execute("INSERT INTO unsynced_objects (uri, bytes, modified_at, boot) VALUES (?, ?, ?, ?)", o.uri, Blob{o.bytes},
              o.modified_at, o.boot);
  return {};
}

Status Session::DeleteUnsyncedObjects(uint64_t last) {
  db_.Execute("DELETE FROM unsynced_objects WHERE id <= ?", static_cast<int64_t>(last));
  return {};
}

Status Session::PutSignal(const model::SignalRecord& s) {
  db_.Execute(
      "INSERT INTO signals (execution_project, execution_domain, execution_name, signal_id, created_at, type, value)"
      " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (execution_project, execution_domain, execution_name, signal_id)"
      " DO UPDATE SET type = excluded.type, value = excluded.value",
      s.execution.project, s.execution.domain, s.execution.name, s.signal_id, s.created_at, Blob{s.type},
      Blob{s.value});
  RecordRow<SignalChange>(s);
  return {};
}

}  // namespace sandbox::store
