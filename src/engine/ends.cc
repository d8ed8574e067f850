#include <algorithm>

#include "handlers.h"
#include "sandbox/base/check.h"
#include "scopes.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::ExecutionError;
using model::ExecutionPhase;
using model::NodePhase;

namespace {

// What a node was at is over; how many items an array has is told of it later, too.
void ForgetState(model::NodeRecord& record) {
  if (!std::holds_alternative<model::ArrayState>(record.state)) record.state = {};
}

}  // namespace

void Stepper::EnterPhase(uint32_t index, NodePhase phase) {
  model::NodeRecord& record = Node(index).record;
  SANDBOX_CHECK(!model::IsTerminal(record.phase), Cat("node ", record.id.node, " leaves ", PhaseName(record.phase)));
  record.phase = phase;
  record.updated_at = now_;
  if (record.created_at == Instant{}) record.created_at = now_;
  if (phase == NodePhase::kRunning) record.started_at = now_;
  // The clock may have gone back.
  if (model::IsTerminal(phase) && record.started_at != Instant{})
    record.duration = std::max(Duration::zero(), now_ - record.started_at);
  ++out_.transitions;
  Touch(index);
}

void Stepper::SucceedNode(uint32_t index, Literals outputs) {
  Node(index).outputs = std::move(outputs);
  if (Node(index).record.cache_claim) PutInCache(index);
  EndNode(index, NodePhase::kSucceeded);
}

void Stepper::FailNode(uint32_t index, ExecutionError error) {
  Node(index).record.error = std::move(error);
  EndNode(index, NodePhase::kFailed);
}

// Every end of a node that is not an abort goes on to the nodes after it, then to the node or scope around it.
void Stepper::EndNode(uint32_t index, NodePhase phase) {
  EnterPhase(index, phase);
  NodeRun& node = Node(index);
  Scope& scope = run_.scopes[node.scope];
  SetWake(index, {});
  node.opened.reset();
  node.values.clear();
  node.inputs.reset();
  node.asked = NodeRun::Asked::kNothing;
  ForgetState(node.record);
  EndClaim(index);
  StopCounting(index);
  SANDBOX_EXPECT(!node.attempt || model::IsTerminal(node.attempt->phase),
                 Cat("node ", node.record.id.node, " ends before its attempt"));
  const bool success = phase == NodePhase::kSucceeded || phase == NodePhase::kRecovered;
  const bool failed = phase == NodePhase::kFailed || phase == NodePhase::kTimedOut;
  if (scope.graph == nullptr) return HandlerOf(run_, *scope.parent).end(*this, *scope.parent, index);
  for (const uint32_t up : node.graph->upstream) {
    NodeRun& producer = Node(scope.first + up);
    SANDBOX_CHECK(producer.consumers > 0, Cat(node.record.id.node, " consumed what nobody needs any more"));
    if (--producer.consumers == 0) producer.outputs.reset();
  }
  DropChoices(run_, index);
  if (node.graph->role == GraphNode::Role::kChoice) {
    const uint32_t branch = scope.first + node.graph->branch;
    return HandlerOf(run_, branch).end(*this, branch, index);
  }
  if (node.graph->role == GraphNode::Role::kFailure) return OnFailureNodeEnded(node.scope, index);
  scope.failed = scope.failed || failed;
  if (failed && scope.graph->workflow->metadata().on_failure() == core::WorkflowMetadata::FAIL_IMMEDIATELY)
    return FailScope(node.scope, FailureOf(index));
  for (const uint32_t down : node.graph->downstream) {
    NodeRun& next = Node(scope.first + down);
    SANDBOX_CHECK(next.waiting_for > 0, Cat(node.record.id.node, " ends twice for ", next.record.spec_node_id));
    next.skip = next.skip || !success;
    if (--next.waiting_for == 0) ready_.push_back(scope.first + down);
  }
  if (index == scope.first + scope.graph->end) FinishScope(node.scope, phase == NodePhase::kRecovered);
}

void Stepper::StopCounting(uint32_t index) {
  SANDBOX_CHECK(!Node(index).counted || run_.in_flight > 0, "max_parallelism counts less than nothing");
  run_.in_flight -= Node(index).counted;
  Node(index).counted = false;
}

