#pragma once

// Executions at run time, wired: the executor on the runner with its decorators.
//
// Thread: built on the core loop; Load and Problems from any thread.

#include <atomic>
#include <memory>

#include "executor/executor.h"
#include "pods/admission/admission_runner.h"
#include "pods/files/file_runner.h"
#include "pods/secrets/secret_runner.h"
#include "server/endpoints.h"
#include "server/options.h"
#include "server/world.h"

namespace sandbox::server {

// Of the object store, as containers and links use it.
inline constexpr char kAccessKey[] = "minio", kSecretKey[] = "miniostorage";

class Runtime {
 public:
  Runtime(World& world, const ServerOptions& options, const Endpoint& platform, const Endpoint& objects);

  executor::Executor& Executor() { return *executor_; }
  // Of registered workflows, shared by all that launch.
  const std::shared_ptr<executor::Plans>& Plans() const { return plans_; }
  // What pods take of the machine.
  api::Usage Load() const;
  std::vector<api::Problem> Problems() const;
  // Why no work is taken, for want of disk; any thread.
  Status TakesWork() const { return disk_watch_.Check(); }
  // On the core loop.
  void WatchDisk() { disk_watch_.Start(); }
  void Stop() { disk_watch_.Stop(); }
  // Totals; 0: no limit, or not known yet.
  pods::Resources Capacity() const { return {cpu_millis_, memory_bytes_, gpus_}; }

 private:
  pods::Resources Limited(const pods::Resources& machine) const;

  const std::optional<int64_t> cpu_wanted_, memory_wanted_;
  std::atomic<int64_t> cpu_millis_ = 0, memory_bytes_ = 0, gpus_ = 0;
  std::atomic<bool> capacity_known_ = false;
  pods::SecretRunner secret_runner_;
  pods::FileRunner file_runner_;
  pods::AdmissionRunner admission_;
  DiskWatch disk_watch_;
  const std::shared_ptr<executor::Plans> plans_ = std::make_shared<executor::Plans>();
  std::unique_ptr<executor::Executor> executor_;
};

}  // namespace sandbox::server
