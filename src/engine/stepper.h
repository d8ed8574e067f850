#pragma once

// The making of one decision. Methods are grouped by file: step.cc (events, walking the graph), attempts.cc (task attempts),
// ends.cc (how nodes, scopes and the execution end).

#include <deque>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "flyteidl/core/workflow.pb.h"

#include "outcome.h"
#include "pod.h"
#include "sandbox/engine/run.h"

namespace sandbox::engine {

class Stepper {
 public:
  Stepper(Run& run, Instant now) : run_(run), now_(now) {}
  Decision Handle(const Event& event);

 private:
  // step.cc
  void On(const Launched&);
  void On(const Resumed&);
  void On(const PodReported& event);
  void On(const ObjectsRead& event);
  void On(const AbortRequested& event);
  void On(const Woken&);
  void Walk();
  void StartNode(uint32_t index);
  void StartStartNode(uint32_t index);
  void StartEndNode(uint32_t index);
  void StartTask(uint32_t index);
  bool TryRecover(uint32_t index);
  bool ResolveNodeInputs(uint32_t index);
  void Unsupported(uint32_t index, std::string_view kind);
  void OnNodeDeadline(uint32_t index);

  // attempts.cc
  void StartNewAttempt(uint32_t index);
  void ResumeAttempt(uint32_t index);
  void OnWaiting(uint32_t index, const PodReport& report);
  void OnRunning(uint32_t index, const PodReport& report);
  void OnPodEnded(uint32_t index, const PodReport& report);
  void OnObjects(uint32_t index, const AttemptObjects& objects);
  void EndAttempt(uint32_t index, const Outcome& outcome, bool stop);
  void AbortAttempt(uint32_t index);
  void Echo(uint32_t index);
  Result<PodSpec> MakePod(uint32_t index) const;
  void SetPhase(model::TaskRecord& task, model::TaskPhase phase, uint32_t version, Instant at);
  void AddLogs(model::TaskRecord& task) const;
  Instant PullingSince(uint32_t index) const;
  void ArmDeadline(uint32_t index);
  void SetWake(uint32_t index, Instant at);

  // ends.cc
  void EnterPhase(uint32_t index, model::NodePhase phase);
  void SucceedNode(uint32_t index, Literals outputs);
  void FailNode(uint32_t index, model::ExecutionError error);
  void EndNode(uint32_t index, model::NodePhase phase);
  void AbortNode(uint32_t index, const std::string& reason);
  void AbortAllNodes(const std::string& reason);
  void Break(uint32_t index, const std::string& message);
  void FinishScope(uint32_t scope, Literals outputs, bool recovered);
  void FailExecution(model::ExecutionError error);
  void EndExecution(model::ExecutionPhase phase);
  void FinishAbort();
  std::optional<model::ExecutionError> LastFailure(const Scope& scope) const;

  // Shared.
  NodeRun& Node(uint32_t index) { return run_.nodes[index]; }
  const NodeRun& Node(uint32_t index) const { return run_.nodes[index]; }
  const flyteidl::core::Node& Spec(uint32_t index) const { return *Node(index).graph->node; }
  const flyteidl::core::TaskTemplate* Task(uint32_t index) const;
  std::string DataDir(uint32_t index) const;
  std::string OutputPrefix(uint32_t index) const { return Cat(DataDir(index), "/", Node(index).record.attempts); }
  AttemptId CurrentAttempt(uint32_t index) const { return {Node(index).record.id, Node(index).record.attempts}; }
  std::optional<uint32_t> FindAttempt(const AttemptId& id) const;
  bool Over() const { return model::IsTerminal(run_.record.phase); }
  bool Stopping() const { return Over() || run_.record.phase == model::ExecutionPhase::kAborting; }
  void Touch(uint32_t index);
  void TouchAttempt(uint32_t index);
  void TouchExecution();
  Decision Take();

  Run& run_;
  const Instant now_;
  Decision out_;
  std::vector<uint32_t> touched_;
  std::vector<uint32_t> touched_attempts_;
  bool touched_execution_ = false;
  std::deque<uint32_t> ready_;
};

bool Interruptible(const Run& run, const NodeRun& node);
uint32_t AttemptsMax(const flyteidl::core::Node& node, const flyteidl::core::TaskTemplate& task);

}  // namespace sandbox::engine
