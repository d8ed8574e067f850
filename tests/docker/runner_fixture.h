#pragma once

// A runner on a real engine, on a loop that the test turns by hand.

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "docker/client.h"
#include "docker/context_loop.h"
#include "runner/docker_runner.h"
#include "support/thread_workers.h"

namespace sandbox::runner {

class RunnerFixture {
 public:
  RunnerFixture();
  ~RunnerFixture();  // removes every container of the instance

  void NewRunner();  // drops the old one, as a restart does
  // `script` in busybox's shell.
  PodSpec Pod(const std::string& execution, const std::string& script);
  // Turns the loop until `condition` holds; fails the test with `what` and the reports so far after `seconds`.
  void Until(const std::string& what, std::function<bool()> condition, int seconds = 60);
  // Starts it and waits for its end.
  PodReport RunToEnd(const PodSpec& pod);
  PodReport AwaitEnd(const PodSpec& pod);
  void ReleaseAndAwait(const PodSpec& pod);
  bool Saw(const PodSpec& pod, model::PodWait code) const;
  bool Saw(const PodSpec& pod, PodState state) const;
  std::string LogOf(const PodSpec& pod) const;
  template <typename T>
  Result<T> Await(docker::Task<T> call);

  boost::asio::io_context loop;
  ContextLoop timers{loop};
  testing::ThreadWorkers workers;
  std::string instance;
  std::filesystem::path folder;
  DockerRunnerOptions options;
  std::unique_ptr<docker::Client> client;
  std::unique_ptr<DockerRunner> runner;
  std::map<AttemptId, std::vector<PodReport>> reports;

 private:
  void Turn(std::function<boost::asio::awaitable<void>()> work);
};

// True when there is no engine to test with: the case is counted, and the run does not pass (ctest: skipped).
bool NoEngine();

template <typename T>
Result<T> RunnerFixture::Await(docker::Task<T> call) {
  Result<T> result = Internal("not awaited");
  auto pending = std::make_shared<docker::Task<T>>(std::move(call));
  Turn([&result, pending]() -> boost::asio::awaitable<void> { result = co_await std::move(*pending); });
  return result;
}

}  // namespace sandbox::runner
