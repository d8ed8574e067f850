#include <algorithm>
#include <variant>

#include "sandbox/base/check.h"
#include "sandbox/base/text.h"
#include "store/rows.h"
#include "store/session.h"

namespace sandbox::store {
namespace {

using model::NodePhase;

#define SANDBOX_OF_EXECUTION " WHERE m.execution_project = ? AND m.execution_domain = ? AND m.execution_name = ?"

constexpr size_t kHashedBytes = 9;                      // of a name that was too long
constexpr std::string_view kSingleTask = ".flytegen.";  // what the workflow of a single task is called before its name

NodePhase PhaseOf(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(NodePhase::kRecovered); ++i) {
    if (PhaseName(static_cast<NodePhase>(i)) == name) return static_cast<NodePhase>(i);
  }
  return NodePhase::kUndefined;
}

// A WHERE clause and its values, grown condition by condition.
class Where {
 public:
  explicit Where(const ExecutionSearch& search) {
    Equal("m.execution_project", search.project);
    Equal("m.execution_domain", search.domain);
    Equal("m.user", search.user);
    AddPhases(search);
    AddWhat(search);
    if (!search.version.empty()) Add("instr(lower(w.version), ?) > 0", LowerCase(search.version));
    if (search.started_from != Instant{}) Add("m.started_at >= ?", search.started_from);
    if (search.started_to != Instant{}) Add("m.started_at < ?", search.started_to);
    if (search.duration_min) Add("m.duration >= ?", *search.duration_min);
    if (search.duration_max) Add("m.duration <= ?", *search.duration_max);
    if (search.archived) Add("m.state = ?", int64_t{*search.archived ? 1 : 0});
    AddText(search.text);
    if (search.parent) AddParent(*search.parent);
  }

  void Beyond(int64_t row, bool ascending) {
    if (row != 0) Add(ascending ? "m.id > ?" : "m.id < ?", row);
  }

  std::string Sql() const { return sql_; }
  void Bind(Cursor& cursor) const {
    for (const Value& value : values_) std::visit([&cursor](const auto& typed) { cursor.Bind(typed); }, value);
  }

 private:
  using Value = std::variant<std::string, int64_t, Instant, Duration>;

  template <typename... Values>
  void Add(const std::string& condition, Values... values) {
    sql_ += Cat(sql_.empty() ? " WHERE " : " AND ", condition);
    (values_.emplace_back(std::move(values)), ...);
  }
  void Equal(const char* column, const std::string& value) {
    if (!value.empty()) Add(Cat(column, " = ?"), value);
  }
  void AddPhases(const ExecutionSearch& search) {
    if (search.phases.empty()) return;
    std::string marks;
    for (const model::ExecutionPhase phase : search.phases) {
      marks += marks.empty() ? "?" : ", ?";
      values_.emplace_back(std::string(PhaseName(phase)));
    }
    sql_ += Cat(sql_.empty() ? " WHERE " : " AND ", "m.phase IN (", marks, ")");
  }
  void AddWhat(const ExecutionSearch& search) {
    const EntityId& what = search.what;
    if (what.kind == EntityKind::kLaunchPlan) {
      Equal("m.launch_plan_name", what.name);
      if (!what.version.empty())
        Add("m.launch_plan_id IN (SELECT id FROM entities WHERE kind = 3 AND version = ?)", what.version);
      return;
    }
    if (what.kind == EntityKind::kTask) Add("m.launch_entity = 'task'");
    if (what.kind == EntityKind::kWorkflow) Add("m.launch_entity <> 'task'");
    if (!what.name.empty()) {
      Add("w.name IN (?, ?)", what.kind == EntityKind::kTask ? Cat(kSingleTask, what.name) : what.name,
          what.kind == EntityKind::kWorkflow ? what.name : Cat(kSingleTask, what.name));
    }
    Equal("w.version", what.version);
  }
  void AddText(const std::string& text) {
    if (text.empty()) return;
    const std::string lower = LowerCase(text);
    Add("(instr(lower(m.execution_name), ?) > 0 OR instr(lower(w.name), ?) > 0 OR instr(lower(m.error_line), ?) > 0 OR "
        "instr(lower(m.abort_cause), ?) > 0)",
        lower, lower, lower, lower);
  }
  void AddParent(const ExecutionId& parent) {
    Add("m.parent_node_execution_id IN (SELECT id FROM nodes WHERE execution_project = ? AND execution_domain = ? AND "
        "execution_name = ?)",
        parent.project, parent.domain, parent.name);
  }

