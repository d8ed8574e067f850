#pragma once

// The making of one decision: what the handlers of all kinds of nodes (handlers.h) are made of. Methods are grouped by
// file: step.cc (events, walking the graph), tasks.cc, attempts.cc and pod_reports.cc (task attempts), timers.cc,
// ends.cc (how nodes and the execution end), nested.cc (workflows inside of nodes), recovery.cc, caching.cc, arrays.cc,
// jobs.cc (connectors) and values.cc (offloaded literals).

#include <deque>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "offloaded.h"
#include "outcome.h"
#include "pod.h"
#include "sandbox/engine/run.h"

namespace sandbox::engine {

class Stepper {
 public:
  Stepper(Run& run, Instant now) : run_(run), now_(now) {}
  Decision Handle(const Event& event);
  // values.cc: what the inputs of nodes that run have to be looked into for.
  std::vector<ReadValues> ProbeValues();

  Run& run() { return run_; }
  const Run& run() const { return run_; }
  Instant now() const { return now_; }
  Decision& out() { return out_; }
  // The node is started before the step is over, unless something else stops it.
  void MakeReady(uint32_t index) { ready_.push_back(index); }

  // step.cc, gates.cc, children.cc: one for each event
  void On(const Launched&);
  void On(const Resumed&);
  void On(const PodReported& event);
  void On(const PodDeleted& event);
  void On(const ObjectsRead& event);
  void On(const ValuesRead& event);
  void On(const CacheLookedUp& event);
  void On(const CacheFreed& event);
  void On(const DynamicCompiled& event);
  void On(const SignalSet& event);
  void On(const ChildReported& event);
  void On(const JobReported& event);
  void On(const AbortRequested& event);
  void On(const Woken&);

  // step.cc
  void Walk();
  void StartNode(uint32_t index);
  bool Begin(uint32_t index, bool counted);
  bool Admit(uint32_t index, bool counted);
  void EnterQueued(uint32_t index);
  void EnterRunning(uint32_t index);
  // To where its row says that they are. kCached: for an attempt, which writes them again when it is resumed.
  void WriteInputs(uint32_t index, Literals inputs, Durability durability = Durability::kSynced);
  void WriteInputs(uint32_t index) { WriteInputs(index, Node(index).inputs); }
  bool ResolveNodeInputs(uint32_t index);

  // tasks.cc, attempts.cc
  void RunTask(uint32_t index);
  void StartNewAttempt(uint32_t index);
  model::TaskRecord& NewAttemptRecord(uint32_t index);
  void ResumeAttempt(uint32_t index);
  void CloseAttempt(uint32_t index, const Outcome& outcome, bool stop);
  void EndAttempt(uint32_t index, const Outcome& outcome, bool stop);
  void TryAgainOrFail(uint32_t index, const Outcome& outcome);
  void AbortAttempt(uint32_t index);
  void Echo(uint32_t index);
  AttemptContext ContextOf(uint32_t index, const flyteidl::core::LiteralMap& inputs) const;
  Result<PodSpec> MakePod(uint32_t index) const;
  void Submit(uint32_t index, PodSpec pod);
  void SetPhase(model::TaskRecord& task, model::TaskPhase phase, uint32_t version, Instant at);
  void AddLogs(model::TaskRecord& task) const;

  // pod_reports.cc
  void OnWaiting(uint32_t index, const PodReport& report);
  void OnRunning(uint32_t index, const PodReport& report);
  void OnPodEnded(uint32_t index, const PodReport& report);
  void OnPodDeleted(uint32_t index, Duration grace);
  void OnObjects(uint32_t index, const AttemptObjects& objects);

  // timers.cc
  void KeepClock(uint32_t index, const PodReport& report);
  void StopClock(uint32_t index);
  void StopClockOfMap(uint32_t index);
  void StartClock(uint32_t index, Instant at);
  Instant PullingSince(uint32_t index) const;
  Duration TimeoutOf(uint32_t index) const;
  void ArmDeadline(uint32_t index);
  void SetWake(uint32_t index, Instant at);
  bool TimeOut(uint32_t index);
  bool GiveUpPull(uint32_t index);

  // jobs.cc
  bool IsJob(uint32_t index) const;
  Result<JobRequest> MakeJob(uint32_t index) const;
  void StartJobOf(uint32_t index);
  void TellOfJob(uint32_t index, model::TaskPhase phase, const std::string& reason, bool changed);
  void OnJobState(uint32_t index, const JobResource& resource);
  void OnJobSucceeded(uint32_t index, const JobResource& resource);
  void LeaveJobOf(uint32_t index);

  // ends.cc
  void EnterPhase(uint32_t index, model::NodePhase phase);
  void SucceedNode(uint32_t index, Literals outputs);
  void FailNode(uint32_t index, model::ExecutionError error);
  void EndNode(uint32_t index, model::NodePhase phase);
  void StopCounting(uint32_t index);
  void AbortNode(uint32_t index, const std::string& reason);
  void AbortBody(uint32_t index, const std::string& reason);
  void AbortScope(uint32_t scope, const std::string& reason);
  void FailForEver(uint32_t index, const std::string& message);
  void FailExecution(model::ExecutionError error);
  void EndExecution(model::ExecutionPhase phase);
  void FinishAbort();
  model::ExecutionError FailureOf(uint32_t index) const;
  std::string WhereInside(uint32_t index) const;
  std::optional<model::ExecutionError> LastFailure(const Scope& scope) const;

