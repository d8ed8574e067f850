// Pods of several containers on a real engine.

#include <catch2/catch.hpp>

#include "docker/runner_fixture.h"
#include "runner/container_config.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;

ContainerSpec Container(const std::string& name, const std::string& script, bool init = false) {
  ContainerSpec container;
  container.name = name;
  container.image = "busybox:latest";
  container.args = {"sh", "-c", script};
  if (init) container.role = ContainerRole::kInit;
  return container;
}

size_t Left(RunnerFixture& world) {
  const auto left = world.Await(world.client->List(Cat(kInstanceLabel, "=", world.instance)));
  return left ? left->size() : 99;
}

TEST_CASE("all must end when no primary is named", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("all", "");
  pod.containers = {Container("first", "exit 0", true),
                    Container("primary", "nc -l -p 7000 -e sh -c 'cat > /tmp/got'; cat /tmp/got"),
                    Container("helper", "while ! echo hello | nc localhost 7000; do sleep 0.1; done; exit 5")};
  pod.primary = 1;
  const PodReport end = world.RunToEnd(pod);
  REQUIRE(end.state == PodState::kFinished);
  REQUIRE(end.containers.size() == 3);
  CHECK(end.containers[0].name == "first");
  CHECK(end.containers[1].name == "primary");
  CHECK(end.containers[1].exit_code == 0);
  CHECK(end.containers[2].name == "helper");
  CHECK(end.containers[2].exit_code == 5);
  CHECK(Left(world) == 3);
  world.runner->Release(pod.id);
  world.Until("removal", [&] { return Left(world) == 0; });
  CHECK(world.LogOf(pod) == "hello\n");
}

TEST_CASE("a named primary ends the pod and the others are stopped", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("primary", "");
  pod.containers = {Container("primary", "sleep 0.5; exit 3"), Container("helper", "sleep 600")};
  pod.end_rule = EndRule::kPrimary;
  const PodReport end = world.RunToEnd(pod);
  REQUIRE(end.containers.size() == 1);
  CHECK(end.containers[0].exit_code == 3);
  world.runner->Release(pod.id);
  world.Until("removal", [&] { return Left(world) == 0; });
}

TEST_CASE("containers of a pod share its volumes, which go with it", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("share", "");
  pod.volumes = {{"scratch", ""}, {"other", ""}};
  pod.containers = {Container("first", "echo from first > /scratch/a", true),
                    Container("primary", "while [ ! -s /in/b ]; do sleep 0.1; done; cat /in/a /in/b; touch /in/c"),
                    Container("helper", "cp /scratch/a /scratch/b; stat -c %a /o")};
  for (size_t i : {0, 2}) pod.containers[i].mounts = {{"scratch", "/scratch", false}};
  pod.containers[1].mounts = {{"scratch", "/in", true}};
  pod.containers[2].mounts.push_back({"other", "/o", false});
  pod.containers[2].user = "1234:1234";
  pod.containers[1].message_policy = MessagePolicy::kFallbackToLogs;
  pod.primary = 1;
  const PodReport end = world.RunToEnd(pod);
  REQUIRE(end.containers.size() == 3);
  CHECK(end.containers[0].exit_code == 0);
  CHECK(end.containers[1].exit_code == 1);
  // The engine reads the two streams by themselves: a line of one may come between two of the other.
  const std::string& said = end.containers[1].message;
  const size_t first = said.find("from first\n");
  CHECK((first != std::string::npos && said.find("from first\n", first + 1) != std::string::npos));
  CHECK(end.containers[1].message.find("Read-only file system") != std::string::npos);
  CHECK(end.containers[2].exit_code == 0);
  const auto volumes = [&] {
    const auto listed = world.Await(world.client->ListVolumes(Cat(kInstanceLabel, "=", world.instance)));
    return listed ? listed->size() : 99;
  };
  CHECK(volumes() == 2);
  SECTION("by its release") { world.runner->Release(pod.id); }
  SECTION("by the release of a runner that never knew it") {
    world.NewRunner();
    world.runner->Release(pod.id);
  }
  SECTION("by a sweep") {
    world.options.creation_grace = 0s;
    world.NewRunner();
    world.runner->Sweep({});
  }
  world.Until("removal", [&] { return Left(world) == 0 && volumes() == 0; });
}

TEST_CASE("a primary that ends first is reported as such", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("first", "");
  pod.containers = {Container("primary", "sleep 1"), Container("helper", "sleep 600")};
  pod.end_rule = EndRule::kPrimary;
  CHECK(world.RunToEnd(pod).containers.size() == 1);
  world.runner->Release(pod.id);
  world.Until("removal", [&] { return Left(world) == 0; });
}

TEST_CASE("a sidecar shares the volumes, is started again, and is stopped with the pod", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("sidecar", "");
  pod.volumes = {{"scratch", ""}};
  pod.containers = {Container("proxy", "echo x >> /scratch/lives; exit 5"),
                    Container("primary", "while [ $(wc -l < /scratch/lives) -lt 3 ]; do sleep 0.1; done")};
  for (ContainerSpec& container : pod.containers) container.mounts = {{"scratch", "/scratch", false}};
  pod.containers[0].role = ContainerRole::kSidecar;
  pod.primary = 1;
  const PodReport end = world.RunToEnd(pod);
  REQUIRE(end.containers.size() == 1);
  CHECK(end.containers[0].exit_code == 0);
  world.runner->Release(pod.id);
  world.Until("removal", [&] { return Left(world) == 0; });
}

TEST_CASE("an init container that fails ends the pod", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("init", "");
  pod.containers = {Container("first", "echo no; exit 6", true), Container("primary", "true")};
  pod.primary = 1;
  const PodReport end = world.RunToEnd(pod);
  REQUIRE(end.containers.size() == 1);
  CHECK(end.containers[0].exit_code == 6);
  CHECK(end.containers[0].message.empty());
  CHECK(!world.Await(world.client->Inspect(pod.name)));
}

TEST_CASE("a pod of several containers is stopped, and removed after a restart of ours", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("stop", "");
  pod.containers = {Container("primary", "sleep 600"), Container("helper", "sleep 600")};
  world.runner->Start(pod);
  world.Until("both", [&] { return Left(world) == 2; });
  SECTION("stopped") {
    world.runner->Stop(pod.id, 0s);
    CHECK(world.AwaitEnd(pod).state == PodState::kFinished);
    world.runner->Release(pod.id);
  }
  SECTION("released by name") {
    world.NewRunner();
    world.runner->Release(pod.id);
  }
  world.Until("removal", [&] { return Left(world) == 0; });
}

}  // namespace
}  // namespace sandbox::runner
