#include <algorithm>

#include "handlers.h"
#include "job.h"
#include "sandbox/base/check.h"
#include "sandbox/base/names.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::Admission;
using model::ErrorKind;
using model::NodePhase;
using model::TaskPhase;

namespace {

void ReplaceAll(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

}  // namespace

EntityId ToEntityId(const core::Identifier& id) {
  return {static_cast<EntityKind>(id.resource_type()), id.project(), id.domain(), id.name(), id.version()};
}

bool Interruptible(const Run& run, const NodeRun& node) {
  const core::NodeMetadata& metadata = node.graph->node->metadata();
  bool wanted = run.plan->Primary().workflow->metadata_defaults().interruptible();
  if (run.record.settings.interruptible) wanted = *run.record.settings.interruptible;
  if (metadata.interruptible_value_case() == core::NodeMetadata::kInterruptible) wanted = metadata.interruptible();
  return wanted && node.record.system_failures < kSystemRetriesMax;
}

uint32_t AttemptsMax(const core::Node& node, const core::TaskTemplate* task) {
  if (node.has_branch_node()) return 1;
  if (node.metadata().retries().retries() != 0) return node.metadata().retries().retries() + 1;
  return task == nullptr ? 1 : task->metadata().retries().retries() + 1;
}

AttemptContext Stepper::ContextOf(uint32_t index, const core::LiteralMap& inputs) const {
  const NodeRun& node = Node(index);
  const AttemptId id = CurrentAttempt(index);
  std::string previous;
  if (id.attempt > 0) {
    previous = CheckpointUri(run_.config->layout, run_.record, {id.node, id.attempt - 1});
  } else if (const auto found = run_.recovered.find(id.node.node); found != run_.recovered.end() && !IsItem(index)) {
    previous = found->second.record.checkpoint_uri;
  }
  AttemptContext context{*run_.config, run_.record, Spec(index), *Task(index), inputs, id};
  context.interruptible = node.attempt ? node.attempt->interruptible : Interruptible(run_, node);
  context.node_id = IsSubtask(index) ? Node(*ParentOf(index)).record.spec_node_id : node.record.spec_node_id;
  // The items of an array node all get its whole lists, and find their element by their index.
  context.data_dir = DataDir(IsItem(index) ? *ParentOf(index) : index);
  context.item = node.record.item;
  // A subtask finds its place below its task's prefix itself.
  context.output_prefix = OutputPrefix(IsSubtask(index) ? *ParentOf(index) : index);
  if (IsSubtask(index)) context.task_attempt = Node(*ParentOf(index)).record.attempts;
  context.previous_checkpoint = std::move(previous);
  return context;
}

Result<PodSpec> Stepper::MakePod(uint32_t index) const {
  return BuildPod(ContextOf(index, *Seen(IsSubtask(index) ? *ParentOf(index) : index)));
}

// The row of the current attempt.
model::TaskRecord& Stepper::NewAttemptRecord(uint32_t index) {
  NodeRun& node = Node(index);
  const core::TaskTemplate& task = *Task(index);
  // One that waited for a reservation has a row already, and reasons to keep.
  SANDBOX_CHECK(!node.attempt || (node.attempt->id == CurrentAttempt(index) && node.attempt->pod_status.empty()),
                Cat("another attempt of node ", node.record.id.node, " is in its place"));
  const model::TaskRecord waited = node.attempt ? std::move(*node.attempt) : model::TaskRecord();
  model::TaskRecord& record = node.attempt.emplace();
  record.id = CurrentAttempt(index);
  record.task = ToEntityId(task.id());
  record.task_type = task.type();
  record.created_at = waited.created_at == Instant{} ? now_ : waited.created_at;
  record.reasons = waited.reasons;
  record.input_uri = node.record.input_uri;
  record.generated_name = GeneratedName(record.id);
  record.plugin_identifier = task.type() == "sidecar" || task.type() == "echo" ? task.type() : "container";
  if (GoesToConnector(run_.config->connectors, Spec(index), task)) record.plugin_identifier = kConnectorPlugin;
  record.interruptible = Interruptible(run_, node);
  record.item = node.record.item;
  return record;
}

void Stepper::Submit(uint32_t index, PodSpec pod) {
  pod.inputs_uri = Node(index).record.input_uri;
  WriteInputs(index, Given(index), Durability::kCached);
  out_.effects.push_back(StartAttempt{std::move(pod)});
}

// The current attempt, from nothing to submitted.
void Stepper::StartNewAttempt(uint32_t index) {
  NodeRun& node = Node(index);
  const core::TaskTemplate& task = *Task(index);
  if (!node.inputs && !ResolveNodeInputs(index)) return;
  node.asked = NodeRun::Asked::kNothing;
  model::TaskRecord& record = NewAttemptRecord(index);
  node.record.attempt_started_at = now_;
  node.record.admission = Admission::kUnknown;
  if (task.type() == "echo") return SetPhase(record, TaskPhase::kQueued, 0, now_);
  if (IsJob(index)) return StartJobOf(index);
  auto pod = MakePod(index);
  if (!pod) {
    if (std::string advice = NeedsConnector(Spec(index), task); !advice.empty())
      record.reasons.push_back({now_, std::move(advice)});
    WriteInputs(index, Given(index));
    return EndAttempt(index,
                      Permanent(ErrorKind::kUser, "FailedToBuildResource",
                                Cat("could not build resource for task: ", pod.error().message)),
                      false);
  }
  SetPhase(record, TaskPhase::kQueued, 0, now_);
  record.reasons.push_back({now_, "task submitted to K8s"});
  record.pod_status = "Pending";
  record.pod.definition = Define(*pod);
  record.pod.facts.at.created = record.created_at;
  record.containers_total = static_cast<uint32_t>(
      std::ranges::count_if(pod->containers, [](const ContainerSpec& c) { return c.role == ContainerRole::kApp; }));
  if (node.record.phase != NodePhase::kRunning) EnterPhase(index, NodePhase::kRunning);
  Touch(index);
  TouchAttempt(index);
  Submit(index, std::move(*pod));
  if (UsesTaskTemplate(task))
    out_.objects.push_back({DataDir(IsItem(index) ? *ParentOf(index) : index) + "/task.pb", task.SerializeAsString()});
  ArmDeadline(index);
}

// After a restart: the same start again, which adopts what is there.
void Stepper::ResumeAttempt(uint32_t index) {
  NodeRun& node = Node(index);
  if (!ResolveNodeInputs(index)) return;
  if (IsJob(index)) return StartJobOf(index);
  auto pod = MakePod(index);
  if (!pod)
    return EndAttempt(index,
                      Permanent(ErrorKind::kUser, "FailedToBuildResource",
                                Cat("could not build resource for task: ", pod.error().message)),
                      false);
  // Of one that was not heard of nobody knows whether it was let in: its first report tells, and since when.
  Admission& admission = node.record.admission;
  const bool heard = node.attempt->phase == TaskPhase::kInitializing || node.attempt->phase == TaskPhase::kRunning;
  if (admission == Admission::kUnknown) admission = heard ? Admission::kAdmitted : Admission::kWaits;
  pod->resumed = admission == Admission::kAdmitted;
  Submit(index, std::move(*pod));
  ArmDeadline(index);
}

// No container: the one input becomes the one output.
void Stepper::Echo(uint32_t index) {
  NodeRun& node = Node(index);
  const core::TaskTemplate& task = *Task(index);
  StartNewAttempt(index);
  node.attempt->containers_total = 0;
  const auto& inputs = task.interface().inputs().variables();
  const auto& outputs = task.interface().outputs().variables();
  WriteInputs(index);
  if (inputs.size() > 1 || inputs.size() != outputs.size()) {
    return EndAttempt(index,
                      Permanent(ErrorKind::kUser, "BadTaskSpecification",
                                "echo plugin requires one or zero inputs and as many outputs"),
                      false);
  }
  core::LiteralMap result;
  if (!inputs.empty()) {
    const auto found = node.inputs->literals().find(inputs.begin()->first);
    if (found != node.inputs->literals().end()) (*result.mutable_literals())[outputs.begin()->first] = found->second;
  }
  if (!outputs.empty()) out_.objects.push_back({OutputPrefix(index) + "/outputs.pb", result.SerializeAsString()});
  node.outputs = std::make_shared<const core::LiteralMap>(std::move(result));
  EndAttempt(index, {}, false);
}

// The task's row says how its attempt ended. `stop`: its pod still waits or runs, or its job may.
void Stepper::CloseAttempt(uint32_t index, const Outcome& outcome, bool stop) {
  model::TaskRecord& task = *Node(index).attempt;
  SANDBOX_CHECK(!model::IsTerminal(task.phase),
                Cat("attempt ", task.generated_name, " ends again, as it is ", PhaseName(task.phase)));
  const bool success = outcome.kind == Outcome::Kind::kSuccess;
  const Instant at = task.pod_finished_at == Instant{} ? now_ : task.pod_finished_at;
  SetPhase(task, success ? TaskPhase::kSucceeded : TaskPhase::kFailed, 0, at);
  if (success) task.output_uri = OutputPrefix(index) + "/outputs.pb";
  if (!success) task.error = outcome.error;
  if (Node(index).graph->subtasks) {
    Node(index).record.has_task_metadata = true;
    Node(index).record.checkpoint_uri = CheckpointUri(run_.config->layout, run_.record, task.id);
  }
  TouchAttempt(index);
  if (IsJob(index)) {
    if (stop) LeaveJobOf(index);
  } else if (stop) {
    // What it waited for stays its pod's status.
    run_.stopping.insert(task.id);
    out_.effects.push_back(StopAttempt{task.id, run_.config->stop_grace});
  } else if (!task.pod_status.empty()) {
    out_.effects.push_back(ReleaseAttempt{task.id});
  }
}

// The attempt is over; the node ends with it or tries again.
void Stepper::EndAttempt(uint32_t index, const Outcome& outcome, bool stop) {
  NodeRun& node = Node(index);
  const bool timed_out = node.attempt->phase == TaskPhase::kAborted;
  if (!timed_out) CloseAttempt(index, outcome, stop);
  if (outcome.kind != Outcome::Kind::kSuccess) {
    node.record.has_task_metadata = !timed_out;
    node.record.checkpoint_uri = timed_out ? "" : CheckpointUri(run_.config->layout, run_.record, node.attempt->id);
    return TryAgainOrFail(index, outcome);
  }
  node.record.has_task_metadata = true;
  node.record.checkpoint_uri = CheckpointUri(run_.config->layout, run_.record, node.attempt->id);
  node.record.output_uri = OutputPrefix(index) + "/outputs.pb";
  SucceedNode(index, node.outputs);
}

// A try of the node failed: there is another one within its budget, or the node fails.
void Stepper::TryAgainOrFail(uint32_t index, const Outcome& outcome) {
  NodeRun& node = Node(index);
  node.outputs.reset();
  node.asked = NodeRun::Asked::kNothing;
  node.record.state = {};
  const core::TaskTemplate* task = Spec(index).has_task_node() ? Task(index) : nullptr;
  RetryDecision decision =
      DecideRetry(outcome, node.record.attempts, node.record.system_failures, AttemptsMax(Spec(index), task));
  if (decision.system) ++node.record.system_failures;
  SANDBOX_EXPECT(node.record.system_failures <= node.record.attempts + 1,
                 Cat("node ", node.record.id.node, " failed more often than it was tried"));
  if (!decision.retry) return FailNode(index, IsSubtask(index) ? outcome.error : decision.error);
  if (node.attempt_touched) out_.tasks.push_back(*node.attempt);
  node.attempt_touched = false;
  std::erase(touched_attempts_, index);
  node.attempt.reset();
  ++node.record.attempts;
  node.record.deck_uri.clear();
  // A restart must not take the workflow of an earlier try for this one's.
  node.record.dynamic_workflow.clear();
  node.record.dynamic_job_spec_uri.clear();
  node.record.has_task_metadata = false;
  node.record.checkpoint_uri.clear();
  Touch(index);
  if (!node.inputs && !ResolveNodeInputs(index)) return;
  HandlerOf(run_, index).retry(*this, index);
}

void Stepper::AbortAttempt(uint32_t index) {
  NodeRun& node = Node(index);
  if (!node.attempt || model::IsTerminal(node.attempt->phase)) return;
  model::TaskRecord& task = *node.attempt;
  SetPhase(task, TaskPhase::kAborted, 0, now_);
  node.record.deck_uri.clear();
  node.asked = NodeRun::Asked::kNothing;
  TouchAttempt(index);
  if (IsJob(index)) return LeaveJobOf(index);
  if (task.pod_status.empty()) return;
  task.pod_status = "Terminating";
  run_.stopping.insert(task.id);
  out_.effects.push_back(StopAttempt{task.id, run_.config->stop_grace});
}

void Stepper::SetPhase(model::TaskRecord& task, TaskPhase phase, uint32_t version, Instant at) {
  SANDBOX_CHECK(!model::IsTerminal(task.phase),
                Cat("attempt ", task.generated_name, " leaves ", PhaseName(task.phase)));
  task.phase = phase;
  task.phase_version = version;
  task.updated_at = at;
  if (phase == TaskPhase::kRunning && task.started_at == Instant{}) task.started_at = at;
  if (model::IsTerminal(phase) && task.started_at != Instant{})
    task.duration = std::max(Duration::zero(), at - task.started_at);
}

void Stepper::AddLogs(model::TaskRecord& task) const {
  if (!task.logs.empty()) return;
  std::string uri = run_.config->log_link;
  ReplaceAll(uri, "{ns}", run_.record.id.Namespace());
  ReplaceAll(uri, "{pod}", task.generated_name);
  const bool subtask = sandbox::IsSubtask(task.id.node.node);
  task.logs.push_back({std::move(uri), subtask ? "Kubernetes Logs #0" : "Kubernetes Logs (User)"});
}

}  // namespace sandbox::engine
