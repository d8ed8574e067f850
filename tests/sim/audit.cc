#include "audit.h"

#include <algorithm>

#include "sandbox/base/error.h"
#include "sandbox/base/names.h"

namespace sandbox::sim {
namespace {

namespace core = flyteidl::core;
using model::ExecutionPhase;
using model::NodePhase;
using model::PhaseName;

// core.CatalogCacheStatus
constexpr int kCacheHit = 2;
constexpr int kCachePopulated = 3;

std::string Text(const std::optional<model::ExecutionError>& error) {
  return error ? Cat("[", error->code, "] of kind ", static_cast<int>(error->kind), ": ", error->message.substr(0, 100))
               : std::string("no error");
}

std::string Text(const std::vector<ExpectedError>& errors) {
  std::string out;
  for (const ExpectedError& error : errors) out += Cat(out.empty() ? "" : " or ", "[", error.code, "] ", error.begins);
  return out;
}

bool Matches(const std::optional<model::ExecutionError>& error, const std::vector<ExpectedError>& expected, bool told) {
  // A node that ran out of time has no error of its own.
  if (!told) return !error;
  return error && std::ranges::any_of(expected, [&](const ExpectedError& e) {
           return e.code == error->code && e.kind == error->kind && error->message.starts_with(e.begins);
         });
}

std::string Text(Instant at) { return Cat("@", at.time_since_epoch().count()); }

std::string Tell(const model::NodeRecord& node) {
  return Cat("/", node.id.node, PhaseName(node.phase), node.attempts, node.system_failures, Text(node.created_at),
             Text(node.updated_at), Text(node.started_at), Text(node.queued_at), Text(node.attempt_started_at),
             Text(node.error), node.input_uri, node.output_uri, node.checkpoint_uri, node.is_parent, node.is_dynamic,
             node.is_array, node.has_task_metadata, node.cache_status, static_cast<int>(node.admission));
}

std::string Tell(const model::TaskRecord& task) {
  std::string out =
      Cat("/", task.id.node.node, task.id.attempt, PhaseName(task.phase), task.phase_version, Text(task.created_at),
          Text(task.updated_at), Text(task.started_at), Text(task.error), task.generated_name, task.cache_status);
  for (const model::Reason& reason : task.reasons) out += Text(reason.occurred_at) + reason.message;
  return out;
}

std::vector<model::ExecutionRecord> AllExecutions(MetadataReader& reader) {
  ListQuery all;
  all.limit = 10'000;
  return *reader.ListExecutions(all);
}

std::map<std::string, core::Literal> ReadOutputs(FakeObjects& objects, const std::string& uri) {
  std::map<std::string, core::Literal> out;
  const auto place = ParseObjectUri(uri);
  const auto found = place ? objects.Find(place->key) : std::nullopt;
  core::LiteralMap map;
  if (found && map.ParseFromString(*found)) out.insert(map.literals().begin(), map.literals().end());
  return out;
}

bool IsRetold(const model::NodeRecord& old, const model::NodeRecord& row) {
  return row.spec_node_id == old.spec_node_id && row.parent == old.parent && row.is_parent == old.is_parent &&
         row.is_dynamic == old.is_dynamic && row.is_array == old.is_array && row.deck_uri == old.deck_uri &&
         row.has_task_metadata == old.has_task_metadata && row.cache_status == old.cache_status &&
         row.catalog_key == old.catalog_key && row.child_execution == old.child_execution &&
         row.dynamic_workflow == old.dynamic_workflow && row.dynamic_job_spec_uri == old.dynamic_job_spec_uri;
}

class Auditor {
 public:
  Auditor(const Expected& expected, MetadataReader& reader, FakeObjects& objects, bool aborted)
      : expected_(expected), reader_(reader), objects_(objects), aborted_(aborted) {}

  std::string Run() {
    for (const auto& [id, execution] : expected_.executions) Execution(id, execution);
    for (const auto& [id, node] : expected_.nodes) {
      if (node.certain && !aborted_)
        Require(reader_.FindNode(id).has_value(), Cat("node ", id.node, " of ", id.execution.name, " has no row"));
    }
    return difference_;
  }

 private:
  void Require(bool holds, const std::string& what) {
    if (!holds && difference_.empty()) difference_ = "oracle: " + what;
  }

  void Execution(const ExecutionId& id, const ExpectedExecution& expected) {
    const auto record = reader_.FindExecution(id);
    const bool interrupted = aborted_ || !expected.certain;
    if (!record) return Require(interrupted, Cat("execution ", id.name, " is missing"));
    for (const model::NodeRecord& row : reader_.NodesOf(id)) Node(row);
    if (interrupted && record->phase == ExecutionPhase::kAborted) return;
    if (record->phase != expected.phase)
      return Require(false, Cat("execution ", id.name, " is ", PhaseName(record->phase), ", not ",
                                PhaseName(expected.phase), ": ", Text(record->error)));
    if (record->phase == ExecutionPhase::kFailed)
      Require(Matches(record->error, expected.errors, true),
              Cat("execution ", id.name, " fails with ", Text(record->error), ", not ", Text(expected.errors)));
    if (record->phase != ExecutionPhase::kSucceeded) return;
    const auto outputs = ReadOutputs(objects_, record->output_uri);
    const bool same = std::ranges::equal(outputs, expected.outputs, [](const auto& a, const auto& b) {
      return a.first == b.first && TextOf(a.second) == TextOf(b.second);
    });
    Require(same, Cat("execution ", id.name, " has other outputs"));
  }

