// Executions that launch-plan nodes stand for: protocol/execution-engine 5.6.

#include "executor/executor.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/log.h"
#include "sandbox/base/names.h"

namespace sandbox::executor {
namespace {

// admin.ExecutionMetadata.Mode
constexpr int kModeChild = 4;
constexpr int kModeRecovered = 5;

constexpr uint32_t kAttemptsMax = 1000;  // of a node

// A child that a user recovered has the parent, too, but a name of its own, and does not count.
bool WasStartedBy(const NodeExecutionId& node, const ExecutionId& child) {
  for (uint32_t attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (ChildExecutionName({node, attempt}) == child.name) return true;
  }
  return false;
}

// By a fault of ours: another try may help.
bool IsOurs(Code code) {
  return code == Code::kInternal || code == Code::kUnavailable || code == Code::kDeadlineExceeded;
}

}  // namespace

void Executor::Apply(engine::LaunchChild& effect) {
  if (!launch_child_) return;
  launch_child_(effect, effect.id.node, [this, parent = effect.id, child = effect.child](const Status& launched) {
    deps_.loop.Post([this, parent, child, launched] { OnChildLaunched(parent, child, launched); });
  });
}

void Executor::Apply(engine::AbortChild& effect) { AbortOrphan(effect.child, effect.cause); }

void Executor::AbortOrphan(const ExecutionId& child, const std::string& cause) {
  Terminate(child, cause, [child](const Status& status) {
    // One that never started, or is over, is as good as aborted.
    if (!status)
      Log(LogLevel::kInfo, "executor",
          Cat("child execution ", child.name, " was not aborted: ", status.error().message));
  });
}

// Whether the node still waits for this child.
bool Executor::IsWanted(const AttemptId& parent) const {
  const auto found = runs_.find(parent.node.execution);
  if (found == runs_.end() || engine::IsOver(found->second->run) ||
      found->second->run.record.phase == model::ExecutionPhase::kAborting)
    return false;
  const auto node = found->second->run.by_id.find(parent.node.node);
  if (node == found->second->run.by_id.end()) return false;
  const model::NodeRecord& record = found->second->run.nodes[node->second].record;
  return !model::IsTerminal(record.phase) && record.attempts == parent.attempt;
}

// Aborts, after a restart, children whose parents ended before the abort reached them.
void Executor::AbortOrphans() {
  std::vector<std::pair<ExecutionId, std::string>> orphans;
  for (const auto& [id, active] : runs_) {
    const auto& parent = active->run.record.parent_node;
    const int mode = active->run.record.mode;
    if (!parent || (mode != kModeChild && mode != kModeRecovered) ||
        active->run.record.phase == model::ExecutionPhase::kAborting)
      continue;
    const auto found = runs_.find(parent->execution);
    bool wanted = false;
    if (found != runs_.end()) {
      const auto node = found->second->run.by_id.find(parent->node);
      // The child of an earlier attempt is not this one's.
      const uint32_t attempt =
          node == found->second->run.by_id.end() ? 0 : found->second->run.nodes[node->second].record.attempts;
      wanted = id.name == ChildExecutionName({*parent, attempt}) && IsWanted({*parent, attempt});
    }
    if (!wanted && WasStartedBy(*parent, id))
      orphans.emplace_back(id, Cat("cascading abort as parent execution id [", parent->execution.name,
                                   "] aborted, reason [Some node execution failed, auto-abort.]"));
  }
  for (const auto& [id, cause] : orphans) AbortOrphan(id, cause);
}

void Executor::OnChildLaunched(const AttemptId& parent, const ExecutionId& child, const Status& launched) {
  engine::ChildReported report;
  report.id = parent;
  if (!launched && launched.error().code != Code::kAlreadyExists) {
    report.state = engine::ChildReported::State::kRefused;
    report.retryable = IsOurs(launched.error().code);
    report.message = launched.error().message;
    return Advance(parent.node.execution, report);
  }
  if (!IsWanted(parent))
    return AbortOrphan(child, Cat("cascading abort as parent execution id [", parent.node.execution.name,
                                  "] aborted, reason [Workflow aborted.]"));
  Advance(parent.node.execution, report);
  if (runs_.contains(child)) return;  // it tells when it ends
  deps_.workers.Run([this, parent, child] {
    const auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindExecution(child); });
    if (record && model::IsTerminal(record->phase)) ReportChildEnd(parent, *record);
  });
}

// On a worker.
void Executor::ReportChildEnd(const AttemptId& parent, const model::ExecutionRecord& child) {
  engine::ChildReported report;
  report.id = parent;
  report.state = engine::ChildReported::State::kEnded;
  report.phase = child.phase;
  report.error = child.error;
  if (child.phase == model::ExecutionPhase::kSucceeded) {
    // What its end-node was given: one that was recovered, with nothing left to do, has no outputs of its own.
    report.outputs = LoadLiterals(deps_.objects, engine_config_.layout.NodesUri(child.id) + "/end-node/data/inputs.pb");
  }
  deps_.loop.Post([this, report = std::move(report)] { Advance(report.id.node.execution, report); });
}

// A child that ended while its parent runs.
void Executor::TellParent(const model::ExecutionRecord& child) {
  const auto found = runs_.find(child.parent_node->execution);
  if (found == runs_.end()) return;
  const engine::Run& run = found->second->run;
  const auto node = run.by_id.find(child.parent_node->node);
  if (node == run.by_id.end()) return;
  const AttemptId parent{*child.parent_node, run.nodes[node->second].record.attempts};
  if (ChildExecutionName(parent) != child.id.name) return;  // of an earlier attempt, or somebody else's
  deps_.workers.Run([this, parent, child] { ReportChildEnd(parent, child); });
}

}  // namespace sandbox::executor
