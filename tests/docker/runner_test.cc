// The runner on a real engine.

#include <catch2/catch.hpp>
#include <chrono>

#include "docker/runner_fixture.h"
#include "runner/container_config.h"

namespace sandbox::runner {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a task that succeeds", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("ok", "echo '$(GREETING) $$(GREETING) $(NONE)'; hostname; cat /etc/hosts");
  pod.containers[0].env = {{"WHO", "world"}, {"GREETING", "never"}, {"GREETING", "hello $(WHO)"}};
  const PodReport end = world.RunToEnd(pod);
  REQUIRE(end.state == PodState::kFinished);
  REQUIRE(end.containers.size() == 1);
  CHECK(end.containers[0].exit_code == 0);
  CHECK(end.containers[0].reason == EndReason::kCompleted);
  CHECK(end.containers[0].message.empty());
  CHECK(end.containers[0].started_at > Instant{});
  CHECK(end.containers[0].finished_at >= end.containers[0].started_at);
  CHECK(end.occurred_at == end.containers[0].finished_at);

  const auto info = world.Await(world.client->Inspect(pod.name));
  REQUIRE(info);
  CHECK(info->labels.at(kInstanceLabel) == world.instance);
  CHECK(info->labels.at("execution-id") == pod.id.node.execution.name);
  CHECK(info->labels.at("project") == "flytesnacks");
  world.ReleaseAndAwait(pod);
  const std::string log = world.LogOf(pod);
  CHECK(log.starts_with("hello world $(GREETING) $(NONE)\n" + pod.name.substr(0, 63) + "\n"));
  CHECK(log.find("flyte-sandbox-grpc.flyte") != std::string::npos);
}

TEST_CASE("a task that fails: exit code, message, log", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  SECTION("the log's tail is the message") {
    const PodSpec pod = world.Pod("code", "echo one; echo two >&2; exit 7");
    const PodReport end = world.RunToEnd(pod);
    REQUIRE(end.state == PodState::kFinished);
    CHECK(end.containers[0].exit_code == 7);
    CHECK(end.containers[0].reason == EndReason::kError);
    CHECK(end.containers[0].message.find("one\n") != std::string::npos);
    CHECK(end.containers[0].message.find("two\n") != std::string::npos);
  }
  SECTION("the termination message, written by a user that is not root") {
    PodSpec pod = world.Pod("term", "echo noise; echo -n why > /dev/termination-log; exit 3");
    const PodReport end = world.RunToEnd(pod);
    CHECK(end.containers[0].exit_code == 3);
    CHECK(end.containers[0].message == "why");
  }
  SECTION("an executable that does not exist") {
    PodSpec pod = world.Pod("nofile", "");
    pod.containers[0].args = {"/no/such/file"};
    const PodReport end = world.RunToEnd(pod);
    REQUIRE(end.state == PodState::kFinished);
    CHECK(end.containers[0].exit_code == 128);
    CHECK(end.containers[0].reason == EndReason::kStartError);
    CHECK(end.containers[0].message.find("/no/such/file") != std::string::npos);
    world.ReleaseAndAwait(pod);
  }
}

TEST_CASE("a task that needs more memory than it has", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("oom", "tail /dev/zero");
  pod.containers[0].memory_limit_bytes = 32 << 20;
  const PodReport end = world.RunToEnd(pod);
  REQUIRE(end.state == PodState::kFinished);
  CHECK(end.containers[0].reason == EndReason::kOomKilled);
}

TEST_CASE("a process in a task that needs more memory than it has", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  const int code = GENERATE(0, 5);
  PodSpec pod = world.Pod("child", Cat("tail /dev/zero; exit ", code));
  pod.containers[0].memory_limit_bytes = 32 << 20;
  const PodReport end = world.RunToEnd(pod);
  CHECK(end.containers.at(0).exit_code == code);
  CHECK(end.containers.at(0).reason == EndReason::kOomKilled);
  // The shell says "Killed", which counts as a message only where the container failed.
  CHECK(end.containers.at(0).message.empty() == (code == 0));
}

TEST_CASE("a quota of more cpus than the engine has is none", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("wide", "true");
  pod.containers[0].cpu_quota_millis = 10'000'000;
  const PodReport end = world.RunToEnd(pod);
  REQUIRE(end.state == PodState::kFinished);
  CHECK(end.containers.at(0).exit_code == 0);
}

