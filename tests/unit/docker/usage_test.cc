// What a container uses: control groups' files, and the samples that are kept.

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "runner/usage_log.h"
#include "support/temp_directory.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr Instant kStart{std::chrono::seconds(1'700'000'000)};
constexpr uint64_t kMi = 1 << 20;

void Put(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::vector<model::UsageSample> Samples(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return model::DecodeSamples(text.str());
}

TEST_CASE("control groups of version 2", "[runner]") {
  const testing::TempDirectory folder;
  const fs::path root = std::filesystem::path(folder.Path()) / "cgroup",
                 group = root / "system.slice" / "docker-abc.scope";
  Put(std::filesystem::path(folder.Path()) / "proc/7/cgroup", "0::/system.slice/docker-abc.scope\n");
  Put(root / "cgroup.controllers", "cpu memory\n");
  Put(group / "cgroup.events", "populated 1\n");
  Put(group / "memory.current", "1000\n");
  Put(group / "memory.events", "low 0\noom 3\noom_kill 2\noom_group_kill 0\n");
  Put(group / "memory.stat", "anon 5\nfile 6\ninactive_anon 7\ninactive_file 300\nactive_file 8\n");
  Put(group / "cpu.stat", "usage_usec 42\nuser_usec 40\nnr_throttled 1\nthrottled_usec 9\n");
  SECTION("all of it") {
    Put(group / "memory.peak", "5000\n");
    const auto files = CgroupFiles::Open(7, "abc", std::filesystem::path(folder.Path()) / "proc", root);
    REQUIRE(files);
    const auto usage = files->Read();
    REQUIRE(usage);
    CHECK(usage->memory_bytes == 700);
    CHECK(usage->memory_peak_bytes == 4700);
    CHECK(usage->cpu_us == 42);
    CHECK(usage->throttled_us == 9);
    CHECK(usage->oom_kills == 2);
    CHECK(files->Events() == group / "cgroup.events");
  }
  SECTION("the page cache is not looked up at every read") {
    const auto files = CgroupFiles::Open(7, "abc", std::filesystem::path(folder.Path()) / "proc", root);
    REQUIRE(files);
    CHECK(files->Read()->memory_bytes == 700);
    Put(group / "memory.stat", "inactive_file 200\n");
    Put(group / "memory.current", "1100\n");
    for (int i = 0; i < 4; ++i) CHECK(files->Read()->memory_bytes == 800);
    CHECK(files->Read()->memory_bytes == 900);
    Put(group / "memory.stat", "inactive_file 100\n");
    CHECK(files->Read()->memory_bytes == 900);
    CHECK(files->Read(true)->memory_bytes == 1000);
    Put(group / "memory.stat", "inactive_file 300\n");
    Put(group / "memory.current", "2000000\n");
    CHECK(files->Read()->memory_bytes == 1999700);
  }
  SECTION("an older kernel has no peak") {
    const auto files = CgroupFiles::Open(7, "abc", std::filesystem::path(folder.Path()) / "proc", root);
    REQUIRE(files);
    CHECK(files->Read()->memory_peak_bytes == 0);
  }
  SECTION("a process of that number that is not the container's") {
    CHECK_FALSE(CgroupFiles::Open(7, "other", std::filesystem::path(folder.Path()) / "proc", root));
    CHECK_FALSE(CgroupFiles::Open(8, "abc", std::filesystem::path(folder.Path()) / "proc", root));
    CHECK_FALSE(CgroupFiles::Open(0, "abc", std::filesystem::path(folder.Path()) / "proc", root));
  }
}

TEST_CASE("control groups of version 1", "[runner]") {
  const testing::TempDirectory folder;
  const fs::path root = std::filesystem::path(folder.Path()) / "cgroup";
  Put(std::filesystem::path(folder.Path()) / "proc/7/cgroup",
      "4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/docker/abc\n");
  Put(root / "memory/docker/abc/memory.usage_in_bytes", "1000\n");
  Put(root / "memory/docker/abc/memory.max_usage_in_bytes", "2000\n");
  Put(root / "memory/docker/abc/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n");
  Put(root / "memory/docker/abc/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
  Put(root / "cpuacct/docker/abc/cpuacct.usage", "42000\n");
  Put(root / "cpu/docker/abc/cpu.stat", "nr_throttled 1\nthrottled_time 9000\n");
  const auto files = CgroupFiles::Open(7, "abc", std::filesystem::path(folder.Path()) / "proc", root);
  REQUIRE(files);
  const auto usage = files->Read();
  REQUIRE(usage);
  CHECK(usage->memory_bytes == 700);
  CHECK(usage->memory_peak_bytes == 1700);
  CHECK(usage->cpu_us == 42);
  CHECK(usage->throttled_us == 9);
  CHECK(usage->oom_kills == 1);
  CHECK(files->Events().empty());
}

// Takes samples as often as it wants to, of a container that uses half a cpu.
struct Course {
  void Run(Duration time, uint64_t memory) {
    for (const Instant until = now + time; now < until; now += std::max<Duration>(log.Next(now), 1ms))
      log.Take({static_cast<uint64_t>(std::chrono::floor<std::chrono::microseconds>(now - kStart).count()) / 2, 0,
                memory, 0},
               now);
  }
  testing::TempDirectory folder;
  fs::path path = std::filesystem::path(folder.Path()) / "ns" / "pod.stat";
  UsageLog log{path};
  Instant now = kStart;
};

TEST_CASE_METHOD(Course, "samples: soon at first, each second, later every five", "[runner]") {
  log.Begin(kStart, 0);
  Run(5min, 10 * kMi);
  const size_t early = Samples(path).size();
  CHECK(early >= 300);
  CHECK(early <= 310);
  CHECK(Samples(path)[1].at_ms == 20);
  CHECK(Samples(path)[100].cpu_millis == 500);
  Run(10min, 10 * kMi);
  CHECK(Samples(path).size() >= early + 119);
  CHECK(Samples(path).size() <= early + 121);
  CHECK(log.PeakMemoryBytes() == 10 * kMi);
  CHECK(log.CpuMeanMillis() == 500);
}

TEST_CASE_METHOD(Course, "what the engine spent on making a container is no use of the task's", "[runner]") {
  log.Begin(kStart, 0);
  REQUIRE(log.Take({30'000, 0, kMi, 0}, kStart + 2ms) != nullptr);
  REQUIRE(log.Take({31'000, 0, kMi, 0}, kStart + 22ms) != nullptr);
  CHECK(Samples(path)[0].cpu_millis == 0);
  CHECK(Samples(path)[1].cpu_millis == 50);
}

TEST_CASE_METHOD(Course, "a first sample that is taken late says nothing of the cpu either", "[runner]") {
  log.Begin(kStart, 0);
  REQUIRE(log.Take({700'000, 0, kMi, 0}, kStart + 350ms) != nullptr);
  CHECK(Samples(path)[0].cpu_millis == 0);
}

TEST_CASE_METHOD(Course, "close to its limit a container is looked at five times a second", "[runner]") {
  log.Begin(kStart, 100 * kMi);
  Run(10s, 10 * kMi);
  const size_t before = Samples(path).size();
  Run(10s, 90 * kMi);
  CHECK(Samples(path).size() >= before + 45);
  CHECK(Samples(path).size() <= before + 52);
}

TEST_CASE_METHOD(Course, "want of memory: the curve ends at the limit, and so does the peak", "[runner]") {
  log.Begin(kStart, 100 * kMi);
  Run(3s, 50 * kMi);
  log.End(now, true);
  const auto samples = Samples(path);
  CHECK(samples.back().memory_bytes == 100 * kMi);
  CHECK(samples.back().flags == model::kSampleOomKilled);
  CHECK(samples.back().at_ms >= 3000);
  CHECK(log.PeakMemoryBytes() == 100 * kMi);
  Run(3s, 50 * kMi);
  CHECK(Samples(path).size() == samples.size());
}

TEST_CASE_METHOD(Course, "want of memory: what was left of it while it was killed is no part of the curve",
                 "[runner]") {
  log.Begin(kStart, 100 * kMi);
  Run(3s, 90 * kMi);
  const model::UsageSample* last = log.Take({1'500'000, 0, kMi / 2, 0}, now, true);
  REQUIRE(last != nullptr);
  CHECK(last->memory_bytes == kMi / 2);
  log.End(now + 5ms, true);
  const auto samples = Samples(path);
  CHECK(samples.back().memory_bytes == 100 * kMi);
  CHECK(samples[samples.size() - 2].memory_bytes == 90 * kMi);
}

TEST_CASE_METHOD(Course, "a long curve is thinned out and keeps its peak", "[runner]") {
  log.Begin(kStart, 0);
  Run(1min, 10 * kMi);
  Run(1s, 77 * kMi);
  Run(10h, 10 * kMi);
  const auto samples = Samples(path);
  CHECK(samples.size() <= model::kUsageSamplesMax);
  CHECK(samples.size() > model::kUsageSamplesMax / 2);
  CHECK(fs::file_size(path) <= 80 * 1024);
  CHECK(std::ranges::max(samples, {}, &model::UsageSample::memory_bytes).memory_bytes == 77 * kMi);
  CHECK(std::ranges::is_sorted(samples, {}, &model::UsageSample::at_ms));
  CHECK(samples[1000].cpu_millis == 500);
}

TEST_CASE_METHOD(Course, "a curve goes on after a restart, and begins anew with another container", "[runner]") {
  log.Begin(kStart, 0);
  Run(1min, 77 * kMi);
  const size_t before = Samples(path).size();
  UsageLog next{path};
  next.Begin(kStart, 0);
  CHECK(next.PeakMemoryBytes() == 77 * kMi);
  next.Take({1000, 0, kMi, 0}, now);
  CHECK(Samples(path).size() == before + 1);
  next.Begin(now, 0);
  next.Take({1000, 0, kMi, 0}, now + 1s);
  CHECK(Samples(path).size() == 1);
}

TEST_CASE("pairs of samples become one: mean cpu, larger memory, both flags", "[runner]") {
  const std::vector<model::UsageSample> samples = {{1000, 100, 5, 0}, {4000, 500, 3, 2}, {5000, 7, 9, 1}};
  CHECK(model::HalveSamples(samples) == std::vector<model::UsageSample>{{4000, 400, 5, 2}, {5000, 7, 9, 1}});
}

}  // namespace
}  // namespace sandbox::runner
