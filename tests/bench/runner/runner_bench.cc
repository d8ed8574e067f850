// No-op containers through the runner and through the bare API (create, start, wait, remove), one by one and eight at a
// time, in turns; and what samples of running containers and the indexes of their logs cost. Prints both sides and the
// ratio. Arguments: how many one by one (20), how many eight at a time (64), how many beside each other (64), for how
// many seconds each (20).

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <vector>

#include "docker/client.h"
#include "docker/context_loop.h"
#include "runner/docker_runner.h"
#include "sandbox/base/names.h"
#include "support/thread_workers.h"

namespace sandbox::runner {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

struct Bench {
  Bench(const docker::EngineAddress& engine, bool samples)
      : folder(std::filesystem::temp_directory_path() / Cat("sandbox-bench-", ::getpid())),
        client(loop.get_executor(), engine),
        runner(loop.get_executor(), timers, timers.clock, workers, Options(engine, samples)) {
    runner.OnReport([this](PodReport report) {
      if (report.state == PodState::kFinished || report.state == PodState::kLost) ended(report);
    });
  }
  ~Bench() { std::filesystem::remove_all(folder); }

  DockerRunnerOptions Options(const docker::EngineAddress& engine, bool samples) const {
    DockerRunnerOptions options;
    options.engine = engine;
    options.instance = Cat("bench-", ::getpid());
    options.log_dir = folder;
    options.platform_ip = "127.0.0.1";
    options.samples = options.log_index = samples;
    return options;
  }

  void Until(const std::function<bool()>& done) {
    while (!done()) {
      loop.restart();
      loop.run_one_for(std::chrono::seconds(1));
    }
  }

  void For(std::chrono::seconds time) {
    loop.restart();
    loop.run_for(time);
  }

  boost::asio::awaitable<void> RawOne() {
    docker::ContainerConfig config;
    config.name = Cat("bench-raw-", ::getpid(), "-", ++number);
    config.image = "busybox:latest";
    config.cmd = {"true"};
    const auto id = co_await client.Create(config);
    if (!id) std::abort();
    if (!co_await client.Start(*id)) std::abort();
    auto watch = co_await client.Watch(*id, docker::WaitFor::kNotRunning);
    if (!watch || !co_await (*watch)->Exit()) std::abort();
    if (!co_await client.Remove(*id)) std::abort();
    ++raw_done;
  }

  PodSpec Pod() {
    PodSpec pod;
    pod.id = {{{"p", "d", Cat("bench", ::getpid(), "x", ++number)}, "n0"}, 0};
    pod.name = GeneratedName(pod.id);
    pod.pod_namespace = "p-d";
    pod.containers.push_back({.name = pod.name, .image = "busybox:latest", .args = {"true"}});
    names.push_back(pod.name);
    return pod;
  }

  double RawLatency() {
    const auto began = Clock::now();
    const int before = raw_done;
    boost::asio::co_spawn(loop, RawOne(), boost::asio::detached);
    Until([&] { return raw_done > before; });
    return SecondsSince(began);
  }

  double RunnerLatency() {
    bool over = false;
    ended = [&](const PodReport&) { over = true; };
    const PodSpec pod = Pod();
    const auto began = Clock::now();
    runner.Start(pod);
    Until([&] { return over; });
    const double took = SecondsSince(began);
    runner.Release(pod.id);
    UntilRemoved({pod.name});
    return took;
  }

  void UntilRemoved(const std::vector<std::string>& names) {
    bool gone = false;
    auto look = [this, &names, &gone]() -> boost::asio::awaitable<void> {
      for (const std::string& name : names) {
        while (co_await client.Inspect(name)) continue;
      }
      gone = true;
    };
    boost::asio::co_spawn(loop, look, boost::asio::detached);
    Until([&] { return gone; });
  }

  double RawMany(int count) {
    int started = 0;
    const int before = raw_done;
    const auto began = Clock::now();
    Until([&] {
      while (started < count && started - (raw_done - before) < 8) {
        ++started;
        boost::asio::co_spawn(loop, RawOne(), boost::asio::detached);
      }
      return raw_done - before == count;
    });
    return SecondsSince(began);
  }

