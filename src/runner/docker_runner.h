#pragma once

// ContainerRunner on a Docker Engine.
//
// Thread: the executor of the core loop, single-threaded; logs, their indexes and the samples are written there in
// pieces of at most 64 KiB; archives are read and written on workers; nothing else blocks. Destruction (on the loop)
// leaves containers alone and ends reports; the next runner of the same instance adopts what it starts.

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "docker/engine_address.h"
#include "sandbox/model/pod_files.h"
#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/loop.h"

namespace sandbox::runner {

struct DockerRunnerOptions {
  docker::EngineAddress engine;
  bool podman = false;   // the engine is Podman: docs/reference/engines.md has what differs
  std::string instance;  // id of the data directory: the label `sandbox.instance` of everything we make
  std::map<std::string, std::string> labels{};   // more of them
  std::filesystem::path log_dir;                 // <log_dir>/<namespace>/<pod>.log and .idx, its index; absolute
  std::string platform_ip = "host-gateway";      // what the two platform names resolve to in tasks
  std::string network_mode;                      // empty: the engine's default bridge
  int64_t log_bytes_max = 256 << 20;             // of one pod; what follows is dropped, with a line that says so
  int64_t output_bytes_max = int64_t{16} << 30;  // of the output files of one attempt
  std::vector<Duration> pull_backoff = {std::chrono::seconds(10), std::chrono::seconds(20),  std::chrono::seconds(40),
                                        std::chrono::seconds(80), std::chrono::seconds(160), std::chrono::seconds(300)};
  Duration creation_grace = std::chrono::seconds(30);  // a sweep leaves younger containers for a second look
  bool log_index = true;
  bool samples = true;  // of what containers use: <log_dir>/<namespace>/<pod>.stat
  // The log of a pod has grown to so many bytes and lines, or is whole. On the loop; may be empty.
  std::function<void(const std::string& pod_namespace, const std::string& pod, uint64_t bytes, uint64_t lines,
                     bool complete)>
      on_log{};
  // A sample of what a pod uses was kept. On the loop; may be empty.
  std::function<void(const AttemptId& attempt, const std::string& pod, const model::UsageSample& sample)> on_sample{};
};

class DockerRunner : public ContainerRunner {
 public:
  // `executor` is that of `loop`'s thread. Every wait is by `loop` and `clock`, which outlive the runner and, as long
  // as the executor is turned, what it leaves behind; `workers` likewise.
  DockerRunner(boost::asio::any_io_executor executor, Loop& loop, Clock& clock, Workers& workers,
               DockerRunnerOptions options);
  ~DockerRunner() override;

  void OnReport(std::function<void(PodReport)> callback) override;
  void Start(PodSpec spec) override;
  void Stop(const AttemptId& id, Duration grace) override;
  void Release(const AttemptId& id) override;
  void Sweep(const std::vector<AttemptId>& alive) override;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

// Where the log of a pod is, or will be.
std::filesystem::path PodLogPath(const std::filesystem::path& log_dir, const std::string& pod_namespace,
                                 const std::string& pod);

}  // namespace sandbox::runner
