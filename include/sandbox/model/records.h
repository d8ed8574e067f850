#pragma once

// Rows of the metadata store: the runtime state itself, not a copy of it. Plain structs; serialized IDL messages are
// kept as bytes where they are only echoed. Times are zero (Instant{}) when unset.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/ids.h"
#include "sandbox/base/time.h"
#include "sandbox/model/catalog.h"
#include "sandbox/model/node_state.h"
#include "sandbox/model/pods.h"

namespace sandbox::model {

// Values are those of flyteidl.core.WorkflowExecution.Phase, NodeExecution.Phase, TaskExecution.Phase.
enum class ExecutionPhase {
  kUndefined = 0,
  kQueued = 1,
  kRunning = 2,
  kSucceeding = 3,
  kSucceeded = 4,
  kFailing = 5,
  kFailed = 6,
  kAborted = 7,
  kTimedOut = 8,
  kAborting = 9
};
enum class NodePhase {
  kUndefined = 0,
  kQueued = 1,
  kRunning = 2,
  kSucceeded = 3,
  kFailing = 4,
  kFailed = 5,
  kAborted = 6,
  kSkipped = 7,
  kTimedOut = 8,
  kDynamicRunning = 9,
  kRecovered = 10
};
enum class TaskPhase {
  kUndefined = 0,
  kQueued = 1,
  kRunning = 2,
  kSucceeded = 3,
  kAborted = 4,
  kFailed = 5,
  kInitializing = 6,
  kWaitingForResources = 7,
  kRetryableFailed = 8
};
// Whether the pod of an attempt may start, which is when its time-out begins to count.
enum class Admission { kUnknown = 0, kWaits = 1, kAdmitted = 2 };
enum class ErrorKind { kUnknown = 0, kUser = 1, kSystem = 2 };

std::string_view PhaseName(ExecutionPhase phase);  // "SUCCEEDED"
std::string_view PhaseName(NodePhase phase);
std::string_view PhaseName(TaskPhase phase);
bool IsTerminal(ExecutionPhase phase);
bool IsTerminal(NodePhase phase);
bool IsTerminal(TaskPhase phase);

// flyteidl.core.ExecutionError.
struct ExecutionError {
  std::string code;
  std::string message;
  std::string error_uri;
  ErrorKind kind = ErrorKind::kUnknown;
  Instant timestamp{};
  std::string worker;
  bool operator==(const ExecutionError&) const = default;
};

// Settings in force for a run: request, launch plan, attributes and configuration merged (protocol/control-plane 5.3).
struct RunSettings {
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::vector<std::pair<std::string, std::string>> envs;
  std::optional<bool> interruptible;
  bool overwrite_cache = false;
  std::string raw_output_prefix;  // empty: "s3://my-s3-bucket/data"
  uint32_t max_parallelism = 0;   // 0: unlimited
  // Task resource defaults and limits as Kubernetes quantities by lower-case name ("cpu", "memory",
  // "ephemeral-storage", "gpu"); absent or zero: none.
  std::map<std::string, std::string> resource_defaults;
  std::map<std::string, std::string> resource_limits;
  bool operator==(const RunSettings&) const = default;
};

struct ExecutionRecord {
  ExecutionId id;
  int64_t row = 0;  // insert order; 0 before the insert

  // Set at creation and never changed.
  std::string spec;           // admin.ExecutionSpec as it is read back
  EntityId launch_plan;       // kind kTask for a single-task execution
  EntityId workflow;          // what runs; ".flytegen." + task name for a single task
  EntityId task;              // set for a single-task execution
  std::string notifications;  // of model/notifications.h
  std::string inputs;         // core.LiteralMap in force
  std::string user_inputs;    // core.LiteralMap as given
  RunSettings settings;
  int mode = 0;                                // admin.ExecutionMetadata.Mode
  std::optional<ExecutionId> reference;        // relaunched or recovered from
  std::optional<NodeExecutionId> parent_node;  // launched by a launch-plan node
  std::vector<std::pair<std::string, std::string>> tags;
  std::string cluster;  // system_metadata.execution_cluster
  std::string user;     // principal
  Instant created_at{};

  // Changed by the executor only.
  ExecutionPhase phase = ExecutionPhase::kUndefined;
  std::optional<ExecutionError> error;
  std::string output_uri;
  bool abort_requested = false;  // abort_metadata is present
  std::string abort_cause;
  Instant updated_at{};
  Instant started_at{};
  std::optional<Duration> duration;