  std::string sql_;
  std::vector<Value> values_;
};

std::string OrderOf(const ExecutionSearch& search) {
  const char* direction = search.ascending ? " ASC" : " DESC";
  switch (search.sort) {
    case ExecutionSearch::Sort::kCreated: break;
    case ExecutionSearch::Sort::kStarted: return Cat("m.started_at", direction, ", m.id", direction);
    case ExecutionSearch::Sort::kDuration: return Cat("m.duration", direction, ", m.id", direction);
  }
  return Cat("m.id", direction);
}

bool HasLabels(const model::ExecutionRecord& record, const std::map<std::string, std::string>& wanted) {
  return std::ranges::all_of(wanted, [&record](const auto& label) {
    const auto found = record.settings.labels.find(label.first);
    return found != record.settings.labels.end() && (label.second.empty() || found->second == label.second);
  });
}

constexpr std::string_view kWithWorkflow = " LEFT JOIN entities w ON w.id = m.workflow_id";

Cursor Prepared(Connection& db, const std::string& sql, const Where& where) {
  auto cursor = db.Prepare(sql);
  SANDBOX_CHECK(cursor.has_value(), "a statement of ours is none");
  where.Bind(*cursor);
  return std::move(*cursor);
}

uint64_t Count(Connection& db, const ExecutionSearch& search) {
  const Where all(search);
  Cursor count = Prepared(db, Cat("SELECT COUNT(*) FROM executions m", kWithWorkflow, all.Sql()), all);
  return count.Next() ? static_cast<uint64_t>(count.Integer()) : 0;
}

}  // namespace

// Labels are in the encoded part: all rows that match otherwise are read when they are asked for.
ExecutionsFound Session::SearchExecutions(const ExecutionSearch& search) {
  ExecutionsFound out;
  Where page(search);
  if (search.labels.empty()) page.Beyond(search.beyond_row, search.ascending);
  // Rows are large: first the numbers of those of the page are found and ordered.
  const std::string order = OrderOf(search);
  const std::string limit = search.labels.empty() ? Cat(search.limit, " OFFSET ", search.offset) : "-1";
  const std::string sql = Cat(SANDBOX_SELECT_EXECUTION " WHERE m.id IN (SELECT m.id FROM executions m", kWithWorkflow,
                              page.Sql(), " ORDER BY ", order, " LIMIT ", limit, ") ORDER BY ", order);
  Cursor rows = Prepared(db_, sql, page);
  while (rows.Next()) {
    model::ExecutionRecord record = ReadExecution(rows);
    if (search.labels.empty()) {
      out.executions.push_back(std::move(record));
      continue;
    }
    if (!HasLabels(record, search.labels)) continue;
    const bool beyond =
        search.beyond_row == 0 || (search.ascending ? record.row > search.beyond_row : record.row < search.beyond_row);
    if (++out.total > search.offset && beyond && out.executions.size() < search.limit)
      out.executions.push_back(std::move(record));
  }
  if (!search.labels.empty()) return out;
  // A first page that is not full has them all.
  const bool first = search.offset == 0 && search.beyond_row == 0;
  out.total = first && out.executions.size() < search.limit ? out.executions.size() : Count(db_, search);
  return out;
}

