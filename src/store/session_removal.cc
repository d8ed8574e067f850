// What is forgotten: runs that ended long ago.

#include "store/rows.h"
#include "store/session.h"

namespace sandbox::store {
namespace {

constexpr int kRecovered = 5;  // admin.ExecutionMetadata.Mode

#define SANDBOX_OF_EXECUTION " WHERE execution_project = ? AND execution_domain = ? AND execution_name = ?"

struct Found {
  ExecutionId id;
  bool finished = false;
};

std::vector<Found> ChildrenOf(Connection& db, const ExecutionId& id) {
  return All(db.Run("SELECT c.execution_project, c.execution_domain, c.execution_name, c.finished FROM nodes n"
                    " JOIN executions c ON c.parent_node_execution_id = n.id WHERE n.execution_project = ?"
                    " AND n.execution_domain = ? AND n.execution_name = ? ORDER BY c.id",
                    id.project, id.domain, id.name),
             [](Cursor& row) {
               Found found{ReadExecutionId(row)};
               found.finished = row.Integer() != 0;
               return found;
             });
}

// What has to stay although it has ended: the originals of recoveries, and those with a job that is to be deleted.
std::set<ExecutionId> Held(Connection& db) {
  std::set<ExecutionId> out;
  for (ExecutionId& id : All(db.Run("SELECT o.execution_project, o.execution_domain, o.execution_name FROM executions r"
                                    " JOIN executions o ON o.id = r.source_execution_id WHERE r.mode = ?",
                                    kRecovered),
                             ReadExecutionId))
    out.insert(std::move(id));
  for (ExecutionId& id :
       All(db.Run("SELECT execution_project, execution_domain, execution_name FROM job_deletions"), ReadExecutionId))
    out.insert(std::move(id));
  return out;
}

// The run and what it launched; nullopt when one of them has to stay.
std::optional<EndedRun> WholeRun(Connection& db, const ExecutionId& id, const std::set<ExecutionId>& held) {
  EndedRun run{{id}};
  for (size_t at = 0; at < run.executions.size(); ++at) {
    if (held.contains(run.executions[at])) return std::nullopt;
    for (Found& child : ChildrenOf(db, run.executions[at])) {
      if (!child.finished) return std::nullopt;
      run.executions.push_back(std::move(child.id));
    }
  }
  return run;
}

}  // namespace

std::vector<EndedRun> Session::RunsEndedBefore(Instant time) {
  const std::set<ExecutionId> held = Held(db_);
  std::vector<EndedRun> out;
  const auto ended = All(db_.Run("SELECT execution_project, execution_domain, execution_name FROM executions WHERE"
                                 " finished = 1 AND parent_node_execution_id IS NULL AND updated_at < ? ORDER BY id",
                                 time),
                         ReadExecutionId);
  for (const ExecutionId& id : ended) {
    if (auto run = WholeRun(db_, id, held)) out.push_back(std::move(*run));
  }
  return out;
}

std::set<std::string> Session::SharedExecutionNames() {
  std::set<std::string> out;
  for (std::string& name : All(db_.Run("SELECT execution_name FROM executions GROUP BY execution_name"
                                       " HAVING COUNT(*) > 1"),
                               [](Cursor& row) { return row.Text(); }))
    out.insert(std::move(name));
  return out;
}

Status Session::RemoveExecution(const ExecutionId& id) {
  int64_t row = 0;
  {
    auto found = db_.Run("SELECT id, finished FROM executions" SANDBOX_OF_EXECUTION, id.project, id.domain, id.name);
    if (!found.Next()) return NotFound("execution is not stored");
    row = found.Integer();
    if (found.Integer() == 0) return Fail(Code::kFailedPrecondition, "STILL_RUNS", Cat(id.name, " has not ended"));
  }
  db_.Execute("DELETE FROM execution_tags WHERE execution_id = ?", row);
  db_.Execute("DELETE FROM execution_specs WHERE id = ?", row);
  db_.Execute("DELETE FROM tasks" SANDBOX_OF_EXECUTION, id.project, id.domain, id.name);
  db_.Execute("DELETE FROM nodes" SANDBOX_OF_EXECUTION, id.project, id.domain, id.name);
  db_.Execute("DELETE FROM signals" SANDBOX_OF_EXECUTION, id.project, id.domain, id.name);
  db_.Execute("DELETE FROM executions WHERE id = ?", row);
  return {};
}

#undef SANDBOX_OF_EXECUTION

}  // namespace sandbox::store