TEST_CASE("a container without the policy has no message of its log", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("policy", "echo noise; exit 7");
  pod.containers[0].message_policy = MessagePolicy::kFile;
  CHECK(world.RunToEnd(pod).containers.at(0).message.empty());
}

TEST_CASE("a long message keeps its end", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  PodSpec pod = world.Pod("long", "seq 2000 > /var/end; exit 7");
  pod.containers[0].message_path = "/var/end";
  const std::string message = world.RunToEnd(pod).containers.at(0).message;
  CHECK(message.size() == 4096);
  CHECK(message.ends_with("\n1999\n2000\n"));
}

TEST_CASE("images that cannot be had", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  SECTION("missing") {
    PodSpec pod = world.Pod("noimage", "true");
    pod.containers[0].image = "localhost:1/nothing-here:v1";
    world.runner->Start(pod);
    world.Until("the back-off", [&] { return world.Saw(pod, model::PodWait::kImageMissing); });
    CHECK(world.Saw(pod, model::PodWait::kImageFailed));
    world.runner->Stop(pod.id, 1s);
    CHECK(world.AwaitEnd(pod).state == PodState::kLost);
  }
  SECTION("no image name at all") {
    PodSpec pod = world.Pod("badimage", "true");
    pod.containers[0].image = "Not A Name";
    world.runner->Start(pod);
    world.Until("the refusal", [&] { return world.Saw(pod, model::PodWait::kImageName); });
    world.runner->Stop(pod.id, 1s);
    CHECK(world.AwaitEnd(pod).state == PodState::kLost);
  }
}

TEST_CASE("interference from outside", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  const PodSpec pod = world.Pod("out", "sleep 600");
  world.runner->Start(pod);
  world.Until("running", [&] { return world.Saw(pod, PodState::kRunning); });
  SECTION("killed") {
    REQUIRE(world.Await(world.client->Kill(pod.name, "KILL")));
    const PodReport end = world.AwaitEnd(pod);
    REQUIRE(end.state == PodState::kFinished);
    CHECK(end.containers[0].exit_code == 137);
    CHECK(end.containers[0].reason == EndReason::kError);
  }
  SECTION("removed") {
    REQUIRE(world.Await(world.client->Remove(pod.name)));
    CHECK(world.AwaitEnd(pod).state == PodState::kLost);
  }
}

TEST_CASE("stop: polite first", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  SECTION("a task that listens") {
    const PodSpec pod =
        world.Pod("listens", "trap 'echo bye; exit 5' TERM; echo ready; while true; do sleep 0.1; done");
    world.runner->Start(pod);
    world.Until("ready", [&] { return world.LogOf(pod) == "ready\n"; });
    world.runner->Stop(pod.id, 20s);
    world.runner->Stop(pod.id, 20s);
    const PodReport end = world.AwaitEnd(pod);
    CHECK(end.containers.at(0).exit_code == 5);
    world.ReleaseAndAwait(pod);
    CHECK(world.LogOf(pod) == "ready\nbye\n");
  }
  SECTION("a task that does not") {
    const PodSpec pod = world.Pod("deaf", "trap '' TERM; echo ready; while true; do sleep 0.1; done");
    world.runner->Start(pod);
    world.Until("ready", [&] { return world.LogOf(pod) == "ready\n"; });
    world.runner->Stop(pod.id, 1s);
    CHECK(world.AwaitEnd(pod).containers.at(0).exit_code == 137);
  }
  SECTION("at once after the start") {
    const PodSpec pod = world.Pod("early", "sleep 600");
    world.runner->Start(pod);
    world.runner->Stop(pod.id, 1s);
    const PodReport end = world.AwaitEnd(pod);
    CHECK((end.state == PodState::kLost || end.state == PodState::kFinished));
    world.ReleaseAndAwait(pod);
  }
}

