// No-op containers through the runner and through the bare API (create, start, wait, remove), one by one and eight at a
// time, in turns. Prints both sides and the ratio. Arguments: how many one by one (20), how many eight at a time (64).

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

namespace sandbox::runner {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

struct Bench {
  explicit Bench(const docker::EngineAddress& engine)
      : folder(std::filesystem::temp_directory_path() / Cat("sandbox-bench-", ::getpid())),
        client(loop.get_executor(), engine),
        runner(loop.get_executor(), timers, timers.clock, Options(engine)) {
    runner.OnReport([this](PodReport report) {
      if (report.state == PodState::kFinished || report.state == PodState::kLost) ended(report);
    });
  }
  ~Bench() { std::filesystem::remove_all(folder); }

  DockerRunnerOptions Options(const docker::EngineAddress& engine) const {
    DockerRunnerOptions options;
    options.engine = engine;
    options.instance = Cat("bench-", ::getpid());
    options.log_dir = folder;
    options.platform_ip = "127.0.0.1";
    return options;
  }

  void Until(const std::function<bool()>& done) {
    while (!done()) {
      loop.restart();
      loop.run_one_for(std::chrono::seconds(1));
    }
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
    std::vector<std::string> names;
    ended = [&](const PodReport& report) {
      ++over;
      runner.Release(report.id);
    };
    const auto began = Clock::now();
    Until([&] {
      while (started < count && started - over < 8) {
        ++started;
        PodSpec pod = Pod();
        names.push_back(pod.name);
        runner.Start(std::move(pod));
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
  DockerRunner runner;
  std::function<void(const PodReport&)> ended;
  int number = 0;
  int raw_done = 0;
};

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
  Bench bench(*engine);
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