// The error with which a failed node fails the scope around it.
ExecutionError Stepper::FailureOf(uint32_t index) const {
  const model::NodeRecord& record = Node(index).record;
  SANDBOX_EXPECT(record.phase == NodePhase::kFailed || record.phase == NodePhase::kTimedOut,
                 Cat("node ", record.id.node, " is ", PhaseName(record.phase), " and no failure"));
  if (record.phase != NodePhase::kTimedOut && record.error) return *record.error;
  std::string message = "Timeout in node";
  if (const std::string where = WhereInside(index); !where.empty()) {
    message += Cat(": task active timeout [", FormatGoDuration(2 * TimeoutOf(index)), "] expired", where);
  }
  return {"Timeout", std::move(message), "", ErrorKind::kUser, {}, ""};
}

// For errors that are seen far from their node: " in node [n0-0-n1]", of an item its array. Nothing for the nodes of
// the workflow itself, whose errors are as upstream's.
std::string Stepper::WhereInside(uint32_t index) const {
  const uint32_t shown = IsItem(index) ? *ParentOf(index) : index;
  return ParentOf(shown) ? Cat(" in node [", Node(shown).record.id.node, "]") : "";
}

// The failure that the reference meets last when it visits the graph depth first.
std::optional<ExecutionError> Stepper::LastFailure(const Scope& scope) const {
  if (!scope.failed) return std::nullopt;
  constexpr uint32_t kNone = UINT32_MAX;
  std::vector<uint32_t> last(scope.graph->nodes.size(), kNone);
  for (auto at = scope.graph->order.rbegin(); at != scope.graph->order.rend(); ++at) {
    if (scope.graph->nodes[*at].role != GraphNode::Role::kPlain) continue;
    const NodePhase phase = Node(scope.first + *at).record.phase;
    if (phase == NodePhase::kFailed || phase == NodePhase::kTimedOut) {
      last[*at] = *at;
      continue;
    }
    for (const uint32_t down : scope.graph->nodes[*at].downstream) {
      if (last[down] != kNone) last[*at] = last[down];
    }
  }
  const uint32_t failed = last[scope.graph->start];
  SANDBOX_CHECK(failed != kNone, "no way leads from the start to the node that failed");
  return FailureOf(scope.first + failed);
}

void Stepper::AbortNode(uint32_t index, const std::string& reason) {
  NodeRun& node = Node(index);
  AbortBody(index, reason);
  SetWake(index, {});
  node.asked = NodeRun::Asked::kNothing;
  ForgetState(node.record);
  node.record.error = ExecutionError{"NodeAborted", reason, "", ErrorKind::kUnknown, {}, ""};
  EndClaim(index);
  StopCounting(index);
  EnterPhase(index, NodePhase::kAborted);
}

// What the node's current try does ends: its pod, its inside, its child.
void Stepper::AbortBody(uint32_t index, const std::string& reason) {
  Node(index).record.error.reset();  // of an inside whose failure node still ran
  HandlerOf(run_, index).abort(*this, index, reason);
}

void Stepper::AbortScope(uint32_t scope_index, const std::string& reason) {
  run_.scopes[scope_index].state = Scope::State::kOver;
  const uint32_t first = run_.scopes[scope_index].first;
  const uint32_t end = first + run_.scopes[scope_index].count;
  for (uint32_t i = first; i < end; ++i) {
    const NodePhase phase = Node(i).record.phase;
    if (phase != NodePhase::kUndefined && !model::IsTerminal(phase)) AbortNode(i, reason);
  }
}

void Stepper::FailExecution(ExecutionError error) {
  AbortScope(0, std::string(kAutoAbort));
  run_.record.error = std::move(error);
  EndExecution(ExecutionPhase::kFailed);
}

// The result of a node cannot be read, however often one tries: what the reference says after its last try.
void Stepper::FailForEver(uint32_t index, const std::string& message) {
  constexpr std::string_view kExhausted = "max number of system retry attempts [11/10] exhausted";
  const EntityId& workflow = run_.record.workflow;
  // The container ended: its attempt is aborted on paper only.
  model::TaskRecord& task = *Node(index).attempt;
  SetPhase(task, model::TaskPhase::kAborted, 0, now_);
  TouchAttempt(index);
  if (!IsJob(index)) out_.effects.push_back(ReleaseAttempt{task.id});
  AbortScope(0, Cat(kExhausted, " - system failure."));
  run_.record.error = ExecutionError{
      "Workflow abort failed",
      Cat("Workflow[", workflow.project, ":", workflow.domain, ":", workflow.name,
          "] failed. RuntimeExecutionError: ", kExhausted, ". Last known status message: failed at Node[",
          Spec(index).id(), "]. RuntimeExecutionError: failed during plugin execution, caused by: ", message),
      "",
      ErrorKind::kSystem,
      {},
      ""};
  EndExecution(ExecutionPhase::kFailed);
}

