#include <algorithm>

#include "handlers.h"
#include "sandbox/base/check.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::ExecutionPhase;
using model::NodePhase;

namespace {

// A key of the object store has 1,024 bytes at most. Below a node's folder are attempts, items, the start of a workflow
// inside, and the names of files.
constexpr size_t kFolderBytesMax = 1024 - 160;

bool IsTooDeep(const NodeRun& node, const std::string& folder) {
  const bool own = node.graph->kind != NodeKind::kStart && node.graph->kind != NodeKind::kEnd;
  return own && folder.size() > kFolderBytesMax;
}

model::ExecutionError TooDeep(const NodeRun& node) {
  return {"NestedTooDeeply",
          Cat("node [", node.record.spec_node_id,
              "] is inside of so many workflows and dynamic tasks that the addresses of its files would have more than "
              "the 1024 bytes that an object's key may have; call fewer of them from each other"),
          "",
          ErrorKind::kUser,
          {},
          ""};
}

}  // namespace

std::string Encode(const ObjectWrite& object) {
  return object.literals ? object.literals->SerializeAsString() : object.bytes;
}

size_t EncodedSize(const ObjectWrite& object) {
  return object.literals ? object.literals->ByteSizeLong() : object.bytes.size();
}

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
  // Copies for those who look into the bucket: the inputs in force are the record's.
  out_.objects.push_back({root + "/inputs", run_.record.inputs, Durability::kCached});
  out_.objects.push_back({root + "/user_inputs", run_.record.user_inputs, Durability::kCached});
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
      HandlerOf(run_, i).resume(*this, i);
    }
  }
  for (Scope& scope : run_.scopes) {
    if (scope.state == Scope::State::kFailing) ready_.push_back(scope.first + *scope.graph->failure);
  }
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

void Stepper::On(const PodDeleted& event) {
  const auto index = FindAttempt(event.id);
  if (index && !Stopping()) OnPodDeleted(*index, event.grace);
}

void Stepper::On(const ObjectsRead& event) {
  const auto index = FindAttempt(event.id);
  if (index && Node(*index).asked == NodeRun::Asked::kResult && !Stopping()) OnObjects(*index, event.objects);
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
    if (!model::IsTerminal(Node(index).record.phase)) HandlerOf(run_, index).wake(*this, index);
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
  if (node.record.phase != NodePhase::kUndefined || node.dropped || node.asked != NodeRun::Asked::kNothing) return;
  if (scope.state != (failure_node ? Scope::State::kFailing : Scope::State::kRunning)) return;
  const NodeHandler& handler = HandlerOf(run_, index);
  if (IsItem(index)) return ResolveItemInputs(index) ? handler.start_item(*this, index) : void();
  if (node.skip) {
    node.record.input_uri = DataDir(index) + "/inputs.pb";
    return EndNode(index, NodePhase::kSkipped);
  }
  if (IsTooDeep(node, DataDir(index))) {
    node.record.input_uri = DataDir(index) + "/inputs.pb";
    return FailNode(index, TooDeep(node));
  }
  if (node.graph->kind != NodeKind::kStart && TryRecover(index)) return;
  handler.start(*this, index);
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

void Stepper::WriteInputs(uint32_t index, Literals inputs, Durability durability) {
  SANDBOX_CHECK(inputs, Cat("node ", Node(index).record.id.node, " begins without inputs"));
  out_.objects.push_back({Node(index).record.input_uri, "", durability, std::move(inputs)});
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

}  // namespace sandbox::engine