TEST_CASE("a restart of ours", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  SECTION("adopts what runs; the log has everything once") {
    const PodSpec pod =
        world.Pod("adopt", "echo first; while [ ! -f /tmp/go ]; do sleep 0.05; done; echo last; exit 4");
    world.runner->Start(pod);
    world.Until("output", [&] { return world.LogOf(pod) == "first\n"; });
    world.NewRunner();
    world.reports.clear();
    world.runner->Start(pod);
    world.Until("running", [&] { return world.Saw(pod, PodState::kRunning); });
    CHECK(world.LogOf(pod) == "first\n");
    REQUIRE(world.Await(world.client->Kill(pod.name, "KILL")));
    CHECK(world.AwaitEnd(pod).containers.at(0).exit_code == 137);
    world.ReleaseAndAwait(pod);
    CHECK(world.LogOf(pod) == "first\n");
  }
  SECTION("finds what ended meanwhile") {
    const PodSpec pod = world.Pod("ended", "echo done; exit 9");
    world.RunToEnd(pod);
    world.NewRunner();
    world.reports.clear();
    const PodReport end = world.RunToEnd(pod);
    CHECK(end.containers.at(0).exit_code == 9);
    CHECK(end.containers.at(0).message == "done\n");
    world.ReleaseAndAwait(pod);
    CHECK(world.LogOf(pod) == "done\n");
  }
  SECTION("stops and removes what it only knows by name") {
    const PodSpec pod = world.Pod("byname", "sleep 600");
    world.runner->Start(pod);
    world.Until("running", [&] { return world.Saw(pod, PodState::kRunning); });
    world.NewRunner();
    world.reports.clear();
    world.runner->Stop(pod.id, 0s);
    CHECK(world.AwaitEnd(pod).state == PodState::kFinished);
    world.NewRunner();
    world.ReleaseAndAwait(pod);
  }
}

TEST_CASE("ten thousand lines arrive, in order", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  const PodSpec pod = world.Pod("lines", "i=0; while [ $i -lt 10000 ]; do echo line $i; i=$((i+1)); done");
  CHECK(world.RunToEnd(pod).containers.at(0).exit_code == 0);
  world.ReleaseAndAwait(pod);
  std::string expected;
  for (int i = 0; i < 10000; ++i) expected += Cat("line ", i, "\n");
  CHECK(world.LogOf(pod) == expected);
}

TEST_CASE("sixteen at once", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  std::vector<PodSpec> pods;
  for (int i = 0; i < 16; ++i) pods.push_back(world.Pod(Cat("many", i), Cat("echo ", i, "; exit ", i)));
  for (const PodSpec& pod : pods) world.runner->Start(pod);
  for (int i = 0; i < 16; ++i) CHECK(world.AwaitEnd(pods[i]).containers.at(0).exit_code == i);
  for (const PodSpec& pod : pods) world.runner->Release(pod.id);
  world.Until("removal", [&] {
    auto left = world.Await(world.client->List(Cat(kInstanceLabel, "=", world.instance)));
    return left && left->empty();
  });
  for (int i = 0; i < 16; ++i) CHECK(world.LogOf(pods[i]) == Cat(i, "\n"));
}

TEST_CASE("a sweep removes what nobody owns, and nothing else", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  world.options.creation_grace = 0s;
  const PodSpec orphan = world.Pod("orphan", "sleep 600");
  const PodSpec alive = world.Pod("alive", "sleep 600");
  for (const PodSpec& pod : {orphan, alive}) {
    world.runner->Start(pod);
    world.Until("running", [&] { return world.Saw(pod, PodState::kRunning); });
  }
  world.NewRunner();
  world.runner->Sweep({alive.id});
  world.Until("the sweep", [&] { return !world.Await(world.client->Inspect(orphan.name)); });
  const auto left = world.Await(world.client->Inspect(alive.name));
  REQUIRE(left);
  CHECK(left->running);
}

TEST_CASE("a name that is taken by a stranger", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  const PodSpec pod = world.Pod("taken", "true");
  docker::ContainerConfig stranger;
  stranger.name = pod.name;
  stranger.image = "busybox:latest";
  REQUIRE(world.Await(world.client->Create(stranger)));
  world.runner->Start(pod);
  world.Until("the refusal", [&] { return world.Saw(pod, model::PodWait::kRefused); });
  world.runner->Stop(pod.id, 1s);
  CHECK(world.AwaitEnd(pod).state == PodState::kLost);
  world.runner->Release(pod.id);
  CHECK(world.Await(world.client->Inspect(pod.name)));
  CHECK(world.Await(world.client->Remove(pod.name)));
}

}  // namespace
}  // namespace sandbox::runner
