// Executions that launch-plan nodes stand for: contract/execution-engine 5.6.

#include "core.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/log.h"
#include "sandbox/base/names.h"

namespace sandbox::core {
namespace {

// By a fault of ours: another try may help.
bool IsOurs(Code code) { return code == Code::kInternal || code == Code::kUnavailable || code == Code::kDeadlineExceeded; }

}  // namespace

void Core::Do(engine::LaunchChild& effect) {
  if (!launch_child_) return;
  launch_child_(effect, effect.id.node, [this, parent = effect.id, child = effect.child](const Status& launched) {
    deps_.loop.Post([this, parent, child, launched] { OnChildLaunched(parent, child, launched); });
  });
}

void Core::Do(engine::AbortChild& effect) {
  Terminate(effect.child, effect.cause, [child = effect.child](const Status& status) {
    // One that never started, or is over, is as good as aborted.
    if (!status) Log(LogLevel::kInfo, "core", Cat("child execution ", child.name, " was not aborted: ", status.error().message));
  });
}

void Core::OnChildLaunched(const AttemptId& parent, const ExecutionId& child, const Status& launched) {
  engine::ChildReported report;
  report.id = parent;
  if (!launched && launched.error().code != Code::kAlreadyExists) {
    report.state = engine::ChildReported::State::kRefused;
    report.retryable = IsOurs(launched.error().code);
    report.message = launched.error().message;
    return Advance(parent.node.execution, report);
  }
  Advance(parent.node.execution, report);
  if (runs_.contains(child)) return;  // it tells when it ends
  deps_.workers.Run([this, parent, child] {
    const auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindExecution(child); });
    if (record && model::IsTerminal(record->phase)) ReportChildEnd(parent, *record);
  });
}

// On a worker.
void Core::ReportChildEnd(const AttemptId& parent, const model::ExecutionRecord& child) {
  engine::ChildReported report;
  report.id = parent;
  report.state = engine::ChildReported::State::kEnded;
  report.phase = child.phase;
  report.error = child.error;
  if (child.phase == model::ExecutionPhase::kSucceeded) {
    report.outputs = ReadLiterals(deps_.objects, engine::MetadataRoot(child.id) + "/end-node/data/0/outputs.pb", engine_config_.output_bytes_max);
  }
  deps_.loop.Post([this, report = std::move(report)] { Advance(report.id.node.execution, report); });
}

// A child that ended while its parent runs.
void Core::TellParent(const model::ExecutionRecord& child) {
  const auto found = runs_.find(child.parent_node->execution);
  if (found == runs_.end()) return;
  const engine::Run& run = found->second->run;
  const auto node = run.by_id.find(child.parent_node->node);
  if (node == run.by_id.end()) return;
  const AttemptId parent{*child.parent_node, run.nodes[node->second].record.attempts};
  if (ChildExecutionName(parent) != child.id.name) return;  // of an earlier attempt, or somebody else's
  deps_.workers.Run([this, parent, child] { ReportChildEnd(parent, child); });
}

}  // namespace sandbox::core
