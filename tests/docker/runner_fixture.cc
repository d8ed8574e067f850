#define CATCH_CONFIG_EXTERNAL_INTERFACES  // listeners
#include "docker/runner_fixture.h"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <random>
#include <sstream>

#include "runner/container_config.h"
#include "sandbox/base/names.h"

namespace sandbox::runner {
namespace {

constexpr int kExitSkipped = 77;  // SKIP_RETURN_CODE of the CMakeLists.txt

std::optional<docker::EngineAddress> Engine() {
  static const Result<docker::EngineAddress> engine = docker::ResolveEngine("");
  return engine ? std::optional(*engine) : std::nullopt;
}

// Cases that did nothing.
int skipped = 0;

// A run that skipped is no run that passed: it ends with what ctest counts as skipped, or as failed when a case failed.
class SkippedCases final : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;
  void testRunEnded(const Catch::TestRunStats& stats) override {
    if (skipped == 0) return;
    std::printf("%d case(s) skipped: no Docker Engine answers\n", skipped);
    if (!stats.totals.testCases.allOk()) return;
    std::fflush(nullptr);
    std::_Exit(kExitSkipped);
  }
};
CATCH_REGISTER_LISTENER(SkippedCases)

std::string RandomName() {
  std::random_device random;
  return Cat("t", random() % 1'000'000'000, "x", ::getpid());
}

}  // namespace

bool NoEngine() {
  if (Engine()) return false;
  ++skipped;
  return true;
}

RunnerFixture::RunnerFixture()
    : instance(RandomName()), folder(std::filesystem::temp_directory_path() / ("sandbox-" + instance)) {
  std::filesystem::create_directories(folder);
  options.engine = Engine().value_or(docker::EngineAddress{});
  options.instance = instance;
  options.log_dir = folder / "logs";
  options.platform_ip = "127.0.0.1";
  client = std::make_unique<docker::Client>(loop.get_executor(), options.engine);
  if (const auto version = Await(client->Version())) options.podman = version->podman;
  NewRunner();
}

RunnerFixture::~RunnerFixture() {
  runner.reset();
  if (auto containers = Await(client->List(Cat(kInstanceLabel, "=", instance)))) {
    for (const auto& container : *containers) static_cast<void>(Await(client->Remove(container.id)));
  }
  client->Close();
  loop.restart();
  loop.run_for(std::chrono::seconds(2));
  std::filesystem::remove_all(folder);
}

void RunnerFixture::NewRunner() {
  runner.reset();
  runner = std::make_unique<DockerRunner>(loop.get_executor(), timers, timers.clock, workers, options);
  runner->OnReport([this](PodReport report) { reports[report.id].push_back(std::move(report)); });
}

PodSpec RunnerFixture::Pod(const std::string& execution, const std::string& script) {
  PodSpec pod;
  pod.id = {{{"flytesnacks", "development", instance + execution}, "n0"}, 0};
  pod.name = GeneratedName(pod.id);
  pod.pod_namespace = pod.id.node.execution.Namespace();
  pod.labels = {{"execution-id", pod.id.node.execution.name}, {"node-id", "n0"}};
  ContainerSpec container;
  container.name = pod.name;
  container.image = "busybox:latest";
  container.args = {"sh", "-c", script};
  container.message_policy = MessagePolicy::kFallbackToLogs;
  pod.containers.push_back(container);
  return pod;
}

void RunnerFixture::Until(const std::string& what, std::function<bool()> condition, int seconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      std::ostringstream seen;
      for (const auto& [id, all] : reports) {
        for (const auto& each : all)
          seen << id.node.execution.name << " state " << static_cast<int>(each.state) << " "
               << model::WordsOf(each.wait).status << " " << model::WordsOf(each.wait).sentence << " " << each.message
               << "\n";
      }
      FAIL(what << " did not happen; reports:\n" << seen.str());
    }
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds(20));
  }
}

void RunnerFixture::Turn(std::function<boost::asio::awaitable<void>()> work) {
  bool done = false;
  boost::asio::co_spawn(loop, work, [&done](std::exception_ptr) { done = true; });
  Until("an engine call", [&done] { return done; });
}

PodReport RunnerFixture::RunToEnd(const PodSpec& pod) {
  runner->Start(pod);
  return AwaitEnd(pod);
}

PodReport RunnerFixture::AwaitEnd(const PodSpec& pod) {
  Until("the end of " + pod.name, [&] { return Saw(pod, PodState::kFinished) || Saw(pod, PodState::kLost); });
  return reports[pod.id].back();
}

void RunnerFixture::ReleaseAndAwait(const PodSpec& pod) {
  runner->Release(pod.id);
  Until("the removal of " + pod.name, [&] {
    auto found = Await(client->Inspect(pod.name));
    return !found && found.error().reason == "NO_SUCH_CONTAINER";
  });
}

bool RunnerFixture::Saw(const PodSpec& pod, model::PodWait code) const {
  const auto found = reports.find(pod.id);
  if (found == reports.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [&](const PodReport& each) { return each.wait.code == code; });
}

bool RunnerFixture::Saw(const PodSpec& pod, PodState state) const {
  const auto found = reports.find(pod.id);
  if (found == reports.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [&](const PodReport& each) { return each.state == state; });
}

std::string RunnerFixture::LogOf(const PodSpec& pod) const {
  std::ifstream in(PodLogPath(options.log_dir, pod.pod_namespace, pod.name), std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace sandbox::runner
