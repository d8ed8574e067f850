#include <algorithm>

#include "cache.h"
#include "sandbox/base/check.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::ExecutionPhase;
using model::NodePhase;

Decision Step(Run& run, const Event& event, Instant now) { return Stepper(run, now).Handle(event); }

Decision Stepper::Handle(const Event& event) {
  std::visit([this](const auto& e) { On(e); }, event);
  Walk();
  return Take();
}

void Stepper::On(const Launched&) {
  run_.record.started_at = now_;
  run_.record.phase = ExecutionPhase::kRunning;
  TouchExecution();
  const ObjectLayout& layout = run_.config->layout;
  const std::string root = layout.Uri(layout.ExecutionKey(run_.record.id));
  out_.objects.push_back({root + "/inputs", run_.record.inputs});
  out_.objects.push_back({root + "/user_inputs", run_.record.user_inputs});
  for (const GraphNode& node : run_.plan->Primary().nodes) {
    auto parsed = ParseResources(node.node->task_node().overrides().resources());
    if (parsed) continue;
    const std::string text =
        Cat("Code: WorkflowBuildError, Node Id: , Description: Failed to parse resource as a valid quantity.: ",
            parsed.error().message, "\n");
    run_.record.started_at = {};
    FailExecution({"Unknown",
                   Cat("Collected Errors: 2\n\tError 0: Code: WorkflowBuildError, Node Id: , Description: Collected "
                       "Errors: 1\n\tError 0: ",
                       text, "\n\tError 1: ", text),
                   "",
                   ErrorKind::kSystem,
                   {},
                   ""});
    return;
  }
  ready_.push_back(run_.scopes[0].first + run_.plan->Primary().start);
}

void Stepper::On(const Resumed&) {
  if (run_.record.phase == ExecutionPhase::kUndefined) return On(Launched{});
  if (run_.record.phase == ExecutionPhase::kAborting) return FinishAbort();
  for (uint32_t i = 0; i < run_.nodes.size(); ++i) {
    const NodeRun& node = Node(i);
    if (node.record.phase == NodePhase::kUndefined) {
      if (node.waiting_for == 0 && !IsItem(i)) ready_.push_back(i);
    } else if (!model::IsTerminal(node.record.phase)) {
      ResumeNode(i);
    }
  }
  for (Scope& scope : run_.scopes) {
    if (scope.state == Scope::State::kFailing) ready_.push_back(scope.first + *scope.graph->failure);
  }
}

// After a restart: does again what may not have been done, which finds what was done.
void Stepper::ResumeNode(uint32_t index) {
  const core::Node& spec = Spec(index);
  NodeRun& node = Node(index);
  if (WaitsForCache(index)) return AskCache(index);
  if (IsArray(index)) {
    if (!ResolveNodeInputs(index)) return;
    StartItems(index);
    return model::IsTerminal(node.record.phase) ? void() : ArmDeadline(index);
  }
  if (spec.has_task_node() && node.attempt && !model::IsTerminal(node.attempt->phase)) return ResumeAttempt(index);
  if (spec.has_task_node() && !node.inside) return RecoverDynamic(index);
  if (!ResolveNodeInputs(index)) return;
  if (spec.workflow_node().has_launchplan_ref()) LaunchChildOf(index);
  if (spec.has_gate_node()) TryGate(index);
  if (!model::IsTerminal(node.record.phase)) ArmDeadline(index);
}

void Stepper::On(const PodReported& event) {
  const PodReport& report = event.report;
  const bool ended = report.state == PodState::kFinished || report.state == PodState::kLost;
  if (ended && run_.stopping.erase(report.id) > 0 && run_.stopping.empty() &&
      run_.record.phase == ExecutionPhase::kAborting)
    FinishAbort();
  const auto index = FindAttempt(report.id);
  if (!index || Stopping()) return;
  KeepClock(*index, report);
  switch (report.state) {
    case PodState::kPending: return OnWaiting(*index, report);
    case PodState::kRunning: return OnRunning(*index, report);
    case PodState::kFinished:
    case PodState::kLost: return OnPodEnded(*index, report);
  }
}

void Stepper::On(const ObjectsRead& event) {
  const auto index = FindAttempt(event.id);
  if (index && Node(*index).reading && !Stopping()) OnObjects(*index, event.objects);
}

void Stepper::On(const AbortRequested& event) {
  if (Over()) return;
  run_.record.abort_requested = true;
  run_.record.abort_cause = event.cause;
  run_.record.error.reset();
  TouchExecution();
  if (run_.record.phase == ExecutionPhase::kAborting) return;
  run_.record.phase = ExecutionPhase::kAborting;
  run_.record.updated_at = now_;
  AbortScope(0, "Workflow aborted.");
  run_.abort_deadline = now_ + run_.config->abort_patience;
  if (run_.stopping.empty()) FinishAbort();
}

