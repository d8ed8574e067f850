#pragma once

// One execution as the engine sees it, and the step that advances it.
//
// Step is a function of the run, the event and the instant: no clock, no randomness, no I/O. The same inputs give the
// same decision. It changes the run in place, so that its work is proportional to what changes; the caller commits the
// rows of the decision before it acts on its effects, and stops the process when a commit fails.
//
// Thread: a Run belongs to one thread.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "sandbox/engine/cache.h"
#include "sandbox/engine/plan.h"
#include "sandbox/model/entities.h"
#include "sandbox/model/records.h"
#include "sandbox/ports/connectors.h"
#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/object_store.h"

namespace flyteidl::core {
class Literal;
class LiteralMap;
}  // namespace flyteidl::core

namespace sandbox::engine {

using Literals = std::shared_ptr<const flyteidl::core::LiteralMap>;

// The task types that connectors serve, as far as they are known.
struct ConnectorTypes {
  bool configured = false;
  std::set<JobType> known;       // types that connectors say they serve
  std::set<std::string> stated;  // types that the configuration says are served, in every version
};

// Which literals become objects of their own.
struct Offloading {
  bool enabled = false;
  uint64_t min_mb = 10;    // smaller literals stay inline
  uint64_t max_mb = 1000;  // larger literals are refused
};

struct EngineConfig {
  // Link to the log of a pod; its namespace and name replace {ns} and {pod}.
  std::string log_link = "http://localhost:30080/kubernetes-dashboard/#/log/{ns}/{pod}/pod?namespace={ns}";
  std::string console_url = "http://localhost:30080/console";
  ObjectLayout layout;
  std::vector<std::pair<std::string, std::string>> default_envs;
  uint64_t output_bytes_max = 2 * 1024 * 1024;
  Offloading offloading;
  // Hash of a serialized value, for the literal that refers to it; pure. Empty: such literals have no hash.
  std::function<std::string(std::string_view)> content_hash{};
  Duration image_pull_grace = std::chrono::minutes(3);
  Duration stop_grace = std::chrono::seconds(30);
  // Items of one array node that run at once when the node does not say.
  uint32_t array_parallelism = 64;
  // An aborted execution is ABORTED when all its containers have ended, at the latest after this.
  Duration abort_patience = std::chrono::seconds(2);
  // Read when an attempt begins. An attempt that began as a connector's job stays one.
  ConnectorTypes connectors;
};

// The objects that a finished attempt left below its output prefix.
struct ObjectFound {
  enum class State { kMissing, kTooLarge, kPresent } state = State::kMissing;
  uint64_t size = 0;
  std::string bytes;  // kPresent
};
struct AttemptObjects {
  ObjectFound futures;
  ObjectFound error;
  ObjectFound outputs;
  bool deck = false;
};

// The value of an offloaded literal, or the reason why it cannot be read.
struct OffloadedValue {
  std::shared_ptr<const flyteidl::core::Literal> literal;
  std::string error;  // when there is no literal
};
using OffloadedValues = std::map<std::string, OffloadedValue>;  // by the URI of the object

// What an execution that recovers another one may take over, by unique node id.
struct RecoveredNode {
  model::NodeRecord record;
  std::string inputs;   // bytes of inputs.pb; empty when there is none
  Literals outputs;     // null when there are none
  std::string futures;  // bytes of futures.pb of a dynamic node that did not succeed; empty when there is none
  // The nodes directly inside of it but for an array's items, by unique id, in the order in which they began.
  std::vector<std::string> inside;
};

// The compiled workflow that a dynamic task asked for, or the error of its compilation.
struct DynamicWorkflow {
  std::shared_ptr<const Plan> plan;
  std::string metadata;                        // admin.DynamicWorkflowNodeMetadata
  std::string closure;                         // core.CompiledWorkflowClosure
  std::string admin_uri;                       // where a copy of the closure is kept
  std::optional<model::ExecutionError> error;  // when it is set, nothing else is
};

// Events.
struct Launched {};  // a new execution, or one whose process ended before its first step
struct Resumed {};   // after a restart
struct PodReported {
  PodReport report;
};
// A user had the pod of an attempt deleted: the attempt is over by that, and its containers have `grace` to end.
struct PodDeleted {
  AttemptId id;
  Duration grace{};
};
struct ObjectsRead {
  AttemptId id;
  AttemptObjects objects;
};
struct ValuesRead {
  NodeExecutionId id;
  OffloadedValues values;
};
struct DynamicCompiled {
  AttemptId id;
  DynamicWorkflow workflow;
};
struct SignalSet {
  std::string signal_id;
  std::shared_ptr<const flyteidl::core::Literal> value;
};
// News of a launch-plan node's child execution: it was refused, it exists, or it has ended.
struct ChildReported {
  AttemptId id;  // of the node; the child's id follows from it
  enum class State { kRefused, kLaunched, kEnded } state = State::kLaunched;
  bool retryable = false;                                           // kRefused: by a fault of ours
  std::string message;                                              // kRefused: why
  model::ExecutionPhase phase = model::ExecutionPhase::kUndefined;  // kEnded
  std::optional<model::ExecutionError> error;                       // kEnded
  Literals outputs;                                                 // kEnded with success
};
// News of an attempt's job at its connector.
struct JobReported {
  AttemptId id;
  enum class What {
    kWaits,    // its state is not known: `message` says why
    kCreated,  // `job` is what its connector calls it
    kState,    // `resource`
    kFailed,   // it cannot be created, or its connector cannot tell its state: `code` and `message`
  } what = What::kWaits;
  std::string message;
  std::string job;
  JobResource resource;
  bool retryable = false;
  std::string code;
};
struct AbortRequested {
  std::string cause;
};
struct Woken {};  // the instant wake_at has come
using Event = std::variant<Launched, Resumed, PodReported, PodDeleted, ObjectsRead, ValuesRead, CacheLookedUp,
                           CacheFreed, DynamicCompiled, SignalSet, ChildReported, JobReported, AbortRequested, Woken>;

// A read of an attempt's objects. It changes nothing, so it is done at once, before the commit.
struct ReadObjects {
  AttemptId id;
  std::string output_prefix;
  bool outputs = false;  // the task declares outputs
  bool deck = false;     // the task makes a deck
};

// A read of offloaded literals that a node's inputs come from, also at once. Each object is a core.Literal.
struct ReadValues {
  NodeExecutionId id;
  std::vector<std::string> uris;
};

// The compilation of the workflow that a dynamic task wrote, also at once.
struct CompileDynamic {
  AttemptId id;
  std::string node_id;  // as the workflow has it
  std::string futures;  // core.DynamicJobSpec
  std::string futures_uri;
  std::string outputs;  // core.VariableMap: what the task declares
};

// Effects. All are idempotent.
struct StartAttempt {
  PodSpec pod;
};
struct StopAttempt {
  AttemptId id;
  Duration grace{};
};
struct ReleaseAttempt {
  AttemptId id;
};
struct LaunchChild {
  AttemptId id;  // the launch-plan node's
  ExecutionId child;
  EntityId launch_plan;
  Literals inputs;
  std::optional<ExecutionId> recover;  // the child of the execution that is being recovered
};
struct AbortChild {
  ExecutionId child;
  std::string cause;
};
// Creates the job of an attempt; a job that has a name already is not created again.
struct StartJob {
  JobRequest request;
  std::optional<std::string> job;
};
// The job's name is durable: from now on its connector is asked for its state.
struct WatchJob {
  AttemptId id;
};
// The attempt is over: its job is not watched any more.
struct LeaveJob {
  AttemptId id;
};
using Effect = std::variant<StartAttempt, StopAttempt, ReleaseAttempt, LaunchChild, AbortChild, StartJob, WatchJob,
                            LeaveJob, LookUpCache>;

struct ObjectWrite {
  std::string uri;
  std::string bytes;
  Durability durability = Durability::kSynced;
  Literals literals = nullptr;  // not null: they are encoded instead, off the loop, which may take long
};
std::string Encode(const ObjectWrite& object);
size_t EncodedSize(const ObjectWrite& object);  // walks the literals, which takes a small part of the encoding

struct Decision {
  std::vector<ObjectWrite> objects;  // written before the rows are committed
  std::optional<model::ExecutionRecord> execution;
  std::vector<model::NodeRecord> nodes;
  std::vector<model::TaskRecord> tasks;
  std::vector<model::SignalRecord> signals;   // to be inserted unless they are there
  std::vector<ReadObjects> reads;             // at once
  std::vector<ReadValues> values;             // at once
  std::vector<CompileDynamic> compiles;       // at once
  std::vector<CachePut> cached;               // with the rows
  std::vector<model::CacheClaim> released;    // with the rows: their reservations
  std::vector<model::JobDeletion> deletions;  // with the rows; after the commit they are done
  std::vector<Effect> effects;                // after the commit
  std::optional<Instant> wake_at;             // when to step with Woken; replaces the earlier one
  uint32_t transitions = 0;                   // node phases that were entered
};

// One instance of a workflow (the whole execution, or the inside of a node), or the items of an array node.
struct Scope {
  enum class State {
    kRunning,
    kFailing,  // its failure node runs, nothing else
    kOver,
  };
  State state = State::kRunning;
  std::shared_ptr<const Plan> plan;
  const Graph* graph = nullptr;  // null: items
  uint32_t first = 0;            // place of its first node in Run::nodes; nodes are in the graph's order of nodes
  uint32_t count = 0;
  std::optional<uint32_t> parent;              // the node that it is inside of
  bool dynamic = false;                        // made by a dynamic task: has no inputs
  bool failed = false;                         // a node of it failed
  std::optional<model::ExecutionError> error;  // kFailing: why
  // Counters of a scope of items.
  uint32_t next = 0;  // the first item that was not started
  uint32_t running = 0;
  uint32_t ended = 0;
  uint32_t items_failed = 0;
};

struct NodeRun {
  const GraphNode* graph = nullptr;
  uint32_t scope = 0;
  model::NodeRecord record;                  // phase kUndefined: not reached, no row
  std::optional<model::TaskRecord> attempt;  // the current one
  Literals inputs;                           // while it runs
  Literals opened;  // the inputs with those offloaded literals replaced that the engine looks into; null: none are
  OffloadedValues values;          // offloaded values that were read for it; while it runs
  Literals outputs;                // until nothing needs them any more
  std::optional<uint32_t> inside;  // the scope that its current attempt opened
  // What it has asked for and not heard of: until then nothing else begins with it. After a restart it asks again.
  enum class Asked {
    kNothing,
    kValues,    // values that its inputs come from: then it begins again
    kCatalog,   // whether its outputs are in the catalog
    kResult,    // what the current attempt left
    kWorkflow,  // the compilation of what its dynamic task made
  } asked = Asked::kNothing;
  bool IsRead() const { return asked == Asked::kResult || asked == Asked::kWorkflow; }
  // Indexes; derived.
  uint32_t waiting_for = 0;  // upstream nodes that have not ended
  uint32_t consumers = 0;    // downstream nodes that have not ended
  bool skip = false;         // an upstream node ended without success
  bool dropped = false;      // a choice that its branch node did not take
  bool counted = false;      // counts for max_parallelism
  bool touched = false;      // its row is in the decision that is being made
  bool attempt_touched = false;
  Instant wake_at{};  // its entry in Run::wakes; zero: it has none
};

struct Run {
  const EngineConfig* config = nullptr;
  std::shared_ptr<const Plan> plan;
  model::ExecutionRecord record;
  Literals inputs;
  std::deque<NodeRun> nodes;
  std::vector<Scope> scopes;
  std::unordered_map<std::string, uint32_t> by_id;  // unique node id
  std::unordered_map<std::string, RecoveredNode> recovered;
  std::unordered_map<std::string, std::shared_ptr<const flyteidl::core::Literal>> signals;  // signals that have a value
  std::set<std::pair<Instant, uint32_t>> wakes;
  std::deque<uint32_t> parked;  // ready, but max_parallelism is reached
  uint32_t in_flight = 0;
  std::set<AttemptId> stopping;  // aborted attempts whose pods have not ended yet
  Instant abort_deadline{};
};

// The stored rows of a run; a new one has only its execution.
struct StoredRun {
  model::ExecutionRecord record;
  std::vector<model::NodeRecord> nodes;  // in the order in which they were first stored
  std::vector<model::TaskRecord> tasks;
  std::unordered_map<std::string, std::shared_ptr<const Plan>> dynamic;  // of running dynamic nodes, by unique node id
  std::unordered_map<std::string, std::shared_ptr<const flyteidl::core::Literal>> signals;
};
Run MakeRun(const EngineConfig& config, std::shared_ptr<const Plan> plan, StoredRun stored);

// Ended nodes whose outputs are still needed and are not in memory, with the URIs of these outputs. The caller
// puts what it reads into NodeRun::outputs before the first step.
struct OutputsNeeded {
  uint32_t index = 0;
  std::string uri;
};
std::vector<OutputsNeeded> NeedsOutputs(const Run& run);

// The offloaded literals that running nodes have to look into and that are not in memory. The caller puts them into
// NodeRun::values and asks again until nothing is missing.
std::vector<ReadValues> NeedsValues(Run& run);

Decision Step(Run& run, const Event& event, Instant now);

// What the node at this place of Run::nodes waits for. Of a node that has a row, the row says so too.
model::NodeWait WaitOf(const Run& run, uint32_t index);

// Attempts that own a pod now.
std::vector<AttemptId> LiveAttempts(const Run& run);
bool IsLive(const Run& run, const AttemptId& id);
bool IsOver(const Run& run);
// Reservations of tasks that run now, with the nodes that hold them.
std::vector<std::pair<NodeExecutionId, model::CacheClaim>> HeldClaims(const Run& run);

// Takes a report into the columns of the pod; a report for an ended attempt changes nothing else.
void UpdatePodView(model::TaskRecord& task, const PodReport& report);

// A name as the value of a label: lower case, what is no letter or digit becomes '-', at most 63 characters.
std::string LabelValue(std::string_view text);

// The containers of a task node's pod with what each asks of the machine, and nothing that depends on inputs. Fails
// when the task cannot become a pod.
Result<PodSpec> SizePod(const model::ExecutionRecord& execution, const flyteidl::core::Node& node,
                        const flyteidl::core::TaskTemplate& task);

}  // namespace sandbox::engine