std::vector<model::NodeRecord> Session::UnfinishedNodesOf(const ExecutionId& id, uint64_t limit) {
  return All(db_.Run(SANDBOX_SELECT_NODE SANDBOX_OF_EXECUTION
                     " AND m.phase IN ('UNDEFINED', 'QUEUED', 'RUNNING', 'FAILING', 'DYNAMIC_RUNNING')"
                     " ORDER BY m.item >= 0, m.id LIMIT ?",
                     id.project, id.domain, id.name, static_cast<int64_t>(limit)),
             ReadNode);
}

std::vector<model::NodeRecord> Session::FailedNodesOf(const ExecutionId& id) {
  return All(db_.Run(SANDBOX_SELECT_NODE SANDBOX_OF_EXECUTION " AND m.phase IN ('FAILED', 'TIMED_OUT') ORDER BY m.id",
                     id.project, id.domain, id.name),
             ReadNode);
}

std::map<NodePhase, uint64_t> Session::CountNodes(const NodeExecutionId& outer) {
  std::map<NodePhase, uint64_t> out;
  auto rows = db_.Run("SELECT m.phase, COUNT(*) FROM nodes m" SANDBOX_OF_EXECUTION
                      " AND m.parent_id = ? AND m.node_id NOT IN ('start-node', 'end-node') AND m.node_id NOT LIKE "
                      "'%-start-node' AND m.node_id NOT LIKE '%-end-node' GROUP BY m.phase",
                      outer.execution.project, outer.execution.domain, outer.execution.name, outer.node);
  while (rows.Next()) {
    const NodePhase phase = PhaseOf(rows.Text());
    out[phase] += static_cast<uint64_t>(rows.Integer());
  }
  return out;
}

std::vector<model::NodeRecord> Session::ListItems(const NodeExecutionId& array, NodePhase phase, int from,
                                                  uint64_t limit) {
  const std::string name(phase == NodePhase::kUndefined ? "" : PhaseName(phase));
  return All(db_.Run(SANDBOX_SELECT_NODE SANDBOX_OF_EXECUTION
                     " AND m.parent_id = ? AND m.item >= 0 AND m.item >= ? AND (? = '' OR m.phase = ?)"
                     " ORDER BY m.item LIMIT ?",
                     array.execution.project, array.execution.domain, array.execution.name, array.node, from, name,
                     name, static_cast<int64_t>(limit)),
             ReadNode);
}

int64_t Session::PeakMemoryOf(const ExecutionId& id) {
  auto row = db_.Run("SELECT MAX(m.peak_memory) FROM tasks m" SANDBOX_OF_EXECUTION, id.project, id.domain, id.name);
  return row.Next() ? row.Integer() : 0;
}

// A pod is named after its execution, with a "-" behind it, and a namespace after project and domain: the index of
// executions leads to it. Names that are too long are hashed, and only reading all of them finds those.
std::optional<model::TaskRecord> Session::FindPod(const std::string& pod_namespace, const std::string& name) {
  std::optional<model::TaskRecord> found;
  const auto look = [&](std::vector<model::TaskRecord> tasks) {
    for (model::TaskRecord& task : tasks) {
      if (task.generated_name == name && !task.pod_status.empty()) found = std::move(task);
    }
    return found.has_value();
  };
  for (size_t dash = pod_namespace.find('-'); dash != std::string::npos; dash = pod_namespace.find('-', dash + 1)) {
    for (size_t end = name.find('-'); end != std::string::npos; end = name.find('-', end + 1)) {
      if (look(TasksOf({pod_namespace.substr(0, dash), pod_namespace.substr(dash + 1), name.substr(0, end)})))
        return found;
    }
  }
  const bool hashed = name.starts_with('f') && (name.size() == kHashedBytes || name.find('-') == kHashedBytes);
  if (hashed || pod_namespace.empty()) look(ListPods(pod_namespace, 0));
  return found;
}

#undef SANDBOX_OF_EXECUTION

}  // namespace sandbox::store