  void Node(const model::NodeRecord& row) {
    const std::string name = Cat("node ", row.id.node, " of ", row.id.execution.name);
    const auto found = expected_.nodes.find(row.id);
    if (found == expected_.nodes.end()) return Require(false, name + " should not have begun");
    const ExpectedNode& expected = found->second;
    if (row.phase == NodePhase::kAborted && (aborted_ || !expected.certain))
      return Require(row.attempts <= expected.attempts, Cat(name, " had ", row.attempts, " more tries"));
    if (row.phase != expected.phase)
      return Require(
          false, Cat(name, " is ", PhaseName(row.phase), ", not ", PhaseName(expected.phase), ": ", Text(row.error)));
    const bool hit = expected.may_hit && row.cache_status == kCacheHit;
    const int cache_status = hit ? kCacheHit : expected.cached ? kCachePopulated : 0;
    Require(row.phase != NodePhase::kSucceeded || row.cache_status == cache_status,
            Cat(name, " has cache status ", row.cache_status, ", not ", cache_status));
    Require(row.attempts == (hit ? 0 : expected.attempts),
            Cat(name, " had ", row.attempts, " more tries, not ", expected.attempts));
    if (row.phase == NodePhase::kSucceeded || row.phase == NodePhase::kRecovered)
      Require(!row.error, Cat(name, " succeeded with ", Text(row.error)));
    if (row.phase == NodePhase::kFailed || row.phase == NodePhase::kTimedOut) {
      Require(Matches(row.error, expected.errors, row.phase == NodePhase::kFailed),
              Cat(name, " fails with ", Text(row.error), ", not ", Text(expected.errors)));
    }
    if (row.phase == NodePhase::kRecovered && expected.retells)
      Require(IsRetold(*expected.retells, row), name + " is not told as what it recovers was");
    if (expected.output) Output(row, *expected.output);
    for (const auto& [attempt, phase] : hit ? decltype(expected.tries)() : expected.tries) {
      const auto task = reader_.FindTask({row.id, attempt});
      Require(task && task->phase == phase, Cat("try ", attempt, " of ", name, " is ",
                                                task ? PhaseName(task->phase) : "missing", ", not ", PhaseName(phase)));
    }
  }

  void Output(const model::NodeRecord& row, const core::Literal& expected) {
    const auto outputs = ReadOutputs(objects_, row.output_uri);
    const auto o0 = outputs.find("o0");
    Require(o0 != outputs.end() && TextOf(o0->second) == TextOf(expected),
            Cat("node ", row.id.node, " of ", row.id.execution.name, " returns ",
                o0 == outputs.end() ? "nothing" : TextOf(o0->second), ", not ", TextOf(expected)));
  }

  const Expected& expected_;
  MetadataReader& reader_;
  FakeObjects& objects_;
  const bool aborted_;
  std::string difference_;
};

}  // namespace

std::string Audit(const Expected& expected, MetadataReader& reader, FakeObjects& objects, bool aborted) {
  return expected.unknown.empty() ? Auditor(expected, reader, objects, aborted).Run() : "";
}

uint64_t DigestOfRows(MetadataReader& reader) {
  uint64_t digest = 0;
  for (const model::ExecutionRecord& execution : AllExecutions(reader)) {
    std::string text = Cat(execution.id.name, PhaseName(execution.phase), Text(execution.error), execution.output_uri,
                           Text(execution.updated_at));
    for (const model::NodeRecord& node : reader.NodesOf(execution.id)) text += Tell(node);
    for (const model::TaskRecord& task : reader.TasksOf(execution.id)) text += Tell(task);
    digest = digest * 1099511628211ull ^ Fnv1a64(text);
  }
  return digest;
}

OldNodes LookBack(MetadataReader& reader, FakeObjects& objects) {
  OldNodes out;
  for (const model::ExecutionRecord& execution : AllExecutions(reader)) {
    for (const model::NodeRecord& row : reader.NodesOf(execution.id)) {
      OldNode& node = out[row.id];
      node.row = row;
      node.done = row.phase == NodePhase::kSucceeded || row.phase == NodePhase::kRecovered;
      node.made_workflow = !node.done && !row.dynamic_job_spec_uri.empty();
      node.child = row.child_execution;
      const auto outputs = ReadOutputs(objects, row.output_uri);
      if (const auto o0 = outputs.find("o0"); o0 != outputs.end()) node.output = o0->second;
    }
  }
  return out;
}

}  // namespace sandbox::sim
