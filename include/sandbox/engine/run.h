#pragma once

// One execution as the engine sees it, and the step that advances it.
//
// Step is a function of the run, the event and the instant: no clock, no randomness, no I/O. The same inputs give the same
// decision. It changes the run in place, so that its work is proportional to what changes; the caller commits the rows of the
// decision before it acts on its effects, and stops the process when a commit fails.
//
// Thread: a Run belongs to one thread.

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "sandbox/engine/plan.h"
#include "sandbox/model/records.h"
#include "sandbox/ports/container_runner.h"

namespace flyteidl::core {
class LiteralMap;
}

namespace sandbox::engine {

using Literals = std::shared_ptr<const flyteidl::core::LiteralMap>;

struct EngineConfig {
  // {ns} and {pod} are replaced.
  std::string log_link = "http://localhost:30080/kubernetes-dashboard/#/log/{ns}/{pod}/pod?namespace={ns}";
  std::vector<std::pair<std::string, std::string>> default_envs;
  uint64_t output_bytes_max = 2 * 1024 * 1024;
  Duration image_pull_grace = std::chrono::minutes(3);
  Duration stop_grace = std::chrono::seconds(30);
  // An aborted execution is ABORTED when all its containers have ended, at the latest after this.
  Duration abort_patience = std::chrono::seconds(2);
};

// What a finished attempt left behind its output prefix.
struct ObjectFound {
  enum class State { kMissing, kTooLarge, kPresent } state = State::kMissing;
  uint64_t size = 0;
  std::string bytes;  // kPresent
};
struct AttemptObjects {
  bool futures = false;
  ObjectFound error;
  ObjectFound outputs;
  bool deck = false;
};

// What an execution that recovers another one may take over, by unique node id.
struct RecoveredNode {
  model::NodeRecord record;
  std::string inputs;  // bytes of inputs.pb; empty when there is none
  Literals outputs;    // null when there are none
};

// Events.
struct Launched {};                             // a new execution, or one that never got further than its row
struct Resumed {};                              // after a restart
struct PodReported { PodReport report; };
struct ObjectsRead { AttemptId id; AttemptObjects objects; };
struct AbortRequested { std::string cause; };
struct Woken {};                                // wake_at has come
using Event = std::variant<Launched, Resumed, PodReported, ObjectsRead, AbortRequested, Woken>;

// Effects. All are idempotent.
struct StartAttempt {
  PodSpec pod;
  std::string inputs_uri;
  Literals inputs;  // to be written to inputs_uri first
};
struct ReadObjects {
  AttemptId id;
  std::string output_prefix;
  bool outputs = false;  // the task declares some
  bool deck = false;     // the task makes one
};
struct StopAttempt {
  AttemptId id;
  Duration grace{};
};
struct ReleaseAttempt { AttemptId id; };
using Effect = std::variant<StartAttempt, ReadObjects, StopAttempt, ReleaseAttempt>;

struct ObjectWrite {
  std::string uri;
  std::string bytes;
};

struct Decision {
  std::vector<ObjectWrite> objects;  // on disk before the rows are committed
  std::optional<model::ExecutionRecord> execution;
  std::vector<model::NodeRecord> nodes;
  std::vector<model::TaskRecord> tasks;
  std::vector<Effect> effects;       // after the commit
  std::optional<Instant> wake_at;    // when to step with Woken; replaces the earlier one
  uint32_t transitions = 0;          // node phases that were entered
};

// One instance of a workflow: the whole execution, or the inside of a node.
struct Scope {
  const Graph* graph = nullptr;
  uint32_t first = 0;              // place of its first node in Run::nodes; nodes are in the graph's order of nodes
  std::optional<uint32_t> parent;  // the node that it is inside of
  bool failed = false;             // a node of it failed
};

struct NodeRun {
  const GraphNode* graph = nullptr;
  uint32_t scope = 0;
  model::NodeRecord record;                    // phase kUndefined: not reached, no row
  std::optional<model::TaskRecord> attempt;    // the current one
  Literals inputs;                             // while it runs
  Literals outputs;                            // until nothing needs them any more
  // Indexes; derived.
  uint32_t waiting_for = 0;                    // upstream nodes that have not ended
  uint32_t consumers = 0;                      // downstream nodes that have not ended
  bool skip = false;                           // an upstream node ended without success
  bool counted = false;                        // counts for max_parallelism
  bool reading = false;                        // the result of the current attempt is being read
  bool touched = false;                        // in the decision that is being made
  bool attempt_touched = false;
  Instant wake_at{};                           // its entry in Run::wakes; zero: none
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
  std::set<std::pair<Instant, uint32_t>> wakes;
  std::deque<uint32_t> parked;        // ready, but max_parallelism is reached
  uint32_t in_flight = 0;
  std::set<AttemptId> stopping;       // aborted attempts whose pods have not ended yet
  Instant abort_deadline{};
};

// A run whose rows are `nodes` and `tasks`: none for a new execution. `outputs` has, by unique node id, the outputs of the
// nodes that ended with success; only those are asked that NeedsOutputs names.
Run MakeRun(const EngineConfig& config, std::shared_ptr<const Plan> plan, model::ExecutionRecord record, std::vector<model::NodeRecord> nodes = {},
            std::vector<model::TaskRecord> tasks = {}, std::unordered_map<std::string, Literals> outputs = {});
// Unique ids and output URIs of the ended nodes whose outputs something still needs.
std::vector<std::pair<std::string, std::string>> NeedsOutputs(const Plan& plan, const model::ExecutionRecord& record, const std::vector<model::NodeRecord>& nodes);

Decision Step(Run& run, const Event& event, Instant now);

// Attempts that own a pod now.
std::vector<AttemptId> LiveAttempts(const Run& run);
bool IsLive(const Run& run, const AttemptId& id);
bool IsOver(const Run& run);

// The pod columns after a report; for attempts that are over, nothing else changes.
void UpdatePodView(model::TaskRecord& task, const PodReport& report);

// "s3://my-s3-bucket/metadata/propeller/{project}-{domain}-{name}".
std::string MetadataRoot(const ExecutionId& id);
// "s3://my-s3-bucket/metadata/{project}/{domain}/{name}/": `inputs` and `user_inputs` are below.
std::string InputsRoot(const ExecutionId& id);

}  // namespace sandbox::engine
