#pragma once

// What we send to and read from the engine, as plain values.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sandbox/base/time.h"

namespace sandbox::docker {

struct BindMount {
  std::string source;  // on the engine's host; must exist
  std::string target;
  bool read_only = false;
};

// A directory that is empty when it is new.
struct VolumeUse {
  std::string name;  // made with `labels` when there is none of that name; empty: the container's own, removed with it
  std::string target;
  bool read_only = false;
  std::map<std::string, std::string> labels;
};

struct ContainerConfig {
  std::string name;
  std::string image;
  std::vector<std::string> entrypoint;  // empty: the image's
  std::vector<std::string> cmd;         // empty: the image's, unless there is an entrypoint
  std::vector<std::string> env;         // "NAME=value"
  std::map<std::string, std::string> labels;
  std::string hostname;
  std::string working_dir;
  std::string user;                      // empty: the image's
  std::string network_mode;              // empty: the engine's default
  std::vector<std::string> extra_hosts;  // "name:ip"
  std::vector<BindMount> binds;
  std::vector<VolumeUse> volumes;
  int64_t nano_cpus = 0;  // 0: unlimited, here and below
  int64_t cpu_shares = 0;
  int64_t memory_bytes = 0;  // swap is not added to it
  int64_t shm_bytes = 0;
  uint32_t gpus = 0;      // of NVIDIA's
  bool restarts = false;  // started again whenever it ends, until it is stopped
};

// One `inspect`. Times are the epoch when the engine has none.
struct ContainerInfo {
  std::string id;
  std::string name;    // without the leading slash
  std::string status;  // created, running, paused, restarting, removing, exited, dead
  bool running = false;
  bool oom_killed = false;
  bool tty = false;
  int exit_code = 0;
  std::string error;  // why it could not start
  Instant created_at{};
  Instant started_at{};
  Instant finished_at{};
  std::string log_path;
  std::string image_id;
  int64_t pid = 0;  // of its first process, while it runs, where the engine runs
  std::map<std::string, std::string> labels;

  bool Started() const { return started_at != Instant{}; }
  // Being removed, or its removal failed half way: its end is not a task's.
  bool Vanishing() const { return status == "removing" || status == "dead"; }
};

struct ContainerSummary {
  std::string id;
  std::string name;
  std::string state;
  std::string image_id;
  Instant created_at{};  // whole seconds
  std::map<std::string, std::string> labels;
};

// The engine's own builder.
struct BuildRequest {
  std::vector<std::string> tags;
  std::string dockerfile;  // its path in the archive
  std::map<std::string, std::string> args, labels;
  std::string target;    // empty: the last stage
  std::string platform;  // empty: the engine's own
  bool no_cache = false;
  bool pull = false;
  bool buildkit = false;
  std::string session;  // BuildKit asks the one that opened it; empty: nobody
};

struct VolumeSummary {
  std::string name;
  std::map<std::string, std::string> labels;
};

struct ImageInfo {
  std::string id;
  std::string os;
  std::string architecture;
  int64_t size_bytes = 0;
};

struct ImageSummary {
  std::string id;
  std::vector<std::string> names;  // by tag, then by digest
  int64_t size_bytes = 0;
  Instant created_at{};  // whole seconds
};

struct EngineInfo {
  std::string version;
  std::string api_version;
  std::string os;
  std::string architecture;
  bool podman = false;
};

// The network that containers get unless they name one.
struct EngineNetwork {
  Instant created_at{};
  std::string gateway;  // this engine's host in it; empty: it does not say
};

struct EngineResources {
  std::string name;
  int64_t cpus = 0;
  int64_t memory_bytes = 0;
  std::string cgroup_version;
  std::string logging_driver;
  bool live_restore = false;
  Instant time{};         // of its clock; the epoch when it does not say
  bool has_gpus = false;  // it says that it can give some; one that can need not say so
};

struct ContainerStats {
  int64_t cpu_total_ns = 0;
  int64_t throttled_ns = 0;
  int64_t memory_bytes = 0;
  int64_t memory_cache_bytes = 0;  // of that, what can go at once
  int64_t memory_peak_bytes = 0;   // 0: not known
  int64_t memory_limit_bytes = 0;
};

struct PullProgress {
  std::string layer;   // id; empty for a line about the whole image
  std::string status;  // "Downloading"
  int64_t current_bytes = 0;
  int64_t total_bytes = 0;
};

}  // namespace sandbox::docker