void Stepper::On(const Woken&) {
  if (run_.record.phase == ExecutionPhase::kAborting && now_ >= run_.abort_deadline) return FinishAbort();
  while (!run_.wakes.empty() && run_.wakes.begin()->first <= now_ && !Stopping()) {
    const uint32_t index = run_.wakes.begin()->second;
    SetWake(index, {});
    OnNodeDeadline(index);
  }
}

// The work of one event: starts what became ready, until nothing more does.
void Stepper::Walk() {
  const uint32_t limit = run_.record.settings.max_parallelism;
  while (!Stopping()) {
    if (ready_.empty() && !run_.parked.empty() && (limit == 0 || run_.in_flight < limit)) {
      ready_.push_back(run_.parked.front());
      run_.parked.pop_front();
    }
    if (ready_.empty()) return;
    const uint32_t index = ready_.front();
    ready_.pop_front();
    StartNode(index);
  }
}

void Stepper::StartNode(uint32_t index) {
  NodeRun& node = Node(index);
  const Scope& scope = run_.scopes[node.scope];
  const bool failure_node = node.graph->role == GraphNode::Role::kFailure;
  if (node.record.phase != NodePhase::kUndefined || node.dropped || node.reading_values || node.asking) return;
  if (scope.state != (failure_node ? Scope::State::kFailing : Scope::State::kRunning)) return;
  if (IsItem(index)) return StartItem(index);
  const std::string& id = Spec(index).id();
  if (node.skip) {
    node.record.input_uri = DataDir(index) + "/inputs.pb";
    return EndNode(index, NodePhase::kSkipped);
  }
  if (id == kStartNode) return StartStartNode(index);
  if (TryRecover(index)) return;
  if (id == kEndNode) return StartEndNode(index);
  switch (Spec(index).target_case()) {
    case core::Node::kTaskNode: return StartTask(index);
    case core::Node::kWorkflowNode:
      return Spec(index).workflow_node().has_sub_workflow_ref() ? StartSubWorkflow(index) : StartLaunchPlan(index);
    case core::Node::kBranchNode: return StartBranch(index);
    case core::Node::kGateNode: return StartGate(index);
    case core::Node::kArrayNode: return StartArray(index);
    default:
      node.record.input_uri = DataDir(index) + "/inputs.pb";
      return FailNode(index, {"UnsupportedNodeKind",
                              Cat("node [", id, "] is of a kind that this version does not know"),
                              "",
                              ErrorKind::kSystem,
                              {},
                              ""});
  }
}

void Stepper::StartStartNode(uint32_t index) {
  const Scope& scope = run_.scopes[Node(index).scope];
  Literals given = run_.inputs;
  if (scope.parent) given = scope.dynamic ? std::make_shared<const core::LiteralMap>() : Node(*scope.parent).inputs;
  Node(index).record.output_uri = OutputPrefix(index) + "/outputs.pb";
  // A dynamic workflow has no inputs: the reference names the object, and does not write it.
  if (!scope.dynamic) out_.objects.push_back({Node(index).record.output_uri, given->SerializeAsString()});
  SucceedNode(index, std::move(given));
}

void Stepper::StartEndNode(uint32_t index) {
  if (!ResolveNodeInputs(index)) return;
  NodeRun& node = Node(index);
  const std::string bytes = node.inputs->SerializeAsString();
  out_.objects.push_back({node.record.input_uri, bytes});
  out_.objects.push_back({OutputPrefix(index) + "/outputs.pb", bytes});
  SucceedNode(index, node.inputs);
}

// False when the node cannot begin: it waits for others (max_parallelism), or it failed.
bool Stepper::Begin(uint32_t index, bool counted) {
  if (!Admit(index, counted)) return false;
  EnterQueued(index);
  return true;
}

bool Stepper::Admit(uint32_t index, bool counted) {
  NodeRun& node = Node(index);
  const uint32_t limit = run_.record.settings.max_parallelism;
  if (counted && limit != 0 && run_.in_flight >= limit) {
    run_.parked.push_back(index);
    return false;
  }
  if (!ResolveNodeInputs(index)) return false;
  SANDBOX_CHECK(!node.counted, Cat("node ", node.record.id.node, " counts twice for max_parallelism"));
  node.counted = counted;
  run_.in_flight += counted;
  return true;
}

void Stepper::EnterQueued(uint32_t index) {
  if (Node(index).record.phase != NodePhase::kUndefined) return;
  Node(index).record.queued_at = now_;
  EnterPhase(index, NodePhase::kQueued);
}

