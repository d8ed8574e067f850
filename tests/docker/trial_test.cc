// Commands in containers that belong to no attempt, on a real engine.

#include "runner/trial.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "docker/runner_fixture.h"
#include "runner/container_config.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;

struct TrialFixture : RunnerFixture {
  Trial trial{options.engine, {instance, {}, "10.1.2.3"}};
  Result<std::string> Run(const std::string& script, std::chrono::milliseconds limit = 60s) {
    return trial.Run("busybox:latest", {"sh", "-c", script}, limit);
  }
  std::vector<docker::ContainerSummary> Left() {
    return Await(client->List(Cat(kInstanceLabel, "=", instance))).value();
  }
};

TEST_CASE("a trial prints what it prints, knows the names of the platform, and leaves nothing", "[docker]") {
  if (NoEngine()) return;
  TrialFixture world;
  const auto said = world.Run("grep minio /etc/hosts; echo error >&2; exit 3");
  REQUIRE(said);
  // Two streams, in any order.
  CHECK(said->size() == std::string("10.1.2.3\tflyte-sandbox-minio.flyte\nerror\n").size());
  CHECK(said->find("10.1.2.3\tflyte-sandbox-minio.flyte\n") != std::string::npos);
  CHECK(said->find("error\n") != std::string::npos);
  CHECK(world.Left().empty());
}

TEST_CASE("a trial that takes too long is given up and removed", "[docker]") {
  if (NoEngine()) return;
  TrialFixture world;
  const auto late = world.Run("sleep 600", 3s);
  REQUIRE(!late);
  CHECK(late.error().reason == "ENGINE_TIMEOUT");
  CHECK(world.Left().empty());
  CHECK(world.Run("echo again").value() == "again\n");
}

TEST_CASE("an image that is not there, and one without the program, say so", "[docker]") {
  if (NoEngine()) return;
  TrialFixture world;
  const auto none = world.trial.Run("sandbox-test/nowhere:v1", {"sh"}, 60s);
  REQUIRE(!none);
  CHECK(none.error().reason == "NO_SUCH_IMAGE");
  const auto unable = world.trial.Run("busybox:latest", {"/no/such/program"}, 60s);
  REQUIRE(!unable);
  CHECK(unable.error().reason == "BAD_REQUEST");
  CHECK(world.Left().empty());
}

TEST_CASE("a trial that is under way ends with its owner", "[docker]") {
  if (NoEngine()) return;
  TrialFixture world;
  Result<std::string> said;
  std::thread runs([&] { said = world.Run("sleep 600"); });
  const auto is_running = [&] {
    const auto left = world.Left();
    return left.size() == 1 && left[0].state == "running";
  };
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!is_running() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  world.trial.Close();
  runs.join();
  REQUIRE(!said);
  CHECK(said.error().reason == "ENGINE_CLOSED");
}

}  // namespace
}  // namespace sandbox::runner