  double RunnerMany(int count) {
    int started = 0, over = 0;
    names.clear();
    ended = [&](const PodReport& report) {
      ++over;
      runner.Release(report.id);
    };
    const auto began = Clock::now();
    Until([&] {
      while (started < count && started - over < 8) {
        ++started;
        runner.Start(Pod());
      }
      return over == count;
    });
    UntilRemoved(names);
    return SecondsSince(began);
  }

  boost::asio::io_context loop;
  ContextLoop timers{loop};
  std::filesystem::path folder;
  docker::Client client;
  testing::ThreadWorkers workers;
  DockerRunner runner;
  std::function<void(const PodReport&)> ended;
  std::vector<std::string> names;  // of the pods that were made
  int number = 0;
  int raw_done = 0;
};

// Cpu time of this process so far, in seconds.
double CpuSeconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// What a runner's process takes of a core while `count` containers run and print a line each second.
double Share(const docker::EngineAddress& engine, int count, bool samples, std::chrono::seconds time) {
  Bench bench(engine, samples);
  int running = 0;
  bench.runner.OnReport([&](const PodReport& report) { running += report.state == PodState::kRunning; });
  std::vector<AttemptId> ids;
  for (int i = 0; i < count; ++i) {
    PodSpec pod = bench.Pod();
    pod.containers[0].args = {"sh", "-c", "while true; do date; sleep 1; done"};
    pod.containers[0].memory_limit_bytes = 64 << 20;
    ids.push_back(pod.id);
    bench.runner.Start(std::move(pod));
  }
  bench.Until([&] { return running >= count; });
  // The first samples of a container come faster.
  bench.For(std::chrono::seconds(3));
  const double before = CpuSeconds();
  const auto began = Clock::now();
  bench.For(time);
  const double share = (CpuSeconds() - before) / SecondsSince(began);
  int ended = 0;
  bench.runner.OnReport([&](const PodReport& report) { ended += report.state == PodState::kFinished; });
  for (const AttemptId& id : ids) bench.runner.Stop(id, Duration::zero());
  bench.Until([&] { return ended >= count; });
  for (const AttemptId& id : ids) bench.runner.Release(id);
  bench.UntilRemoved(bench.names);
  return share;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Main(int argc, char** argv) {
  const int singles = argc > 1 ? std::atoi(argv[1]) : 20;
  const int many = argc > 2 ? std::atoi(argv[2]) : 64;
  const auto engine = docker::ResolveEngine("");
  if (!engine) {
    std::fprintf(stderr, "%s\n", engine.error().message.c_str());
    return 1;
  }
  const int beside = argc > 3 ? std::atoi(argv[3]) : 64;
  const std::chrono::seconds time(argc > 4 ? std::atoi(argv[4]) : 20);
  const double without = Share(*engine, beside, false, time);
  const double with = Share(*engine, beside, true, time);
  std::printf(
      "%d containers that run: %.2f %% of a core without samples and indexes, %.2f %% with, added %.2f %% of a core "
      "(goal at most 0.50)\n",
      beside, without * 100, with * 100, (with - without) * 100);
  Bench bench(*engine, true);
  bench.RawLatency();
  bench.RunnerLatency();
  std::vector<double> raw, ours;
  for (int i = 0; i < singles; ++i) {
    raw.push_back(bench.RawLatency());
    ours.push_back(bench.RunnerLatency());
  }
  std::printf("one by one, median of %d: raw %.1f ms, runner %.1f ms, ratio %.3f (goal at most 1.10)\n", singles,
              Median(raw) * 1e3, Median(ours) * 1e3, Median(ours) / Median(raw));
  double raw_time = 0, our_time = 0;
  for (int round = 0; round < 4; ++round) {
    raw_time += bench.RawMany(many / 4);
    our_time += bench.RunnerMany(many / 4);
  }
  const int count = many / 4 * 4;
  std::printf("eight at a time, %d: raw %.2f/s, runner %.2f/s, ratio %.3f (goal at least 0.95)\n", count,
              count / raw_time, count / our_time, raw_time / our_time);
  return 0;
}

}  // namespace
}  // namespace sandbox::runner

int main(int argc, char** argv) { return sandbox::runner::Main(argc, argv); }
