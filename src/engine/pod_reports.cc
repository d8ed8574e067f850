// What becomes of an attempt when its pod is heard of, and when what it left was read.

#include <algorithm>

#include "sandbox/base/check.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::TaskPhase;

namespace {

// A wait that is hopeless after a while.
bool IsPull(model::PodWait code) {
  return code == model::PodWait::kImageFailed || code == model::PodWait::kImageMissing ||
         code == model::PodWait::kRefused;
}

// Not when an init container failed, nor when the engine could not start it.
bool RanItsContainers(const PodSpec& pod, const PodReport& report) {
  return std::ranges::any_of(report.containers, [&pod](const ContainerEnd& end) {
    const auto spec = std::ranges::find(pod.containers, end.name, &ContainerSpec::name);
    return spec != pod.containers.end() && spec->role == ContainerRole::kApp && end.reason != EndReason::kStartError;
  });
}

}  // namespace

void Stepper::OnWaiting(uint32_t index, const PodReport& report) {
  NodeRun& node = Node(index);
  model::TaskRecord& task = *node.attempt;
  if (task.phase == TaskPhase::kRunning || node.IsRead()) return;
  const auto pod = MakePod(index);
  if (!pod) return;
  if (IsPull(report.wait.code) && PullingSince(index) == Instant{})
    node.record.state = model::TaskState{report.occurred_at};
  const Instant since = PullingSince(index);
  const model::WaitReason before = task.pod.wait;
  UpdatePodView(task, report);
  const bool unavailable = report.wait.code == model::PodWait::kNone || report.wait.code == model::PodWait::kEngine;
  const bool waits = report.wait.code == model::PodWait::kResources;
  // Of a wait whose amounts have changed only the pod's row tells.
  const bool amounts = waits && before.code == report.wait.code && task.phase == TaskPhase::kWaitingForResources;
  const std::string reason = amounts ? task.reasons.back().message : ReasonText(*pod, report);
  const TaskPhase phase = unavailable ? TaskPhase::kQueued
                          : waits     ? TaskPhase::kWaitingForResources
                                      : TaskPhase::kInitializing;
  if (phase != task.phase && phase != TaskPhase::kQueued) {
    SetPhase(task, phase, 0, report.occurred_at);
  } else if (task.reasons.empty() || task.reasons.back().message != reason) {
    SetPhase(task, task.phase, task.phase_version + 1, report.occurred_at);
  } else {
    if (task.pod.wait != before) TouchAttempt(index);
    return;
  }
  task.reasons.push_back({report.occurred_at, reason});
  Touch(index);
  TouchAttempt(index);
  const Duration waited = since == Instant{} ? Duration::zero() : now_ - since;
  if (const auto outcome = ClassifyWait(*pod, report, waited, run_.config->image_pull_grace))
    return EndAttempt(index, *outcome, true);
  ArmDeadline(index);
}

void Stepper::OnRunning(uint32_t index, const PodReport& report) {
  NodeRun& node = Node(index);
  model::TaskRecord& task = *node.attempt;
  if (task.phase == TaskPhase::kRunning) return;
  UpdatePodView(task, report);
  SetPhase(task, TaskPhase::kRunning, 1, report.occurred_at);
  AddLogs(task);
  TouchAttempt(index);
  if (IsItem(index)) OnItemRunning(index, report.occurred_at);
  // A task may write its deck while it runs; whether there is one in the end is seen with the outputs.
  if (!IsItem(index) && Task(index)->metadata().generates_deck().value()) {
    node.record.deck_uri = DeckUri(index);
    Touch(index);
  }
  if (PullingSince(index) != Instant{}) {
    node.record.state = {};
    Touch(index);
  }
  ArmDeadline(index);
}

