#pragma once

// The samples of what one container used: which are taken, and the file that keeps them.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "runner/cgroup.h"
#include "sandbox/base/time.h"
#include "sandbox/model/pod_files.h"

namespace sandbox::runner {

// Thread: the loop; a sample is one write of 20 bytes. Without Begin nothing is kept.
class UsageLog {
 public:
  explicit UsageLog(std::filesystem::path path) : path_(std::move(path)) {}
  ~UsageLog();
  UsageLog(const UsageLog&) = delete;
  UsageLog& operator=(const UsageLog&) = delete;

  // The container has run since `started_at`; a process before this one may have kept samples of it.
  // `memory_limit_bytes` 0: none.
  void Begin(Instant started_at, int64_t memory_limit_bytes);
  // Kept when it is due, or when it is the `last` one: then the sample, until the next call.
  const model::UsageSample* Take(const Usage& usage, Instant now, bool last = false);
  bool Goes() const { return begun_ && !ended_; }
  // After this nothing is taken. Of a container that was killed for want of memory the curve reaches its limit.
  void End(Instant at, bool oom_killed);

  // When the next sample is due, from `now`.
  Duration Next(Instant now) const;
  // 0: not known.
  int64_t PeakMemoryBytes() const { return static_cast<int64_t>(peak_bytes_); }
  std::optional<int64_t> CpuMeanMillis() const;

 private:
  Duration Interval(Instant now) const;
  const model::UsageSample* Add(model::UsageSample sample);
  void Write(std::string_view bytes);
  void WriteAgain();
  uint32_t Since(Instant at) const;

  std::filesystem::path path_;
  int fd_ = -1;
  bool begun_ = false;
  bool ended_ = false;
  Instant started_at_{};
  uint64_t limit_bytes_ = 0;
  std::vector<model::UsageSample> samples_;
  uint32_t spread_ = 1;  // by how much halving has widened the intervals
  uint32_t taken_ = 0;   // in this process
  Instant taken_at_{};
  Usage before_;  // at the last sample that was kept
  Usage newest_;
  Instant newest_at_{};
  uint64_t peak_bytes_ = 0;
};

}  // namespace sandbox::runner