void Stepper::EndExecution(ExecutionPhase phase) {
  SANDBOX_CHECK(!Over(), Cat("execution ", run_.record.id.name, " ends twice"));
  SANDBOX_EXPECT(phase != ExecutionPhase::kSucceeded || run_.in_flight == 0,
                 Cat("execution ", run_.record.id.name, " succeeds and ", run_.in_flight, " of its nodes run"));
  run_.record.phase = phase;
  run_.record.updated_at = now_;
  // A run of a single step also took some time: filters look for durations above 0.
  if (run_.record.started_at != Instant{}) run_.record.duration = std::max(Duration(1), now_ - run_.record.started_at);
  TouchExecution();
}

void Stepper::FinishAbort() { EndExecution(ExecutionPhase::kAborted); }

const core::TaskTemplate* Stepper::Task(uint32_t index) const {
  return run_.scopes[Node(index).scope].plan->FindTask(Spec(index).task_node().reference_id());
}

std::optional<uint32_t> Stepper::ParentOf(uint32_t index) const {
  const NodeRun& node = Node(index);
  const Scope& scope = run_.scopes[node.scope];
  return node.graph->role == GraphNode::Role::kChoice ? scope.first + node.graph->branch : scope.parent;
}

std::string Stepper::DataDir(uint32_t index) const {
  const NodeRun& node = Node(index);
  const auto parent = ParentOf(index);
  if (!parent) return Cat(run_.config->layout.NodesUri(run_.record.id), "/", node.record.spec_node_id, "/data");
  if (IsItem(index)) return Cat(DataDir(*parent), "/", node.record.item, "/", node.record.attempts);
  return Cat(OutputPrefix(*parent), "/", node.record.spec_node_id);
}

std::string Stepper::OutputPrefix(uint32_t index) const {
  const NodeRun& node = Node(index);
  if (IsSubtask(index)) return Cat(OutputPrefix(*ParentOf(index)), "/", node.record.item);
  if (IsItem(index)) return Cat(OutputPrefix(*ParentOf(index)), "/", node.record.item, "/", node.record.attempts);
  return Cat(DataDir(index), "/", node.record.attempts);
}

std::optional<uint32_t> Stepper::FindAttempt(const AttemptId& id) const {
  return IsLive(run_, id) ? std::optional(run_.by_id.at(id.node.node)) : std::nullopt;
}

void Stepper::Touch(uint32_t index) {
  if (!Node(index).touched) touched_.push_back(index);
  Node(index).touched = true;
}

void Stepper::TouchAttempt(uint32_t index) {
  if (!Node(index).attempt_touched) touched_attempts_.push_back(index);
  Node(index).attempt_touched = true;
}

void Stepper::TouchExecution() {
  run_.record.updated_at = now_;
  touched_execution_ = true;
}

Decision Stepper::Take() {
  for (const uint32_t index : touched_) {
    Node(index).touched = false;
    Node(index).record.wait = WaitOf(run_, index);
    SANDBOX_CHECK(!Node(index).record.id.node.empty(), "a node that was not chosen gets a row");
    out_.nodes.push_back(Node(index).record);
  }
  std::ranges::move(retold_, std::back_inserter(out_.nodes));
  for (const uint32_t index : touched_attempts_) {
    NodeRun& node = Node(index);
    node.attempt_touched = false;
    out_.tasks.push_back(*node.attempt);
    if (model::IsTerminal(node.record.phase)) node.attempt.reset();
  }
  if (touched_execution_) out_.execution = run_.record;
  if (run_.record.phase == ExecutionPhase::kAborting) {
    out_.wake_at = run_.abort_deadline;
  } else if (!run_.wakes.empty() && !Over()) {
    out_.wake_at = run_.wakes.begin()->first;
  }
  return std::move(out_);
}

}  // namespace sandbox::engine