// For nodes that have no pod of their own: what they got is written down before anything happens with it.
void Stepper::EnterRunning(uint32_t index) {
  NodeRun& node = Node(index);
  node.record.attempt_started_at = now_;
  node.record.admission = model::Admission::kUnknown;
  if (node.record.phase != NodePhase::kRunning) EnterPhase(index, NodePhase::kRunning);
  Touch(index);
  ArmDeadline(index);
}

void Stepper::WriteInputs(uint32_t index) {
  SANDBOX_CHECK(Node(index).inputs, Cat("node ", Node(index).record.id.node, " begins without inputs"));
  out_.objects.push_back({Node(index).record.input_uri, Node(index).inputs->SerializeAsString()});
}

void Stepper::StartTask(uint32_t index) {
  const core::TaskTemplate* task = Task(index);
  if (task == nullptr) {
    Node(index).record.input_uri = DataDir(index) + "/inputs.pb";
    return FailNode(index,
                    {"TaskNotFound",
                     Cat("task [", Spec(index).task_node().reference_id().name(), "] is not in the compiled workflow"),
                     "",
                     ErrorKind::kSystem,
                     {},
                     ""});
  }
  if (IsArray(index)) return StartArray(index);
  if (!Admit(index, task->type() != "echo")) return;
  IsCacheable(*task) ? AskCache(index) : RunTask(index);
}

// Of a node or an item: nothing that was made earlier can be taken.
void Stepper::RunTask(uint32_t index) {
  EnterQueued(index);
  if (IsItem(index) && !IsSubtask(index)) WriteInputs(index);
  if (Task(index)->type() == "echo") return Echo(index);
  if (const auto old = run_.recovered.find(Node(index).record.id.node);
      old != run_.recovered.end() && !old->second.futures.empty())
    return RecoverDynamic(index);
  StartNewAttempt(index);
}

// False when the node failed for it, or begins again when values of offloaded literals are there.
bool Stepper::ResolveNodeInputs(uint32_t index) {
  NodeRun& node = Node(index);
  if (IsItem(index)) return ResolveItemInputs(index);
  node.record.input_uri = DataDir(index) + "/inputs.pb";
  ValueLookup values(node.values);
  auto inputs = MakeInputs(index, values);
  if (!values.Complete()) {
    ReadFirst(index, values);
    return false;
  }
  if (!inputs) {
    FailNode(index, {inputs.error().reason, inputs.error().message, "", ErrorKind::kSystem, {}, ""});
    return false;
  }
  if (node.graph->role == GraphNode::Role::kFailure) TellFailure(index, *inputs);
  node.inputs = std::make_shared<const core::LiteralMap>(std::move(*inputs));
  if (auto refused = RefuseOffloaded(index)) {
    FailNode(index, std::move(*refused));
    return false;
  }
  return LookIntoInputs(index);
}

// A deadline of the node came: the whole node's first, then the attempt's, then the patience with its image.
void Stepper::OnNodeDeadline(uint32_t index) {
  NodeRun& node = Node(index);
  if (model::IsTerminal(node.record.phase)) return;
  if (WaitsForCache(index)) return OnCacheWake(index);
  if (Spec(index).has_gate_node() && TryGate(index)) return;
  const Duration timeout = TimeoutOf(index);
  if (timeout > Duration::zero() && !node.reading && node.record.admission != model::Admission::kWaits) {
    if (now_ >= node.record.queued_at + 2 * timeout) {
      AbortBody(index, std::string(kAutoAbort));
      node.record.has_task_metadata = false;
      return EndNode(index, NodePhase::kTimedOut);
    }
    if (now_ >= node.record.attempt_started_at + timeout) {
      const bool live = Spec(index).has_task_node() && node.attempt && !model::IsTerminal(node.attempt->phase);
      AbortBody(index, std::string(kAutoAbort));
      const Outcome expired =
          Retryable(ErrorKind::kUser, "TimeoutExpired",
                    Cat("task execution timeout [", FormatGoDuration(timeout), "] expired", WhereInside(index)));
      return live ? EndAttempt(index, expired, false) : TryAgainOrFail(index, expired);
    }
  }
  const Instant since = PullingSince(index);
  if (since != Instant{} && now_ >= since + run_.config->image_pull_grace) {
    const auto pod = MakePod(index);
    PodReport report;
    report.id = CurrentAttempt(index);
    report.waiting_reason = node.attempt->pod_status;
    report.message = node.attempt->pod_reason;
    if (!pod) return;
    if (const auto outcome = ClassifyWait(*pod, report, now_ - since, run_.config->image_pull_grace))
      return EndAttempt(index, *outcome, true);
  }
  ArmDeadline(index);
}

}  // namespace sandbox::engine
