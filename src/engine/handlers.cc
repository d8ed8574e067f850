#include "handlers.h"

#include "sandbox/base/check.h"
#include "stepper.h"

namespace sandbox::engine {

using model::ErrorKind;
using model::NodePhase;
using model::NodeWait;

const NodeHandler& HandlerOf(NodeKind kind) {
  switch (kind) {
    case NodeKind::kUnknown: return kUnknownNodes;
    case NodeKind::kStart: return kStartNodes;
    case NodeKind::kEnd: return kEndNodes;
    case NodeKind::kTask: return kTaskNodes;
    case NodeKind::kSubWorkflow: return kSubWorkflowNodes;
    case NodeKind::kLaunchPlan: return kLaunchPlanNodes;
    case NodeKind::kBranch: return kBranchNodes;
    case NodeKind::kGate: return kGateNodes;
    case NodeKind::kArray: return kArrayNodes;
  }
  return kUnknownNodes;
}

const NodeHandler& HandlerOf(const Run& run, uint32_t index) { return HandlerOf(run.nodes[index].graph->kind); }

namespace {

NodeWait WaitToBegin(const Run& run, const NodeRun& node) {
  const bool over = run.scopes[node.scope].state == Scope::State::kOver;
  if (node.dropped || over || model::IsTerminal(run.record.phase)) return NodeWait::kNothing;
  return node.waiting_for > 0 ? NodeWait::kUpstream : NodeWait::kParallelism;
}

}  // namespace

NodeWait WaitOf(const Run& run, uint32_t index) {
  const NodeRun& node = run.nodes[index];
  if (model::IsTerminal(node.record.phase)) return NodeWait::kNothing;
  switch (node.asked) {
    case NodeRun::Asked::kValues: return NodeWait::kInputs;
    case NodeRun::Asked::kCatalog: return NodeWait::kCatalog;
    case NodeRun::Asked::kResult: return NodeWait::kResult;
    case NodeRun::Asked::kWorkflow: return NodeWait::kCompilation;
    case NodeRun::Asked::kNothing: break;
  }
  return node.record.phase == NodePhase::kUndefined ? WaitToBegin(run, node) : HandlerOf(run, index).waits(run, index);
}

namespace common {

void RefuseItem(Stepper& step, uint32_t index) {
  step.EnterQueued(index);
  step.FailNode(index,
                {"UnsupportedNodeKind", "only tasks and launch plans can be mapped", "", ErrorKind::kUser, {}, ""});
}

void NeverRetry(Stepper& step, uint32_t index) {
  SANDBOX_CHECK(false, Cat("node ", step.Node(index).record.id.node, " has another try"));
}

void OpensNothing(Run&, uint32_t, const StoredRun&) {}

void Resume(Stepper& step, uint32_t index) {
  if (step.ResolveNodeInputs(index)) step.ArmDeadline(index);
}

Instant NeverWakes(const Stepper&, uint32_t) { return {}; }

void Wake(Stepper& step, uint32_t index) {
  if (!step.TimeOut(index)) step.ArmDeadline(index);
}

void AbortNothing(Stepper&, uint32_t, const std::string&) {}

void AbortInside(Stepper& step, uint32_t index, const std::string& reason) {
  NodeRun& node = step.Node(index);
  step.AbortAttempt(index);
  if (node.inside) step.AbortScope(*node.inside, reason);
  node.inside.reset();
}

void NothingEnds(Stepper& step, uint32_t index, uint32_t) {
  SANDBOX_CHECK(false, Cat("something ends inside of node ", step.Node(index).record.id.node));
}

bool Counts(const Run&, uint32_t) { return true; }

bool CountsNot(const Run&, uint32_t) { return false; }

NodeWait WaitsForNothing(const Run&, uint32_t) { return NodeWait::kNothing; }

NodeWait WaitsForInside(const Run&, uint32_t) { return NodeWait::kInside; }

}  // namespace common

namespace {

void RefuseNode(Stepper& step, uint32_t index) {
  step.Node(index).record.input_uri = step.DataDir(index) + "/inputs.pb";
  step.FailNode(index, {"UnsupportedNodeKind",
                        Cat("node [", step.Spec(index).id(), "] is of a kind that this version does not know"),
                        "",
                        ErrorKind::kSystem,
                        {},
                        ""});
}

}  // namespace

constinit const NodeHandler kUnknownNodes{
    .start = RefuseNode,
    .start_item = common::RefuseItem,
    .retry = common::NeverRetry,
    .reopen = common::OpensNothing,
    .resume = common::Resume,
    .wake_at = common::NeverWakes,
    .wake = common::Wake,
    .abort = common::AbortNothing,
    .end = common::NothingEnds,
    .counts = common::CountsNot,
    .waits = common::WaitsForNothing,
};

}  // namespace sandbox::engine