  // nested.cc: dynamic workflows, ends of workflows, failure nodes
  void AskToCompile(uint32_t index, const std::string& futures);
  void RefuseDynamic(uint32_t index, uint64_t bytes);
  void FinishScope(uint32_t scope, bool recovered);
  void FailScope(uint32_t scope, model::ExecutionError error);
  void EndFailedScope(uint32_t scope, model::ExecutionError error);
  void OnFailureNodeEnded(uint32_t scope, uint32_t index);
  void TellFailure(uint32_t index, flyteidl::core::LiteralMap& inputs) const;
  void SucceedWith(uint32_t index, Literals outputs);

  // recovery.cc
  bool TryRecover(uint32_t index);
  void RetellInside(const RecoveredNode& parent);
  void RecoverDynamic(uint32_t index);

  // caching.cc
  void AskCache(uint32_t index);
  void TakeFromCache(uint32_t index, const CacheAnswer& answer);
  bool WaitsForCache(uint32_t index) const;
  void WaitForCache(uint32_t index, const CacheAnswer& answer);
  void TellOfReservation(uint32_t index, const std::string& holder);
  void OnCacheWake(uint32_t index);
  void PutInCache(uint32_t index);
  void ReleaseReservation(const model::CacheClaim& claim);
  void EndClaim(uint32_t index);

  // values.cc
  Result<flyteidl::core::LiteralMap> MakeInputs(uint32_t index, ValueLookup& values) const;
  Result<Literals> OpenInputs(uint32_t index, ValueLookup& values) const;
  bool LookIntoInputs(uint32_t index);
  void ReadFirst(uint32_t index, const ValueLookup& values);
  std::optional<model::ExecutionError> RefuseOffloaded(uint32_t index) const;
  std::optional<model::ExecutionError> OffloadOutputs(uint32_t index, flyteidl::core::LiteralMap& outputs);
  enum class Look { kNot, kTop, kInside };
  Look LooksInto(uint32_t index, const std::string& name, const flyteidl::core::Literal& literal) const;

  // arrays.cc, array_ends.cc
  void OpenArray(uint32_t index);
  void StartItems(uint32_t index);
  flyteidl::core::LiteralMap ItemInputs(uint32_t index) const;
  bool ResolveItemInputs(uint32_t index);
  void OnItemRunning(uint32_t index, Instant at);
  void OnItemEnded(uint32_t scope, bool failed);
  void SucceedArray(uint32_t index);
  void FailArray(uint32_t index);

  // Shared.
  NodeRun& Node(uint32_t index) { return run_.nodes[index]; }
  const NodeRun& Node(uint32_t index) const { return run_.nodes[index]; }
  const flyteidl::core::Node& Spec(uint32_t index) const { return *Node(index).graph->node; }
  const flyteidl::core::TaskTemplate* Task(uint32_t index) const;
  bool IsItem(uint32_t index) const { return run_.scopes[Node(index).scope].graph == nullptr; }
  // Whether the node is an array node or a map task; and the rules of its items.
  bool IsArray(uint32_t index) const { return Node(index).graph->item != nullptr; }
  const flyteidl::core::ArrayNode& Array(uint32_t index) const {
    return Node(index).graph->subtasks ? *Node(index).graph->subtasks : Spec(index).array_node();
  }
  // An item of a map task: its files and names are its task's.
  bool IsSubtask(uint32_t index) const {
    return IsItem(index) && Node(*run_.scopes[Node(index).scope].parent).graph->subtasks;
  }
  // The inputs as the engine looks into them.
  Literals Seen(uint32_t index) const { return Node(index).opened ? Node(index).opened : Node(index).inputs; }
  // The inputs that the container gets.
  Literals Given(uint32_t index) const { return IsSubtask(index) ? Node(*ParentOf(index)).inputs : Node(index).inputs; }
  std::optional<uint32_t> ParentOf(uint32_t index) const;
  std::string DataDir(uint32_t index) const;
  std::string OutputPrefix(uint32_t index) const;
  std::string DeckUri(uint32_t index) const { return OutputPrefix(index) + "/deck.html"; }
  AttemptId CurrentAttempt(uint32_t index) const { return {Node(index).record.id, Node(index).record.attempts}; }
  std::optional<uint32_t> FindAttempt(const AttemptId& id) const;
  bool Over() const { return model::IsTerminal(run_.record.phase); }
  bool Stopping() const { return Over() || run_.record.phase == model::ExecutionPhase::kAborting; }
  void Touch(uint32_t index);
  void TouchAttempt(uint32_t index);
  void TouchExecution();
  Decision Take();

 private:
  Run& run_;
  const Instant now_;
  Decision out_;
  std::vector<uint32_t> touched_;
  std::vector<uint32_t> touched_attempts_;
  std::vector<model::NodeRecord> retold_;
  bool touched_execution_ = false;
  std::deque<uint32_t> ready_;
};

EntityId ToEntityId(const flyteidl::core::Identifier& id);
bool Interruptible(const Run& run, const NodeRun& node);
// `task` is null for nodes that run none.
uint32_t AttemptsMax(const flyteidl::core::Node& node, const flyteidl::core::TaskTemplate* task);

// An input that every item of the array gets whole.
bool IsBound(const flyteidl::core::ArrayNode& array, const std::string& name);

inline constexpr std::string_view kAutoAbort = "Some node execution failed, auto-abort.";

}  // namespace sandbox::engine
