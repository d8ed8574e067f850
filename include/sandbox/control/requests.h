#pragma once

// Commands and queries about executions: launch, recover, terminate, signal, read back. Plain structs and records in
// and out; a protocol decodes, checks the form of what it got in its own order, and encodes.
//
// Thread: any; queries run on the calling thread. Those with a Reply answer later, on the loop or a thread of the
// store. Texts and codes: protocol/control-plane 5 to 8; programs branch on the reason of an error.

#include <functional>
#include <memory>
#include <vector>

#include "flyteidl/core/metrics.pb.h"
#include "flyteidl/core/types.pb.h"
#include "sandbox/base/reply.h"
#include "sandbox/control/launch_spec.h"
#include "sandbox/engine/run.h"
#include "sandbox/executor/executions.h"
#include "sandbox/executor/plans.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_store.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

class Launcher;

using Done = std::function<void(Status)>;

struct RequestDeps {
  registry::RegistryConfig config;
  MetadataStore& store;
  ObjectStore& objects;
  executor::Executions& executions;
  Clock& clock;
  Entropy& entropy;
  uint64_t inputs_bytes_max = 10 * 1024 * 1024;  // inputs of an execution that a client starts
  std::function<Status(const executor::LaunchRequest&)>
      fits{};                            // can it ever run on this machine? Any thread; may be empty
  std::function<Status()> takes_work{};  // why nothing that clients launch is taken now; any thread, may be empty
  std::shared_ptr<executor::Plans> plans = std::make_shared<executor::Plans>();
};

struct TerminateSpec {
  ExecutionId id;
  std::string cause;
};

struct SignalSpec {
  ExecutionId execution;
  std::string signal_id;
  flyteidl::core::LiteralType type;
};

struct SignalValue {
  ExecutionId execution;
  std::string signal_id;
  flyteidl::core::Literal value;
};

// An attempt. The one row of an array node's attempt stands for all its items.
struct Attempt {
  model::TaskRecord record;
  std::vector<model::TaskRecord> items;  // of an array
};

// The inputs or the outputs of something.
struct Values {
  std::string uri;  // empty: it has none
  uint64_t size = 0;
  bool linked = false;  // too large to be read: the reader follows `uri`
  flyteidl::core::LiteralMap literals;
};
struct InputsAndOutputs {
  Values inputs;
  Values outputs;
};

class Requests {
 public:
  explicit Requests(RequestDeps deps);
  ~Requests();

  // The execution's id. ALREADY_EXISTS, with the reasons of executor::StoreLaunch, when the name is taken.
  void Launch(LaunchSpec spec, Reply<ExecutionId> reply);
  // What is wrong whatever is launched: the size of the inputs, the project, the domain, the name.
  Status CheckLaunch(const LaunchSpec& spec);
  void Relaunch(const RelaunchSpec& spec, Reply<ExecutionId> reply);
  // FAILED_PRECONDITION, EXECUTION_RUNS, when the first one has not ended.
  void Recover(const RecoverSpec& spec, Reply<ExecutionId> reply);
  // For a launch-plan node of a running execution; ALREADY_EXISTS when the child is there.
  void LaunchChild(const engine::LaunchChild& child, const NodeExecutionId& parent, Done done);
  // Creates the execution of a schedule's tick and remembers the tick in the same commit. ALREADY_EXISTS when it was
  // created before; FAILED_PRECONDITION with reason NOT_ACTIVE when the launch plan is not what it was when the tick
  // was planned.
  void FireSchedule(const ScheduledTick& tick, Reply<ExecutionId> reply);
  void Terminate(const TerminateSpec& spec, Done done);
  // `state`: admin.ExecutionState.
  void SetState(const ExecutionId& id, int state, Done done);
  // The signal that is there, or a new one. ALREADY_EXISTS when it has another type.
  void MakeSignal(const SignalSpec& spec, Reply<model::SignalRecord> reply);
  void SetSignal(const SignalValue& signal, Done done);

  // NOT_FOUND when it is not there.
  Result<model::ExecutionRecord> FindExecution(const ExecutionId& id);
  Result<std::vector<model::ExecutionRecord>> ListExecutions(const ListQuery& query);
  // Items of array nodes too.
  Result<model::NodeRecord> FindNode(const NodeExecutionId& id);
  // What `query` finds inside of `parent`; the nodes that have no parent when its node is empty.
  Result<std::vector<model::NodeRecord>> ListNodes(const NodeExecutionId& parent, ListQuery query);
  // NOT_FOUND too when that attempt is one of another task.
  Result<Attempt> FindAttempt(const AttemptId& id, const EntityId& task);
  Result<std::vector<Attempt>> ListAttempts(const NodeExecutionId& node, ListQuery query);
  Result<std::vector<model::SignalRecord>> ListSignals(const ExecutionId& id, ListQuery query);
  // Of inputs and outputs that have more than `bytes_max` bytes together the larger one is linked, or both.
  InputsAndOutputs ValuesOf(const model::ExecutionRecord& record, uint64_t bytes_max);
  InputsAndOutputs ValuesOf(const model::NodeRecord& record, uint64_t bytes_max);
  InputsAndOutputs ValuesOf(const model::TaskRecord& record, uint64_t bytes_max);
  // Where the time went: a tree of `depth` levels of nodes, all of them when it is below zero.
  Result<flyteidl::core::Span> SpansOf(const ExecutionId& id, int depth);

 private:
  // kEnded: one that still runs is refused.
  enum class Recovers { kEnded, kAny };
  void Recover(const RecoverSpec& spec, Recovers what, Reply<ExecutionId> reply);
  Status CheckSize(const LaunchSpec& spec) const;
  Status TakesWork() const;

  const RequestDeps deps_;
  const std::unique_ptr<Launcher> launcher_;
};

}  // namespace sandbox::control
