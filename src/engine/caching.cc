// Tasks whose outputs may come from the cache: protocol/execution-engine 6.2 and 6.3.

#include <algorithm>

#include "cache.h"
#include "sandbox/base/check.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::NodePhase;
using model::TaskPhase;

// The answer is CacheLookedUp. Until then the node has no row, or waits in QUEUED: after a restart it asks again.
void Stepper::AskCache(uint32_t index) {
  NodeRun& node = Node(index);
  if (node.asked == NodeRun::Asked::kCatalog || (!node.inputs && !ResolveNodeInputs(index))) return;
  node.asked = NodeRun::Asked::kCatalog;
  LookUpCache lookup =
      MakeLookup(*Task(index), node.inputs, CurrentAttempt(index), run_.record.settings.overwrite_cache, IsItem(index));
  if (IsSubtask(index)) MakeSingular(lookup);
  out_.effects.push_back(std::move(lookup));
}

void Stepper::On(const CacheLookedUp& event) {
  const auto found = run_.by_id.find(event.id.node);
  const bool asked = found != run_.by_id.end() && Node(found->second).asked == NodeRun::Asked::kCatalog;
  if (!asked) return ReleaseReservation(event.answer.claim);
  const uint32_t index = found->second;
  NodeRun& node = Node(index);
  node.asked = NodeRun::Asked::kNothing;
  const Scope::State wanted =
      node.graph->role == GraphNode::Role::kFailure ? Scope::State::kFailing : Scope::State::kRunning;
  // Its branch may have ended meanwhile.
  const bool dropped = node.dropped || model::IsTerminal(node.record.phase);
  if (Stopping() || dropped || run_.scopes[node.scope].state != wanted) {
    StopCounting(index);
    return ReleaseReservation(event.answer.claim);
  }
  switch (event.answer.outcome) {
    case CacheAnswer::Outcome::kHit: return TakeFromCache(index, event.answer);
    case CacheAnswer::Outcome::kTaken: return WaitForCache(index, event.answer);
    case CacheAnswer::Outcome::kMiss: break;
  }
  node.record.cache_claim = event.answer.claim;
  SetWake(index, {});
  RunTask(index);
}

void Stepper::On(const CacheFreed& event) {
  const auto found = run_.by_id.find(event.id.node);
  if (found != run_.by_id.end() && !Stopping() && WaitsForCache(found->second)) AskCache(found->second);
}

// As if the task had run, but with no attempt of it that a list would show: only the items of an array have one.
void Stepper::TakeFromCache(uint32_t index, const CacheAnswer& answer) {
  NodeRun& node = Node(index);
  SANDBOX_CHECK(answer.outputs, Cat("a hit for node ", node.record.id.node, " without outputs"));
  node.record.has_task_metadata = true;
  node.record.cache_status = static_cast<int>(CacheStatus::kHit);
  node.record.catalog_key = answer.metadata;
  if (!IsSubtask(index)) WriteInputs(index);
  if (IsItem(index)) {
    model::TaskRecord& record = NewAttemptRecord(index);
    record.containers_total = 0;
    record.cache_status = node.record.cache_status;
    OnItemRunning(index, now_);
    CloseAttempt(index, {}, false);
  } else if (node.attempt) {
    node.attempt->unlisted = true;
    CloseAttempt(index, {}, false);
  }
  SucceedWith(index, answer.outputs);
}

// A task that may run is RUNNING from then on.
bool Stepper::WaitsForCache(uint32_t index) const {
  return Node(index).record.phase == NodePhase::kQueued && Node(index).graph->kind == NodeKind::kTask;
}

// Someone else makes what this node wants: it stays QUEUED until that one is done, or gave up.
void Stepper::WaitForCache(uint32_t index, const CacheAnswer& answer) {
  EnterQueued(index);
  TellOfReservation(index, answer.holder);
  const Duration timeout = TimeoutOf(index);
  SetWake(index, timeout > Duration::zero() ? std::min(answer.again_at, Node(index).record.queued_at + 2 * timeout)
                                            : answer.again_at);
}

// The attempt gets its row before it may run, so that one sees what it waits for; an item tells it by its array's row.
void Stepper::TellOfReservation(uint32_t index, const std::string& holder) {
  if (!Node(index).attempt) {
    NewAttemptRecord(index).containers_total = 0;
    SetPhase(*Node(index).attempt, TaskPhase::kQueued, 0, now_);
  }
  const std::string reason = Cat("waits for its outputs, which ", holder, " makes (cache_serialize)");
  const auto tell = [&](uint32_t of) {
    model::TaskRecord& task = *Node(of).attempt;
    if (!task.reasons.empty() && task.reasons.back().message == reason) return;
    task.reasons.push_back({now_, reason});
    SetPhase(task, task.phase, task.phase_version + 1, now_);
    TouchAttempt(of);
  };
  tell(index);
  if (IsItem(index) && Node(*ParentOf(index)).attempt) tell(*ParentOf(index));
}

void Stepper::OnCacheWake(uint32_t index) {
  const Duration timeout = TimeoutOf(index);
  if (timeout > Duration::zero() && now_ >= Node(index).record.queued_at + 2 * timeout) {
    AbortAttempt(index);
    return EndNode(index, NodePhase::kTimedOut);
  }
  AskCache(index);
}

// A success of a task that had missed: goes into the catalog with the same commit.
void Stepper::PutInCache(uint32_t index) {
  NodeRun& node = Node(index);
  SANDBOX_CHECK(node.record.cache_claim && node.outputs,
                Cat("node ", node.record.id.node, " has no claim, or no outputs, to put into the cache"));
  CacheStored stored =
      StoreInCache(run_.config->layout, *node.record.cache_claim, *node.outputs,
                   {CurrentAttempt(index), node.record.spec_node_id, ToEntityId(Task(index)->id())}, now_);
  node.record.cache_status = static_cast<int>(stored.status);
  node.record.catalog_key = std::move(stored.metadata);
  if (node.attempt) node.attempt->cache_status = node.record.cache_status;
  std::ranges::move(stored.objects, std::back_inserter(out_.objects));
  if (stored.put) out_.cached.push_back(std::move(*stored.put));
}

void Stepper::ReleaseReservation(const model::CacheClaim& claim) {
  if (!claim.owner.empty()) out_.released.push_back(claim);
}

void Stepper::EndClaim(uint32_t index) {
  auto& claim = Node(index).record.cache_claim;
  if (claim) ReleaseReservation(*claim);
  claim.reset();
}

}  // namespace sandbox::engine
