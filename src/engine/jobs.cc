// Attempts that are jobs of connectors: protocol/execution-engine 7.5.

#include "job.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::NodePhase;
using model::TaskPhase;

namespace {

constexpr std::string_view kFailed = "TaskFailedWithError";
// Of a job with many messages the first reason and the newest ones are kept.
constexpr size_t kReasonsMax = 200;

}  // namespace

bool Stepper::IsJob(uint32_t index) const {
  return Node(index).attempt && Node(index).attempt->plugin_identifier == kConnectorPlugin;
}

// Unlike a pod's, the files of an item's job are the item's own.
Result<JobRequest> Stepper::MakeJob(uint32_t index) const {
  const Literals seen = Seen(index);
  AttemptContext context = ContextOf(index, *seen);
  context.data_dir = DataDir(index);
  auto job = BuildJob(context, AttemptsMax(Spec(index), Task(index)));
  // Arguments show values; the inputs themselves keep their references, as those of a container do.
  if (job) job->inputs = Node(index).inputs->SerializeAsString();
  return job;
}

void Stepper::StartJobOf(uint32_t index) {
  NodeRun& node = Node(index);
  auto job = MakeJob(index);
  if (!job) {
    WriteInputs(index);
    return EndAttempt(index,
                      Permanent(ErrorKind::kUser, "FailedToBuildResource",
                                Cat("could not build resource for task: ", job.error().message)),
                      false);
  }
  if (node.attempt->phase == TaskPhase::kUndefined) {
    SetPhase(*node.attempt, TaskPhase::kQueued, 0, now_);
    node.attempt->containers_total = 0;
    if (node.record.phase != NodePhase::kRunning) EnterPhase(index, NodePhase::kRunning);
    Touch(index);
    TouchAttempt(index);
  }
  WriteInputs(index, node.inputs, Durability::kCached);
  out_.effects.push_back(StartJob{std::move(*job), node.attempt->job});
  if (UsesTaskTemplate(*Task(index)))
    out_.objects.push_back({DataDir(index) + "/task.pb", Task(index)->SerializeAsString()});
  ArmDeadline(index);
}

void Stepper::On(const JobReported& event) {
  const auto index = FindAttempt(event.id);
  if (!index || Stopping() || !IsJob(*index) || Node(*index).IsRead()) return;
  model::TaskRecord& task = *Node(*index).attempt;
  switch (event.what) {
    case JobReported::What::kWaits: return TellOfJob(*index, task.phase, event.message, true);
    case JobReported::What::kState: return OnJobState(*index, event.resource);
    case JobReported::What::kCreated:
      if (task.job) return;
      task.job = event.job;
      out_.effects.push_back(WatchJob{task.id});
      return TellOfJob(*index, task.phase, "launched", true);
    case JobReported::What::kFailed: {
      const auto outcome = event.retryable ? Retryable(ErrorKind::kUser, event.code, event.message)
                                           : Permanent(ErrorKind::kUser, event.code, event.message);
      return EndAttempt(*index, outcome, true);
    }
  }
}

// A row of the task when there is something to tell: another phase, another reason, or what `changed` says.
void Stepper::TellOfJob(uint32_t index, TaskPhase phase, const std::string& reason, bool changed) {
  model::TaskRecord& task = *Node(index).attempt;
  const bool another = !reason.empty() && (task.reasons.empty() || task.reasons.back().message != reason);
  if (task.phase != phase) {
    SetPhase(task, phase, phase == TaskPhase::kRunning ? 1 : 0, now_);
  } else if (another || changed) {
    SetPhase(task, phase, task.phase_version + 1, now_);
  } else {
    return;
  }
  if (another && task.reasons.size() == kReasonsMax) task.reasons.erase(task.reasons.begin() + 1);
  if (another) task.reasons.push_back({now_, reason});
  TouchAttempt(index);
  if (phase == TaskPhase::kRunning && IsItem(index)) OnItemRunning(index, now_);
}

void Stepper::OnJobState(uint32_t index, const JobResource& resource) {
  model::TaskRecord& task = *Node(index).attempt;
  const bool changed = task.logs != resource.logs || task.custom_info != resource.custom_info;
  task.logs = resource.logs;
  task.custom_info = resource.custom_info;
  const std::string code = resource.error_code.empty() ? std::string(kFailed) : resource.error_code;
  const std::string message = Cat("failed to run the job: ", resource.message);
  switch (resource.phase) {
    case TaskPhase::kSucceeded: return OnJobSucceeded(index, resource);
    case TaskPhase::kAborted:
      return EndAttempt(index, Permanent(ErrorKind::kUser, code, "failed to run the job with aborted phase."), false);
    case TaskPhase::kFailed: return EndAttempt(index, Permanent(ErrorKind::kUser, code, message), false);
    case TaskPhase::kRetryableFailed: return EndAttempt(index, Retryable(ErrorKind::kUser, code, message), false);
    default: return TellOfJob(index, resource.phase, resource.message, changed);
  }
}

// Outputs come with the answer, or are where a task writes them.
void Stepper::OnJobSucceeded(uint32_t index, const JobResource& resource) {
  NodeRun& node = Node(index);
  const bool declared = Task(index)->interface().outputs().variables_size() > 0;
  if (declared && !resource.outputs) {
    node.asked = NodeRun::Asked::kResult;
    TouchAttempt(index);
    out_.reads.push_back(
        {node.attempt->id, OutputPrefix(index), true, Task(index)->metadata().generates_deck().value()});
    return;
  }
  AttemptObjects objects;
  if (declared) {
    const bool fits = resource.outputs->size() <= run_.config->output_bytes_max;
    objects.outputs = {fits ? ObjectFound::State::kPresent : ObjectFound::State::kTooLarge, resource.outputs->size(),
                       fits ? *resource.outputs : ""};
    if (fits) out_.objects.push_back({OutputPrefix(index) + "/outputs.pb", *resource.outputs});
  }
  OnObjects(index, objects);
}

// The attempt is over before its job is: the job is deleted, in this process or a later one.
void Stepper::LeaveJobOf(uint32_t index) {
  const model::TaskRecord& task = *Node(index).attempt;
  out_.effects.push_back(LeaveJob{task.id});
  if (task.job) out_.deletions.push_back({task.id, task.task_type, Task(index)->task_type_version(), *task.job});
}

}  // namespace sandbox::engine
