// The clocks of time-outs, and when a node is woken.

#include <algorithm>

#include "handlers.h"
#include "sandbox/base/check.h"
#include "stepper.h"

namespace sandbox::engine {

using model::Admission;
using model::ErrorKind;
using model::NodePhase;

namespace {

// By then the pod had been let in.
Instant AdmittedBefore(const PodReport& report) {
  Instant at = report.occurred_at;
  for (const ContainerEnd& end : report.containers) {
    if (end.started_at != Instant{}) at = std::min(at, end.started_at);
  }
  return at;
}

}  // namespace

// The clock of an attempt's time-out, and of its node's, stands still while its pod waits to be let in.
void Stepper::KeepClock(uint32_t index, const PodReport& report) {
  if (report.state == PodState::kPending && report.wait.code == model::PodWait::kResources) {
    StopClock(index);
    if (IsSubtask(index)) StopClockOfMap(*ParentOf(index));
    return;
  }
  const Instant at = std::max(Node(index).attempt->created_at, std::min(AdmittedBefore(report), now_));
  StartClock(index, at);
  if (IsSubtask(index) && Node(*ParentOf(index)).record.admission != Admission::kAdmitted)
    StartClock(*ParentOf(index), at);
}

void Stepper::StopClock(uint32_t index) {
  model::NodeRecord& record = Node(index).record;
  if (record.admission != Admission::kUnknown) return;
  record.admission = Admission::kWaits;
  Touch(index);
  ArmDeadline(index);
}

// The time-out of a map task is that of all its pods: its clock stands still until the first of them is let in.
void Stepper::StopClockOfMap(uint32_t index) {
  if (TimeoutOf(index) == Duration::zero() || Node(index).record.admission != Admission::kUnknown) return;
  const Scope& scope = run_.scopes[*Node(index).inside];
  for (uint32_t i = scope.first; i < scope.first + scope.count; ++i) {
    const model::NodeRecord& item = Node(i).record;
    if (item.phase != NodePhase::kUndefined && item.admission != Admission::kWaits) return;
  }
  StopClock(index);
}

// The pod was let in at `at`, or before.
void Stepper::StartClock(uint32_t index, Instant at) {
  model::NodeRecord& record = Node(index).record;
  const bool stood = record.admission == Admission::kWaits;
  if (!stood && record.admission == Admission::kAdmitted && at >= record.attempt_started_at) return;
  record.admission = Admission::kAdmitted;
  Touch(index);
  if (!stood && at >= record.attempt_started_at) return;
  record.queued_at += at - record.attempt_started_at;
  record.attempt_started_at = at;
  ArmDeadline(index);
}

Instant Stepper::PullingSince(uint32_t index) const {
  const auto* state = std::get_if<model::TaskState>(&Node(index).record.state);
  return state == nullptr ? Instant{} : state->unobtainable_since;
}

Duration Stepper::TimeoutOf(uint32_t index) const {
  const auto& limit = Spec(index).metadata().timeout();
  return DelayOf(limit.seconds(), limit.nanos());
}

void Stepper::ArmDeadline(uint32_t index) {
  const NodeRun& node = Node(index);
  const Duration timeout = TimeoutOf(index);
  Instant at{};
  const auto earliest = [&at](Instant candidate) { at = at == Instant{} ? candidate : std::min(at, candidate); };
  if (timeout > Duration::zero() && node.record.admission != model::Admission::kWaits) {
    earliest(node.record.queued_at + 2 * timeout);
    earliest(node.record.attempt_started_at + timeout);
  }
  if (const Instant own = HandlerOf(run_, index).wake_at(*this, index); own != Instant{}) earliest(own);
  // A deadline that is past while the result is being read is looked at again when that is there.
  SetWake(index, at <= now_ && node.IsRead() ? Instant{} : at);
}

// Whether the time of the whole node or of its current try was over: the node's is looked at first.
bool Stepper::TimeOut(uint32_t index) {
  NodeRun& node = Node(index);
  const Duration timeout = TimeoutOf(index);
  if (timeout <= Duration::zero() || node.IsRead() || node.record.admission == model::Admission::kWaits) return false;
  if (now_ >= node.record.queued_at + 2 * timeout) {
    AbortBody(index, std::string(kAutoAbort));
    node.record.has_task_metadata = false;
    EndNode(index, NodePhase::kTimedOut);
    return true;
  }
  if (now_ < node.record.attempt_started_at + timeout) return false;
  const bool live = Spec(index).has_task_node() && node.attempt && !model::IsTerminal(node.attempt->phase);
  AbortBody(index, std::string(kAutoAbort));
  const Outcome expired =
      Retryable(ErrorKind::kUser, "TimeoutExpired",
                Cat("task execution timeout [", FormatGoDuration(timeout), "] expired", WhereInside(index)));
  live ? EndAttempt(index, expired, false) : TryAgainOrFail(index, expired);
  return true;
}

// Whether the patience with the image or the container of the current attempt's pod was over.
bool Stepper::GiveUpPull(uint32_t index) {
  const Instant since = PullingSince(index);
  if (since == Instant{} || now_ < since + run_.config->image_pull_grace) return false;
  const auto pod = MakePod(index);
  if (!pod) return true;
  const NodeRun& node = Node(index);
  PodReport report;
  report.id = CurrentAttempt(index);
  report.wait = node.attempt->pod.wait;
  // Of a row that an older version wrote, the status tells.
  if (report.wait.code == model::PodWait::kNone) {
    const bool refused = node.attempt->pod_status == "CreateContainerError";
    report.wait.code = refused ? model::PodWait::kRefused : model::PodWait::kImageMissing;
    report.wait.image = pod->containers[pod->primary].image;
    report.wait.error = node.attempt->pod_reason;
  }
  const auto outcome = ClassifyWait(*pod, report, now_ - since, run_.config->image_pull_grace);
  if (outcome) EndAttempt(index, *outcome, true);
  return outcome.has_value();
}

void Stepper::SetWake(uint32_t index, Instant at) {
  NodeRun& node = Node(index);
  SANDBOX_EXPECT(at == Instant{} || !model::IsTerminal(node.record.phase),
                 Cat("a timer for node ", node.record.id.node, ", which has ended"));
  if (node.wake_at == at) return;
  if (node.wake_at != Instant{}) run_.wakes.erase({node.wake_at, index});
  node.wake_at = at;
  if (at != Instant{}) run_.wakes.emplace(at, index);
}

}  // namespace sandbox::engine
