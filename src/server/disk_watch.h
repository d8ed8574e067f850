#pragma once

// Looks at the room on the disk of the data directory. While there is less than the reserve no work is taken: what runs
// and what is stored already needs the rest. With a quarter more than the reserve free, things go on.
//
// Thread: made, started and stopped on the loop; Check and AsProblem on any thread.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "api/local/local_api.h"
#include "sandbox/base/error.h"
#include "sandbox/model/pods.h"
#include "sandbox/ports/loop.h"

namespace sandbox::server {

struct DiskSpace {
  uint64_t free_bytes = 0, total_bytes = 0;
};

class DiskWatch {
 public:
  using Space = std::function<std::optional<DiskSpace>()>;  // blocks; nullopt: it cannot be told
  // On the loop, at each change; the shortage while there is one. A reserve of 0 watches nothing.
  using Changed = std::function<void(std::optional<model::Shortage>)>;

  DiskWatch(Loop& loop, Clock& clock, Workers& workers, uint64_t reserve_bytes, Space space, Changed changed);
  ~DiskWatch();

  // Looks at once, on this thread, and then every second.
  void Start();
  void Stop();

  // RESOURCE_EXHAUSTED, reason DISK_LOW, says how much is missing and what to do.
  Status Check() const;
  std::optional<api::Problem> AsProblem() const;

 private:
  void Look();
  void Take(const std::optional<DiskSpace>& space);
  std::string Text() const;

  Loop& loop_;
  Clock& clock_;
  Workers& workers_;
  const uint64_t reserve_;
  const Space space_;
  const Changed changed_;
  std::unique_ptr<Loop::Timer> timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // of the loop's thread
  std::atomic<bool> low_ = false;
  mutable std::mutex mutex_;
  DiskSpace last_;                               // guarded by mutex_
  std::chrono::system_clock::time_point since_;  // of the shortage; guarded by mutex_
};

}  // namespace sandbox::server
