// The simulation's containers keep the contract that Docker's do.

#include "sim/fake_runner.h"

#include <catch2/catch.hpp>

#include "ports/container_runner.h"
#include "sandbox/base/names.h"

namespace sandbox::testing {
namespace {

using namespace std::chrono_literals;

class FakeBench final : public RunnerBench {
 public:
  FakeBench() {
    engine_.act = [this](const PodSpec& pod, size_t index) { return ActOf(acts_.at(pod.name).at(index)); };
    Restart();
  }

  PodSpec Pod(const std::string& name, const std::vector<Part>& parts) override {
    PodSpec pod;
    pod.id = {{{"p", "d", name}, "n0"}, 0};
    pod.name = GeneratedName(pod.id);
    pod.pod_namespace = pod.id.node.execution.Namespace();
    for (const Part& part : parts) {
      ContainerSpec& container = pod.containers.emplace_back();
      container.name = part.name;
      container.role = part.role;
      container.args = {Cat("s3://my-s3-bucket/", name, "/out"), Cat("s3://my-s3-bucket/", name, "/in")};
      acts_[pod.name].push_back(part.act);
    }
    return pod;
  }
  ContainerRunner& Runner() override { return *runner_; }
  void Restart() override {
    reports.clear();
    runner_ = std::make_unique<sim::FakeRunner>(engine_, objects_, clock_, sim::Bug::kNone, sim::Program{}, [this] {
      return ++delays_ % 2 == 0 ? Duration(100ms) : Duration(101ms) + Duration(1);
    });
    runner_->OnReport([this](PodReport report) { reports[report.id].push_back(std::move(report)); });
  }
  void Until(const std::string& what, const std::function<bool()>& condition) override {
    for (int i = 0; i < 1000 && !condition(); ++i) {
      if (!runner_->bag.empty()) {
        runner_->Deliver(0, false);
      } else {
        clock_.now += 50ms;
        runner_->Progress();
      }
    }
    INFO(what);
    REQUIRE(condition());
  }
  bool Exists(const PodSpec& pod) override { return engine_.containers.contains(pod.id); }
  void RemoveByHand(const PodSpec& pod) override { runner_->Vanish(pod.id); }

 private:
  static sim::Act ActOf(Act act) {
    switch (act) {
      case Act::kSucceeds: break;
      case Act::kFails: return {.exit_code = 3};
      case Act::kRunsOutOfMemory: return {.exit_code = 137, .out_of_memory = true};
      case Act::kWaits: return {.hangs = true};
      case Act::kHasNoProgram: return {.never_starts = true};
      case Act::kHasNoImage: return {.no_image = true};
    }
    return {};
  }

  sim::FakeEngine engine_;
  sim::FakeObjects objects_;
  sim::FakeClock clock_;
  std::map<std::string, std::vector<Act>> acts_;  // by pod
  std::unique_ptr<sim::FakeRunner> runner_;
  int delays_ = 0;
};

TEST_CASE("the simulation's runner keeps the contract", "[ports]") {
  CheckContainerRunner([] { return std::make_unique<FakeBench>(); });
}

}  // namespace
}  // namespace sandbox::testing
