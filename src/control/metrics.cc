// Where the time of an execution went: a tree of spans.

#include <algorithm>
#include <limits>
#include <map>

#include "control/ids.h"
#include "idl/ids.h"
#include "idl/times.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

namespace core = flyteidl::core;

namespace {

// As upstream, a depth below zero stands for all levels: what `pyflyte metrics` asks for unless it is told otherwise.
constexpr int32_t kAllLevels = std::numeric_limits<int32_t>::max();

void SetTimes(Instant start, Instant end, core::Span* span) {
  *span->mutable_start_time() = idl::ToIdl(start);
  *span->mutable_end_time() = idl::ToIdl(std::max(start, end));
}

void AddOperation(std::string_view name, Instant start, Instant end, core::Span* parent) {
  if (end <= start) return;
  auto* span = parent->add_spans();
  SetTimes(start, end, span);
  span->set_operation_id(std::string(name));
}

class SpanBuilder {
 public:
  explicit SpanBuilder(MetadataReader& reader) : reader_(reader) {}

  void AddExecution(const model::ExecutionRecord& record, int32_t depth, core::Span* span) {
    SetTimes(record.created_at, record.updated_at, span);
    *span->mutable_workflow_id() = idl::ToIdl(record.id);
    if (depth <= 0) return;
    auto nodes = reader_.NodesOf(record.id);
    const Level level{record.id, nodes, ByParent(nodes), Attempts(record.id)};
    if (record.started_at != Instant{})
      AddOperation("WORKFLOW_SETUP", record.created_at, FirstStart(level, record.started_at), span);
    AddChildren(level, "", depth, span);
    AddOperation("WORKFLOW_TEARDOWN", LastEnd(level, record.updated_at), record.updated_at, span);
  }

 private:
  struct Level {
    ExecutionId execution;
    const std::vector<model::NodeRecord>& nodes;
    std::map<std::string, std::vector<const model::NodeRecord*>> inside;  // by the id of the parent; none: empty
    std::map<std::string, std::vector<model::TaskRecord>> attempts;
  };

  static std::map<std::string, std::vector<const model::NodeRecord*>> ByParent(
      const std::vector<model::NodeRecord>& nodes) {
    std::map<std::string, std::vector<const model::NodeRecord*>> out;
    for (const auto& node : nodes) {
      if (!IsMarker(node)) out[node.parent].push_back(&node);
    }
    return out;
  }

  std::map<std::string, std::vector<model::TaskRecord>> Attempts(const ExecutionId& id) {
    std::map<std::string, std::vector<model::TaskRecord>> out;
    for (auto& task : reader_.TasksOf(id)) {
      if (!task.unlisted) out[task.id.node.node].push_back(std::move(task));
    }
    return out;
  }

  static bool IsMarker(const model::NodeRecord& node) {
    return node.spec_node_id == "start-node" || node.spec_node_id == "end-node";
  }

  static Instant FirstStart(const Level& level, Instant otherwise) {
    Instant first = Instant::max();
    for (const auto& node : level.nodes) {
      if (node.parent.empty() && !IsMarker(node)) first = std::min(first, node.created_at);
    }
    return first == Instant::max() ? otherwise : first;
  }

  static Instant LastEnd(const Level& level, Instant otherwise) {
    Instant last{};
    for (const auto& node : level.nodes) {
      if (node.parent.empty() && !IsMarker(node)) last = std::max(last, node.updated_at);
    }
    return last == Instant{} ? otherwise : last;
  }

  void AddChildren(const Level& level, const std::string& parent, int32_t depth, core::Span* span) {
    const auto children = level.inside.find(parent);
    if (children == level.inside.end()) return;
    for (const auto* node : children->second) AddNode(level, *node, depth, span->add_spans());
  }

  void AddNode(const Level& level, const model::NodeRecord& node, int32_t depth, core::Span* span) {
    SetTimes(node.created_at, node.updated_at, span);
    *span->mutable_node_id() = idl::ToIdl(node.id);
    Instant reached = node.created_at;
    auto attempts = level.attempts.find(node.id.node);
    if (attempts != level.attempts.end()) {
      AddOperation("NODE_SETUP", reached, attempts->second.front().created_at, span);
      for (const auto& attempt : attempts->second) {
        AddAttempt(attempt, span->add_spans());
        reached = std::max(reached, attempt.updated_at);
      }
    } else if (node.started_at != Instant{}) {
      AddOperation("NODE_SETUP", reached, node.started_at, span);
      reached = node.started_at;
    }
    if (depth > 1) {
      AddChildren(level, node.id.node, depth - 1, span);
      if (node.child_execution) AddChild(*node.child_execution, depth - 1, span);
    }
    AddOperation("NODE_TEARDOWN", reached, node.updated_at, span);
  }

  void AddChild(const ExecutionId& id, int32_t depth, core::Span* span) {
    if (auto record = reader_.FindExecution(id)) AddExecution(*record, depth, span->add_spans());
  }

  static void AddAttempt(const model::TaskRecord& attempt, core::Span* span) {
    SetTimes(attempt.created_at, attempt.updated_at, span);
    *span->mutable_task_id() = TaskExecutionId(attempt.id, attempt.task);
    if (attempt.started_at == Instant{}) return;
    const Instant ended = attempt.duration ? attempt.started_at + *attempt.duration : attempt.updated_at;
    AddOperation("TASK_SETUP", attempt.created_at, attempt.started_at, span);
    AddOperation("TASK_RUNTIME", attempt.started_at, ended, span);
    AddOperation("TASK_TEARDOWN", ended, attempt.updated_at, span);
  }

  MetadataReader& reader_;
};

}  // namespace

Result<core::Span> Requests::SpansOf(const ExecutionId& id, int depth) {
  return deps_.store.Query([&](MetadataReader& reader) -> Result<core::Span> {
    auto record = reader.FindExecution(id);
    if (!record) return MissingExecution(id);
    core::Span out;
    SpanBuilder(reader).AddExecution(*record, depth < 0 ? kAllLevels : depth, &out);
    return out;
  });
}

}  // namespace sandbox::control
