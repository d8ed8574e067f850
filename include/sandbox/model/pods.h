#pragma once

// A pod as it is stored and shown: what it was asked to be, why it waits, when what happened, how its containers ended.
// Plain values. Times are zero (Instant{}) when unknown.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/ids.h"
#include "sandbox/base/time.h"

namespace sandbox::model {

// What a container is in its pod.
enum class ContainerRole {
  kApp = 0,      // runs beside the others of its kind
  kInit = 1,     // runs to its end, with success, before those after it start
  kSidecar = 2,  // those after it start once it runs; it is started again whenever it ends, and is stopped with the pod
};

enum class EndReason {
  kCompleted = 0,
  kError = 1,       // its exit code is not 0
  kOomKilled = 2,   // it, or a process in it, was killed for want of memory; the exit code may be any, 0 too
  kStartError = 3,  // the engine could not start it: exit code 128, and the message is the engine's
};
// Kubernetes' word: "Completed", "Error", "OOMKilled", "StartError".
std::string_view NameOf(EndReason reason);

struct ContainerEnd {
  std::string name;
  int exit_code = 0;
  EndReason reason = EndReason::kCompleted;
  std::string message;  // by the container's message policy
  Instant started_at{};
  Instant finished_at{};
};

// Why a pod does not run yet. Stored: values never change their meaning.
enum class PodWait {
  kNone = 0,
  kStarting = 1,      // its containers are being made
  kResources = 2,     // room on the machine
  kNeverFits = 3,     // it asks for more than the whole machine has
  kSecret = 4,        // a secret that it asks for is not there
  kBadSecret = 5,     // what it asks for as a secret cannot be one
  kImagePull = 6,     // its image is being pulled
  kImageFailed = 7,   // that pull has just failed
  kImageMissing = 8,  // that pull has failed, and is tried again later
  kImageName = 9,     // what it names as its image is no name
  kRefused = 10,      // the engine refuses to make a container; it is tried again
  kConfig = 11,       // its configuration names what is not there
  kEngine = 12,       // no engine answers
};
// The API's word: "RESOURCES", "IMAGE_PULL", ...; empty for kNone.
std::string_view NameOf(PodWait code);

// One thing of which there is too little. Cpu and gpu in thousandths, memory and disk in bytes.
struct Shortage {
  std::string resource;  // "memory", "cpu", "disk", "gpu"
  int64_t needs = 0;
  int64_t free = 0;
  int64_t total = 0;
  bool operator==(const Shortage&) const = default;
};

// A wait with its amounts; which of them are set follows from the code.
struct WaitReason {
  PodWait code = PodWait::kNone;
  Instant since{};                     // when it began to wait for this
  std::vector<Shortage> shortages;     // kResources, kNeverFits; empty: it only waits for its turn
  std::vector<NodeExecutionId> ahead;  // kResources: who goes first, the next one first; not all of them
  uint32_t ahead_count = 0;            // how many that are
  std::string image;                   // kImage...
  int64_t bytes = 0;                   // kImagePull: of its layers, as far as they are known
  int64_t bytes_total = 0;
  std::string error;      // why: the engine's or the registry's words; for kSecret which one and what to do
  uint32_t tried = 0;     // kImageMissing, kRefused, kEngine: how often
  Instant next_try_at{};  // kImageMissing
  bool operator==(const WaitReason&) const = default;
};

// How a wait is told. `status` is Kubernetes' word ("ContainerCreating", "ErrImagePull", "ImagePullBackOff",
// "InvalidImageName", "CreateContainerError", "CreateContainerConfigError"), or of our own making
// ("WaitingForResources", "ResourceRequestsExceedLimits", "MissingSecret", "BadTaskFormat", "EngineUnavailable").
// `message` is what the public API says beside it, `sentence` the plain one for people; they are equal where the
// reference has no word of its own.
struct WaitWords {
  std::string_view status;
  std::string message;
  std::string sentence;
};
// The one place where the words of a wait are made.
WaitWords WordsOf(const WaitReason& wait);
// What a person can do against it, as a command line; empty when there is none.
std::string CommandAgainst(const WaitReason& wait);

// "500m", "2"; "512Mi", "2.5Gi".
std::string CpuText(int64_t millis);
std::string MemoryText(int64_t bytes);

struct PodInstants {
  Instant created{};       // the attempt was made
  Instant admitted{};      // there was room for it
  Instant pull_started{};  // the first image that was not there; unset: all were
  Instant pull_ended{};    // the last of them was there
  Instant started{};       // its primary container runs
  Instant ended{};         // the last container ended
};

// What comes to be known of a pod while it lives.
struct PodFacts {
  PodInstants at;
  std::string image_id;                    // of its primary container: the engine's digest
  std::string container_id;                // likewise
  int64_t peak_memory_bytes = 0;           // 0: not known
  std::optional<int64_t> cpu_mean_millis;  // of its primary, from its start to its end
  bool oom_killed = false;                 // any of its containers
};
// Takes what `news` knows; of instants of beginnings the first one stays.
void Learn(PodFacts& facts, const PodFacts& news);

// What a container was asked to be, without the values of its environment.
struct PodContainer {
  std::string name;
  std::string image;
  std::vector<std::string> command;
  std::vector<std::string> args;
  std::vector<std::string> env_names;
  int64_t cpu_request_millis = 0;  // 0: none, here and below
  int64_t cpu_limit_millis = 0;    // what its pod says
  int64_t memory_request_bytes = 0;
  int64_t memory_limit_bytes = 0;
  uint32_t gpus = 0;
  ContainerRole role = ContainerRole::kApp;
  int64_t cpu_quota_millis = 0;  // what the kernel holds it to
};
struct PodDefinition {
  std::vector<PodContainer> containers;
  uint32_t primary = 0;
  bool cut = false;  // texts that are too long to be kept end with "..."
};

struct PodRecord {
  std::shared_ptr<const PodDefinition> definition;  // never changes; null: not known (rows of before)
  WaitReason wait;                                  // kNone once it runs
  std::vector<ContainerEnd> ends;
  PodFacts facts;
};

}  // namespace sandbox::model