void Stepper::OnPodEnded(uint32_t index, const PodReport& report) {
  NodeRun& node = Node(index);
  if (node.IsRead()) return;
  model::TaskRecord& task = *node.attempt;
  // Fast containers may end before anyone saw them run: their start is still known.
  const auto pod = MakePod(index);
  if (!pod) return;
  const bool ran = RanItsContainers(*pod, report);
  if (task.phase != TaskPhase::kRunning && ran) {
    const Instant started = report.containers.back().started_at;
    SetPhase(task, TaskPhase::kRunning, 1, started == Instant{} ? report.occurred_at : started);
    AddLogs(task);
    if (IsItem(index)) OnItemRunning(index, task.started_at);
  }
  UpdatePodView(task, report);
  if (report.state == PodState::kFinished && !report.message.empty())
    task.reasons.push_back({report.occurred_at, report.message});
  const Outcome outcome = ClassifyPod(*pod, report);
  if (outcome.kind != Outcome::Kind::kSuccess) {
    node.record.deck_uri.clear();
    return EndAttempt(index, outcome, false);
  }
  node.asked = NodeRun::Asked::kResult;
  const core::TaskTemplate& definition = *Task(index);
  out_.reads.push_back({task.id, OutputPrefix(index),
                        definition.interface().outputs().variables_size() > 0 || IsSubtask(index),
                        definition.metadata().generates_deck().value()});
}

// Whatever its containers say later: it is tried again, and that counts against the system's budget.
void Stepper::OnPodDeleted(uint32_t index, Duration grace) {
  const NodeRun& node = Node(index);
  if (!node.attempt || model::IsTerminal(node.attempt->phase) || node.IsRead() || IsJob(index)) return;
  const auto pod = MakePod(index);
  if (!pod) return;
  const AttemptId id = node.attempt->id;
  Node(index).attempt->pod_status = "Terminating";
  Node(index).attempt->pod_reason = "its pod was deleted";
  Node(index).record.deck_uri.clear();
  const Outcome outcome =
      Retryable(model::ErrorKind::kSystem, "UnexpectedObjectDeletion",
                Cat("object [", pod->pod_namespace, "/", pod->name, "] terminated in the background, manually"));
  EndAttempt(index, outcome, true);
  for (Effect& effect : out_.effects) {
    if (auto* stop = std::get_if<StopAttempt>(&effect); stop != nullptr && stop->id == id) stop->grace = grace;
  }
}

void Stepper::OnObjects(uint32_t index, const AttemptObjects& found) {
  NodeRun& node = Node(index);
  SANDBOX_CHECK(node.attempt && !model::IsTerminal(node.attempt->phase),
                Cat("a result of node ", node.record.id.node, " without an attempt"));
  AttemptObjects objects = found;
  // The attempts of a subtask share a prefix: an error beside outputs is of an earlier one.
  if (IsSubtask(index) && node.record.attempts > 0 && objects.outputs.state == ObjectFound::State::kPresent)
    objects.error = {};
  const core::VariableMap& declared = Task(index)->interface().outputs();
  node.record.deck_uri = objects.deck ? DeckUri(index) : "";
  if (objects.futures.state != ObjectFound::State::kMissing && objects.error.state == ObjectFound::State::kMissing) {
    if (objects.futures.state == ObjectFound::State::kTooLarge) return RefuseDynamic(index, objects.futures.size);
    // Still reading: the attempt ends when its workflow is compiled.
    return AskToCompile(index, objects.futures.bytes);
  }
  node.asked = NodeRun::Asked::kNothing;
  Literals outputs;
  const Outcome outcome = ClassifyObjects(objects, OutputPrefix(index), declared.variables_size() > 0,
                                          run_.config->output_bytes_max, outputs);
  if (outcome.kind == Outcome::Kind::kBroken) return FailForEver(index, outcome.error.message);
  if (outcome.kind != Outcome::Kind::kSuccess && !IsJob(index)) {
    node.attempt->pod_status = "Error";
    // A raw container's missing output was named when its pod ended.
    if (node.attempt->pod_reason.empty()) node.attempt->pod_reason = outcome.error.code;
  }
  node.outputs = outputs ? std::move(outputs) : std::make_shared<const core::LiteralMap>();
  EndAttempt(index, outcome, false);
}

}  // namespace sandbox::engine