  // Changed by UpdateExecution.
  int state = 0;  // admin.ExecutionState
  Instant state_changed_at{};
  std::string state_principal;
};

struct NodeRecord {
  NodeExecutionId id;
  int64_t row = 0;
  std::string spec_node_id;
  std::string name;         // node metadata name
  std::string parent;       // unique id of the parent node; empty for a root node
  std::string retry_group;  // parent's attempt as text
  NodePhase phase = NodePhase::kUndefined;
  Instant created_at{};
  Instant updated_at{};
  Instant started_at{};
  std::optional<Duration> duration;
  std::string input_uri;
  std::string output_uri;
  std::string deck_uri;
  std::optional<ExecutionError> error;
  bool is_parent = false;
  bool is_dynamic = false;
  bool is_array = false;
  bool has_task_metadata = false;  // closure.task_node_metadata is present
  std::string checkpoint_uri;
  int cache_status = 0;     // core.CatalogCacheStatus
  std::string catalog_key;  // core.CatalogMetadata bytes
  std::optional<ExecutionId> child_execution;
  std::string dynamic_job_spec_uri;
  std::string dynamic_workflow;  // admin.DynamicWorkflowNodeMetadata bytes

  // Engine state that a restart needs beyond the projection above.
  uint32_t attempts = 0;  // index of the current attempt
  uint32_t system_failures = 0;
  // The clocks of the node's time-out: its own runs from `queued_at`, that of the current attempt from
  // `attempt_started_at`. While the attempt's pod waits to be admitted both stand still: by that time both are set on
  // when it is.
  Instant queued_at{};
  Instant attempt_started_at{};
  NodeState state;                        // the engine's own, by the kind of the node
  int item = -1;                          // index in the array node `parent`; the rows of items are in no list of nodes
  std::optional<CacheClaim> cache_claim;  // of a cached task that missed, until the node ends
  Admission admission = Admission::kUnknown;  // of the current attempt
  NodeWait wait = NodeWait::kNothing;         // what it waits for since the last change of the row
};

struct Reason {
  Instant occurred_at{};
  std::string message;
};

struct TaskLog {
  std::string uri;
  std::string name;
  bool operator==(const TaskLog&) const = default;
};

// One attempt. Its pod view is what `sandbox pods` prints.
struct TaskRecord {
  AttemptId id;
  int64_t row = 0;
  EntityId task;
  std::string task_type;
  TaskPhase phase = TaskPhase::kUndefined;
  uint32_t phase_version = 0;
  Instant created_at{};
  Instant updated_at{};
  Instant started_at{};
  std::optional<Duration> duration;
  std::string input_uri;
  std::string output_uri;
  std::optional<ExecutionError> error;
  std::vector<Reason> reasons;
  std::vector<TaskLog> logs;
  std::string generated_name;     // also the pod and container name
  std::string plugin_identifier;  // "container", "sidecar", "echo", "k8s-array", "connector-service"
  bool interruptible = false;
  std::string external_resources;  // event.TaskExecutionMetadata bytes holding only external_resources
  int item = -1;                   // as in NodeRecord; the rows of items are in no list of tasks
  int cache_status = 0;            // of an item: core.CatalogCacheStatus
  std::string custom_info;         // google.protobuf.Struct bytes
  std::optional<std::string> job;  // the connector's name for the job of this attempt; none: it was not created yet
  bool unlisted = false;           // it never ran, as its outputs came from the cache: in no list of tasks

  // Pod view. Empty status: this attempt has no pod (echo, cache hit, a connector's job).
  std::string pod_status;  // "Pending", "ContainerCreating", "ImagePullBackOff", "Running", "Completed", "Error",
                           // "OOMKilled", "Terminating", ...
  std::string pod_reason;  // why it waits (WaitWords::sentence) or ended, in plain words
  uint32_t containers_ready = 0;
  uint32_t containers_total = 1;
  std::optional<int> exit_code;
  Instant pod_finished_at{};
  PodRecord pod;
};

// A job whose attempt is over and that is still to be deleted at its connector.
struct JobDeletion {
  AttemptId id;
  std::string task_type;
  int task_type_version = 0;
  std::string job;  // TaskRecord::job
  bool operator==(const JobDeletion&) const = default;
};

// A copy of an object that was written with the rows of the commit that refers to it, and is not synced yet: a power
// cut may take the object, and not the copy.
struct UnsyncedObject {
  uint64_t number = 0;  // given by the store, in the order of the writes
  std::string uri;
  std::string bytes;
  Instant modified_at{};  // the object's
  std::string boot;       // of the kernel that has the object in memory; empty: not known
  bool operator==(const UnsyncedObject&) const = default;
};

}  // namespace sandbox::model
