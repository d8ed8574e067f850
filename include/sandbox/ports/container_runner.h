#pragma once

// Runs attempts as containers: one attempt, one pod, one name.
//
// Thread: every method is called on the core loop and every callback arrives on it. Nothing blocks.
// Identity: the pod name is the container name, so Start is idempotent: an existing container of ours with that name is
// adopted, whatever its state. Containers carry the data directory's id; nothing else is ever touched.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/base/ids.h"
#include "sandbox/base/time.h"
#include "sandbox/model/pods.h"

namespace sandbox {

// Where a volume of the pod is in a container.
struct VolumeMount {
  std::string volume;
  std::string path;
  bool read_only = false;
};

using model::ContainerEnd;
using model::ContainerRole;
using model::EndReason;

// Where the message of a container's end comes from.
enum class MessagePolicy {
  kFile,            // what it wrote to its termination message path; 4096 bytes
  kFallbackToLogs,  // that, or when it is empty and the exit code is not 0: its log's end (2048 bytes, 80 lines)
};

struct ContainerSpec {
  std::string name;  // within the pod; the primary's is the pod name unless the template names it
  std::string image;
  std::vector<std::string> command;                      // replaces ENTRYPOINT and CMD when not empty
  std::vector<std::string> args;                         // replaces CMD
  std::vector<std::pair<std::string, std::string>> env;  // the later of two equal names wins; $(VAR) not yet expanded
  std::string working_dir;
  int64_t cpu_request_millis = 0;    // 0: none
  int64_t cpu_limit_millis = 0;      // what its pod says; 0: none
  int64_t cpu_quota_millis = 0;      // what the kernel holds it to; 0: its share only, by what it requests
  int64_t memory_request_bytes = 0;  // 0: none
  int64_t memory_limit_bytes = 0;    // 0: none
  int64_t shm_size_bytes = 0;        // 0: the engine's default
  uint32_t gpus = 0;
  std::string user;  // "uid" or "uid:gid"; empty: the image's
  std::vector<VolumeMount> mounts;
  ContainerRole role = ContainerRole::kApp;
  MessagePolicy message_policy = MessagePolicy::kFile;
  std::string message_path = "/dev/termination-log";  // absolute, in the container
};

// Lives as long as the pod; its containers share it.
struct PodVolume {
  std::string name;
  std::string host_path;  // a path of the engine's host; empty: a directory, empty at first and writable for everyone
};

// Inputs and outputs as files, for images that know nothing of Flyte: protocol/execution-engine 7.3. Of the primary
// container. The runner makes the directories, empty and writable for everyone. The archives are files on this host, so
// nothing has to run in the image and the engine need not see our files.
struct FileInterface {
  std::string input_path;      // directory in the container; empty: no inputs
  std::string output_path;     // likewise
  std::string input_archive;   // tar that the runner unpacks at the container's root before the start
  std::string output_archive;  // where the runner stores a tar of output_path after the end, before it reports that
  // For the code that makes and reads the archives.
  int format = 0;             // core.DataLoadingConfig.LiteralMapFormat
  std::string outputs;        // core.VariableMap bytes
  std::string output_prefix;  // of the attempt
  std::string raw_prefix;
};

// A secret that every container of the pod gets (protocol/execution-engine 8.1).
struct SecretRequest {
  enum class Mount { kAny = 0, kEnvVar = 1, kFile = 2 };
  std::string group;
  std::string key;
  Mount mount = Mount::kAny;
  std::string env_var;  // also under this name: the value, or for a file its path
};

// Values of secrets. Filled in where a pod is started, never stored, never logged.
struct SecretValues {
  std::vector<std::pair<std::string, std::string>> env;    // added where the name is not taken
  std::vector<std::pair<std::string, std::string>> files;  // absolute path and content
};

// Which of its containers' ends ends a pod. An init container that fails always does.
enum class EndRule {
  kPrimary,  // its primary's alone, at once; the others are stopped
  kLast,     // the last one's
};

struct PodSpec {
  AttemptId id;
  std::string name;  // GeneratedName(id)
  std::string pod_namespace;
  std::string inputs_uri;  // core.LiteralMap of the attempt, which is there before the start
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::vector<ContainerSpec> containers;
  size_t primary = 0;  // whose log is the pod's, and whose network; never an init container or a sidecar
  EndRule end_rule = EndRule::kLast;
  Duration active_max{};  // the pod is stopped so long after its first container was made; 0: never
  Duration stop_grace = std::chrono::seconds(30);  // of that stop
  std::optional<FileInterface> files;
  std::vector<PodVolume> volumes;
  std::vector<std::pair<std::string, std::string>> hosts;  // name, address
  bool mostly_waits = false;  // for executions that it starts: what it computes is not worth a place of its own
  bool resumed = false;       // an earlier process has begun to start it: it does not wait for its turn again
  std::vector<SecretRequest> secrets;
  SecretValues secret_values;
};

enum class PodState {
  kPending,  // waits: see PodReport::wait
  kRunning,
  kFinished,  // it ended by its end rule; see containers
  kLost,      // the container is gone and its end was not seen (removed by someone else)
};

// What is known of a pod.
struct PodReport {
  AttemptId id;
  PodState state = PodState::kPending;
  model::WaitReason wait;  // kPending, and kRunning while no engine answers
  std::string message;     // kLost: why; of a pod that ended: why its output files are missing
  Instant occurred_at{};   // of the container's transition, not of the report
  // Of a pod that ended, in the order of the specification. Sidecars are not among them, nor what never ran, nor, when
  // the primary's end was the pod's, the containers beside it.
  std::vector<ContainerEnd> containers;
  bool deadline_exceeded = false;  // stopped because it had run for PodSpec::active_max
  bool interrupted = false;        // the engine, or its machine, went away and ended a container of it by a signal
  model::PodFacts facts;           // as far as they are known by now
};

class ContainerRunner {
 public:
  virtual ~ContainerRunner() = default;

  // Every later report of every pod. Set once, before anything else.
  virtual void OnReport(std::function<void(PodReport)> callback) = 0;

  // Brings the pod to its end, through engine outages: reports follow. Idempotent by name; adopts.
  virtual void Start(PodSpec spec) = 0;

  // TERM, then KILL after `grace`. Idempotent; also ends a pod that is still waiting. A kFinished or kLost report
  // follows when a container existed, else a kLost report.
  virtual void Stop(const AttemptId& id, Duration grace) = 0;

  // The attempt's end is durable: capture what is left of its log, then remove its containers. Idempotent.
  virtual void Release(const AttemptId& id) = 0;

  // After a restart: containers of ours that no attempt in `alive` owns are removed (stopped first when running).
  virtual void Sweep(const std::vector<AttemptId>& alive) = 0;
};

}  // namespace sandbox
