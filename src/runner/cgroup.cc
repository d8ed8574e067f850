#include "runner/cgroup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

namespace sandbox::runner {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBytesMax = 8192;
constexpr uint64_t kNanosPerMicro = 1000;
constexpr uint64_t kMovedBytes = 1 << 20;
constexpr int kCacheReads = 5;

// The paths of a process by controller; version 2's has none.
std::map<std::string, std::string> PathsOf(const fs::path& file) {
  std::map<std::string, std::string> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::istringstream controllers(line.substr(first + 1, second - first - 1));
    const std::string path = line.substr(second + 1);
    if (second == first + 1) out[""] = path;
    for (std::string each; std::getline(controllers, each, ',');) out[each] = path;
  }
  return out;
}

std::string_view ReadAll(int fd, std::array<char, kBytesMax>& buffer) {
  const ssize_t got = fd < 0 ? -1 : ::pread(fd, buffer.data(), buffer.size(), 0);
  return {buffer.data(), got < 0 ? 0 : static_cast<size_t>(got)};
}

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

// The number behind `key`, which begins a line.
uint64_t Find(std::string_view text, std::string_view key) {
  for (size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if ((at == 0 || text[at - 1] == '\n') && text.substr(at + key.size()).starts_with(' '))
      return Number(text.substr(at + key.size() + 1)).value_or(0);
  }
  return 0;
}

}  // namespace

std::unique_ptr<CgroupFiles> CgroupFiles::Open(int64_t pid, const std::string& id, const fs::path& proc,
                                               const fs::path& root) {
  if (pid <= 0 || id.empty()) return nullptr;
  auto paths = PathsOf(proc / std::to_string(pid) / "cgroup");
  // The process of that number may be another machine's.
  std::erase_if(paths, [&id](const auto& entry) { return entry.second.find(id) == std::string::npos; });
  std::unique_ptr<CgroupFiles> out(new CgroupFiles);
  const auto below = [&](const fs::path& folder, const char* controller) {
    const auto found = paths.find(controller);
    return found == paths.end() ? fs::path() : folder / fs::path(found->second).relative_path();
  };
  std::error_code failed;
  const bool second = fs::exists(root / "cgroup.controllers", failed);
  const fs::path unified = below(second ? root : root / "unified", "");
  const bool opened = second ? out->OpenAll(true, unified, unified, unified)
                             : out->OpenAll(false, below(root / "memory", "memory"), below(root / "cpu", "cpu"),
                                            below(root / "cpuacct", "cpuacct"));
  if (!opened) return nullptr;
  if (!unified.empty() && fs::exists(unified / "cgroup.events", failed)) out->events_ = unified / "cgroup.events";
  return out;
}

bool CgroupFiles::OpenAll(bool second, const fs::path& memory, const fs::path& cpu, const fs::path& accounting) {
  second_ = second;
  if (memory.empty() || accounting.empty()) return false;
  const auto open = [this](File file, const fs::path& path) {
    fds_[file] = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    return fds_[file] >= 0;
  };
  // Older kernels of version 2 have no peak.
  open(kMemoryPeak, memory / (second ? "memory.peak" : "memory.max_usage_in_bytes"));
  open(kOom, memory / (second ? "memory.events" : "memory.oom_control"));
  if (!cpu.empty()) open(kCpuStat, cpu / "cpu.stat");
  const bool usage = second ? fds_[kCpuStat] >= 0 : open(kCpu, accounting / "cpuacct.usage");
  return usage && open(kMemory, memory / (second ? "memory.current" : "memory.usage_in_bytes")) &&
         open(kMemoryStat, memory / "memory.stat");
}

CgroupFiles::~CgroupFiles() {
  for (const int fd : fds_) {
    if (fd >= 0) ::close(fd);
  }
}

std::optional<Usage> CgroupFiles::Read(bool fresh) {
  std::array<char, kBytesMax> buffer;
  const auto total = Number(ReadAll(fds_[kMemory], buffer));
  if (!total) return std::nullopt;
  Usage out;
  const uint64_t moved = *total > cache_at_ ? *total - cache_at_ : cache_at_ - *total;
  if (fresh || cache_age_ == 0 || cache_age_ == kCacheReads || moved >= kMovedBytes) {
    cache_ = Find(ReadAll(fds_[kMemoryStat], buffer), second_ ? "inactive_file" : "total_inactive_file");
    cache_at_ = *total;
    cache_age_ = 0;
  }
  ++cache_age_;
  out.memory_bytes = *total - std::min(*total, cache_);
  if (const auto peak = Number(ReadAll(fds_[kMemoryPeak], buffer)))
    out.memory_peak_bytes = *peak - std::min(*peak, cache_);
  out.oom_kills = Find(ReadAll(fds_[kOom], buffer), "oom_kill");
  const std::string_view cpu = ReadAll(fds_[kCpuStat], buffer);
  out.throttled_us = second_ ? Find(cpu, "throttled_usec") : Find(cpu, "throttled_time") / kNanosPerMicro;
  if (second_) {
    if (cpu.empty()) return std::nullopt;
    out.cpu_us = Find(cpu, "usage_usec");
  } else {
    const auto nanos = Number(ReadAll(fds_[kCpu], buffer));
    if (!nanos) return std::nullopt;
    out.cpu_us = *nanos / kNanosPerMicro;
  }
  return out;
}

}  // namespace sandbox::runner
