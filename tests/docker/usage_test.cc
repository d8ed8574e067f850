// What the runner keeps of pods on a real engine: what they used, when what happened, what they said, and their files.

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "docker/runner_fixture.h"
#include "docker/tar.h"
#include "sandbox/model/pod_files.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kMi = 1 << 20;

std::string Content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::filesystem::path Beside(const RunnerFixture& world, const PodSpec& pod, const char* extension) {
  return PodLogPath(world.options.log_dir, pod.pod_namespace, pod.name).replace_extension(extension);
}

TEST_CASE("a pod's end tells what it used and when what happened", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("used", "x=$(head -c 20000000 /dev/zero | tr '\\0' x); sleep 2; echo ${#x}");
  pod.containers[0].memory_limit_bytes = 256 * kMi;
  const PodReport end = world.RunToEnd(pod);
  REQUIRE(end.containers.at(0).exit_code == 0);
  const model::PodFacts& facts = end.facts;
  CHECK(facts.image_id.starts_with("sha256:"));
  CHECK(facts.container_id.size() == 64);
  CHECK(facts.at.started > Instant{});
  CHECK(facts.at.ended >= facts.at.started + 2s);
  CHECK(facts.at.pull_started == Instant{});
  CHECK_FALSE(facts.oom_killed);
  CHECK(facts.peak_memory_bytes > 15 * kMi);
  CHECK(facts.peak_memory_bytes < 256 * kMi);
  CHECK(facts.cpu_mean_millis.value_or(0) > 0);
  const auto samples = model::DecodeSamples(Content(Beside(world, pod, ".stat")));
  CHECK(samples.size() >= 3);
  CHECK(std::ranges::max(samples, {}, &model::UsageSample::memory_bytes).memory_bytes > 15 * kMi);
}

TEST_CASE("want of memory: the last sample lies at the limit", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("oom", "sleep 1; tail /dev/zero");
  pod.containers[0].memory_limit_bytes = 32 * kMi;
  const PodReport end = world.RunToEnd(pod);
  CHECK(end.facts.oom_killed);
  CHECK(end.facts.peak_memory_bytes == 32 * kMi);
  const auto samples = model::DecodeSamples(Content(Beside(world, pod, ".stat")));
  REQUIRE(samples.size() >= 2);
  CHECK(samples.back().memory_bytes == 32 * kMi);
  CHECK(samples.back().flags == model::kSampleOomKilled);
}

TEST_CASE("a log is told as it grows, and has an index with both streams", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  std::vector<std::pair<uint64_t, bool>> told;
  world.options.on_log = [&](const std::string&, const std::string&, uint64_t bytes, uint64_t, bool complete) {
    told.emplace_back(bytes, complete);
  };
  world.NewRunner();
  const PodSpec pod = world.Pod("log", "echo out; sleep 0.5; echo err >&2; sleep 0.5; echo more");
  world.RunToEnd(pod);
  world.ReleaseAndAwait(pod);
  REQUIRE(told.size() >= 3);
  CHECK(told.front().second == false);
  CHECK(told.back() == std::pair<uint64_t, bool>(13, true));
  CHECK(world.LogOf(pod) == "out\nerr\nmore\n");
  const auto index = model::DecodeLogIndex(Content(Beside(world, pod, ".idx")));
  REQUIRE(index.size() == 3);
  CHECK(index[0].offset == 0);
  CHECK_FALSE(index[0].is_stderr);
  CHECK(index[1].offset == 4);
  CHECK(index[1].line == 1);
  CHECK(index[1].is_stderr);
  CHECK(index[1].time_ms >= index[0].time_ms + 400);
  CHECK(index[2].offset == 8);
  CHECK_FALSE(index[2].is_stderr);
}

TEST_CASE("files of any size go into a container and out of it", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("files", "cat /in/data /in/data > /out/data");
  pod.files = FileInterface{.input_path = "/in",
                            .output_path = "/out",
                            .input_archive = world.folder / "in.tar",
                            .output_archive = world.folder / "out.tar"};
  const size_t bytes = GENERATE(size_t{0}, size_t{1}, size_t{5'000'000});
  std::string data(bytes, '\0');
  for (size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i * i % 251);
  std::ofstream(world.folder / "in.tar", std::ios::binary) << docker::TarOf({{"in/data", data}});
  const PodReport end = world.RunToEnd(pod);
  CHECK(end.containers.at(0).exit_code == 0);
  CHECK(end.message.empty());
  const auto out = docker::FirstFileOfTar(Content(world.folder / "out.tar"), 100'000'000);
  REQUIRE(out);
  CHECK(*out == data + data);
}

TEST_CASE("an archive that is not there ends the attempt, and one that is too large is named", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  world.options.output_bytes_max = 1000;
  world.NewRunner();
  PodSpec pod = world.Pod("nofiles", "head -c 100000 /dev/zero > /out/data");
  pod.files = FileInterface{
      .output_path = "/out", .input_archive = world.folder / "in.tar", .output_archive = world.folder / "out.tar"};
  SECTION("no input") {
    const PodReport end = world.RunToEnd(pod);
    CHECK(end.containers.at(0).reason == EndReason::kStartError);
    CHECK(end.containers.at(0).message.find("in.tar") != std::string::npos);
  }
  SECTION("too much output") {
    std::ofstream(world.folder / "in.tar", std::ios::binary) << docker::TarOf({});
    CHECK(world.RunToEnd(pod).message.find("larger than 1000 bytes") != std::string::npos);
  }
}

}  // namespace
}  // namespace sandbox::runner
