#pragma once

// What a container uses, from the files of its control group: version 2, or 1 with a hierarchy a controller.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace sandbox::runner {

// Counters of a container since its start, and what it has now.
struct Usage {
  uint64_t cpu_us = 0;
  uint64_t throttled_us = 0;
  uint64_t memory_bytes = 0;       // without the page cache that can go at once (as CgroupFiles::Read says)
  uint64_t memory_peak_bytes = 0;  // of all its memory, less that cache as it is now; 0: not known
  uint64_t oom_kills = 0;          // of its processes, for want of memory
};

// Thread: one at a time. The kernel answers from memory: a read takes some ten microseconds, but for the statistics of
// the memory, for which it adds up what every processor has counted.
class CgroupFiles {
 public:
  // Of the container `id`, whose first process is `pid` as the engine sees it. Null when its files are not those of
  // this machine, or cannot be read.
  static std::unique_ptr<CgroupFiles> Open(int64_t pid, const std::string& id,
                                           const std::filesystem::path& proc = "/proc",
                                           const std::filesystem::path& root = "/sys/fs/cgroup");
  ~CgroupFiles();
  CgroupFiles(const CgroupFiles&) = delete;
  CgroupFiles& operator=(const CgroupFiles&) = delete;

  // Nothing once the group is gone. The page cache is looked up when the memory has moved by a MiB, at every fifth
  // read, and when `fresh`; a read between has the cache of then.
  std::optional<Usage> Read(bool fresh = false);
  // A file that changes when the group's last process ends; empty: there is none.
  const std::filesystem::path& Events() const { return events_; }

 private:
  enum File { kMemory, kMemoryPeak, kMemoryStat, kCpu, kCpuStat, kOom, kFiles };
  CgroupFiles() = default;
  bool OpenAll(bool second, const std::filesystem::path& memory, const std::filesystem::path& cpu,
               const std::filesystem::path& accounting);

  std::array<int, kFiles> fds_{-1, -1, -1, -1, -1, -1};
  bool second_ = true;                 // version
  uint64_t cache_ = 0, cache_at_ = 0;  // the page cache, and the memory when it was looked up
  int cache_age_ = 0;                  // reads since then; 0: never looked up
  std::filesystem::path events_;
};

}  // namespace sandbox::runner
