// The runner on a real engine keeps the contract of the port.

#include <catch2/catch.hpp>

#include "docker/runner_fixture.h"
#include "ports/container_runner.h"
#include "runner/container_config.h"

namespace sandbox::runner {
namespace {

using testing::Act;
using testing::Part;

class DockerBench final : public testing::RunnerBench {
 public:
  DockerBench() {
    world_.options.creation_grace = Duration::zero();
    Restart();
  }

  PodSpec Pod(const std::string& name, const std::vector<Part>& parts) override {
    PodSpec pod = world_.Pod(name, "");
    pod.containers.clear();
    for (const Part& part : parts) {
      ContainerSpec& container = pod.containers.emplace_back();
      container.name = part.name;
      container.role = part.role;
      container.image = part.act == Act::kHasNoImage ? "localhost:1/nothing-here:v1" : "busybox:latest";
      container.args = ArgsOf(part.act);
      if (part.act == Act::kRunsOutOfMemory) container.memory_limit_bytes = 32 << 20;
    }
    return pod;
  }
  ContainerRunner& Runner() override { return *world_.runner; }
  void Restart() override {
    reports.clear();
    world_.NewRunner();
    world_.runner->OnReport([this](PodReport report) { reports[report.id].push_back(std::move(report)); });
  }
  void Until(const std::string& what, const std::function<bool()>& condition) override {
    world_.Until(what, condition);
  }
  bool Exists(const PodSpec& pod) override { return !Containers(pod).empty(); }
  void RemoveByHand(const PodSpec& pod) override {
    for (const docker::ContainerSummary& each : Containers(pod)) REQUIRE(world_.Await(world_.client->Remove(each.id)));
  }

 private:
  static std::vector<std::string> ArgsOf(Act act) {
    switch (act) {
      case Act::kSucceeds:
      case Act::kHasNoImage: break;
      case Act::kFails: return {"sh", "-c", "exit 3"};
      case Act::kRunsOutOfMemory: return {"tail", "/dev/zero"};
      case Act::kWaits: return {"sh", "-c", "trap 'exit 143' TERM; while true; do sleep 0.1; done"};
      case Act::kHasNoProgram: return {"/no/such/program"};
    }
    return {"true"};
  }
  std::vector<docker::ContainerSummary> Containers(const PodSpec& pod) {
    auto listed = world_.Await(world_.client->List(Cat(kPodLabel, "=", pod.name)));
    REQUIRE(listed);
    return *std::move(listed);
  }

  RunnerFixture world_;
};

TEST_CASE("the Docker runner keeps the contract", "[docker][ports]") {
  if (NoEngine()) return;
  testing::CheckContainerRunner([] { return std::make_unique<DockerBench>(); });
}

}  // namespace
}  // namespace sandbox::runner
