// A server's life: start, run, stop, be killed, start again. One server a case, a few milliseconds each.

#include <catch2/catch.hpp>

#include "server/platform/platform.h"

namespace sandbox::testing {
namespace {

using Phase = idl::WorkflowExecution;

struct Running : Platform {
  explicit Running(PlatformOptions options = {}) : Platform(options) { REQUIRE(Open()); }
};

TEST_CASE("a fresh server has the usual projects and says that it is healthy", "[life]") {
  Running platform;
  CHECK(platform.Http("GET", "/api/v1/projects").Json()["projects"].size() == 1);
  CHECK(platform.Http("GET", "/healthcheck").status == 200);
  CHECK(platform.Http("GET", "/sandbox/v1/status").Json()["state"] == "running");
}

TEST_CASE("an execution over gRPC runs its container once and ends", "[life]") {
  Running platform;
  platform.Task("t", "true");
  platform.Launch("t", "e");
  CHECK(platform.Ended("e").closure().phase() == Phase::SUCCEEDED);
  for (const auto& [name, times] : platform.Engine().Created()) CHECK(times == 1);
  CHECK(platform.Engine().Created().size() == 1);
}

TEST_CASE("an execution over REST is the same execution", "[life]") {
  Running platform;
  platform.Task("t", "true");
  const auto made = platform.Http(
      "POST", "/api/v1/executions",
      R"({"project":"flytesnacks","domain":"development","name":"rest","spec":{"launchPlan":{"resourceType":"TASK",)"
      R"("project":"flytesnacks","domain":"development","name":"t","version":"v1"}},"inputs":{}})");
  REQUIRE(made.status == 200);
  CHECK(platform.Ended("rest").closure().phase() == Phase::SUCCEEDED);
  const auto read = platform.Http("GET", "/api/v1/executions/flytesnacks/development/rest").Json();
  CHECK(read["closure"]["phase"] == "SUCCEEDED");
}

TEST_CASE("the first execution of a single task is found by its task and by what wraps it", "[life]") {
  Running platform;
  platform.Task("t", "true");
  platform.Launch("t", "e");
  for (const char* filter : {"eq(task.name,t)", "eq(workflow.name,.flytegen.t)%2Beq(launch_entity,task)"}) {
    INFO(filter);
    const std::string path = "/api/v1/executions/flytesnacks/development?limit=10&filters=";
    CHECK(platform.Http("GET", path + filter).Json()["executions"].size() == 1);
  }
}

TEST_CASE("a task that fails is tried as often as it says", "[life]") {
  Running platform;
  platform.Task("t", "false", 2);
  platform.Launch("t", "e");
  const auto ended = platform.Ended("e");
  CHECK(ended.closure().phase() == Phase::FAILED);
  CHECK(platform.Engine().Created().size() == 3);
}

TEST_CASE("a task out of memory says so", "[life]") {
  Running platform;
  platform.Task("t", "oom");
  platform.Launch("t", "e");
  CHECK(platform.Ended("e").closure().error().message().find("OOMKilled") != std::string::npos);
}

TEST_CASE("a name is taken once", "[life]") {
  Running platform;
  platform.Task("t", "true");
  platform.Launch("t", "e");
  CHECK(platform.RawLaunch("t", "e").error_code() == grpc::StatusCode::ALREADY_EXISTS);
  platform.Ended("e");
  CHECK(platform.RawLaunch("t", "e").error_code() == grpc::StatusCode::ALREADY_EXISTS);
  CHECK(platform.Engine().Created().size() == 1);
}

TEST_CASE("what is not registered cannot be launched", "[life]") {
  Running platform;
  CHECK(platform.RawLaunch("nothing", "e").error_code() == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("an execution that runs is stopped with its container", "[life]") {
  Running platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  platform.Abort("e");
  const auto ended = platform.Ended("e");
  CHECK(ended.closure().phase() == Phase::ABORTED);
  CHECK(ended.closure().abort_metadata().cause() == "the test said so");
  platform.Until([&] { return platform.Engine().Names().empty(); });
}

TEST_CASE("what has ended cannot be stopped", "[life]") {
  Running platform;
  platform.Task("t", "true");
  platform.Launch("t", "e");
  platform.Ended("e");
  CHECK(platform.RawAbort("e").error_code() == grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_CASE("a container is removed when its end is stored", "[life]") {
  Running platform;
  platform.Task("t", "true");
  platform.Launch("t", "e");
  platform.Ended("e");
  platform.Until([&] { return platform.Engine().Names().empty(); });
}

TEST_CASE("the end of an execution is told to who asked for it, once", "[life]") {
  Running platform;
  platform.Task("t", "true");
  platform.Launch("t", "e");
  platform.Ended("e");
  platform.Until([&] { return platform.Notices() == 1; });
  platform.Restart();
  CHECK(platform.Notices() == 1);
}

TEST_CASE("pods that do not fit together wait for each other", "[life]") {
  Running platform({.cpu_millis = 500});
  platform.Task("t", "wait");
  platform.Launch("t", "one");
  platform.UntilRunning("one");
  platform.Launch("t", "two");
  platform.Until(
      [&] { return platform.Http("GET", "/sandbox/v1/status").Json()["resources"]["pods"]["waiting"] == 1; });
  CHECK(platform.Engine().Created().size() == 1);
  // Its row says what it needs; who runs holds it.
  platform.Until([&] {
    for (const auto& pod : platform.Http("GET", "/sandbox/v1/pods").Json()["pods"]) {
      const auto& wait = pod["wait"];
      if (wait.is_null() || wait["code"] != "RESOURCES") continue;
      return pod["execution"] == "two" && wait["resource"] == "cpu" && wait["total"] == 500 &&
             wait["free"] < wait["needs"] && wait["ahead"].empty() && pod["reason"] == wait["text"];
    }
    return false;
  });
  platform.EndContainers("wait");
  platform.Ended("one");
  platform.UntilRunning("two");
}

TEST_CASE("an image that is missing is a wait with a reason", "[life]") {
  Running platform;
  platform.Task("t", "missing");
  platform.Launch("t", "e");
  platform.Until([&] {
    const auto pods = platform.Http("GET", "/sandbox/v1/pods").Json()["pods"];
    return pods.size() == 1 && pods[0]["status"] == "ImagePullBackOff" && pods[0]["wait"]["code"] == "IMAGE_MISSING" &&
           pods[0]["wait"]["reference"] == "missing";
  });
  platform.Abort("e");
  CHECK(platform.Ended("e").closure().phase() == Phase::ABORTED);
}

TEST_CASE("many executions at once all end", "[life]") {
  Running platform;
  platform.Task("t", "true");
  for (int i = 0; i < 50; ++i) platform.Launch("t", "e" + std::to_string(i));
  for (int i = 0; i < 50; ++i) CHECK(platform.Ended("e" + std::to_string(i)).closure().phase() == Phase::SUCCEEDED);
  CHECK(platform.Engine().Created().size() == 50);
}

TEST_CASE("stop and start: what ran goes on in the same container", "[life]") {
  Running platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  platform.Restart();
  CHECK(platform.Get("e").closure().phase() == Phase::RUNNING);
  platform.EndContainers("wait");
  CHECK(platform.Ended("e").closure().phase() == Phase::SUCCEEDED);
  for (const auto& [name, times] : platform.Engine().Created()) CHECK(times == 1);
}

TEST_CASE("killed and started: what ran goes on in the same container", "[life]") {
  Running platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  platform.KillAndOpen();
  platform.EndContainers("wait");
  CHECK(platform.Ended("e").closure().phase() == Phase::SUCCEEDED);
  CHECK(platform.Engine().Created().size() == 1);
}

TEST_CASE("a container that ended while nobody looked is seen after the start", "[life]") {
  Running platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  platform.Kill();
  {
    std::lock_guard lock(platform.Engine().mutex_);
    for (auto& [name, container] : platform.Engine().containers_) container.over = true;
  }
  REQUIRE(platform.Open());
  CHECK(platform.Ended("e").closure().phase() == Phase::SUCCEEDED);
  CHECK(platform.Engine().Created().size() == 1);
}

TEST_CASE("killed at any moment: every execution ends, each attempt in one container", "[life]") {
  Running platform;
  platform.Task("t", "true");
  platform.Task("u", "false", 1);
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 4; ++i)
      platform.Launch(i % 2 == 0 ? "t" : "u", "e" + std::to_string(round) + "-" + std::to_string(i));
    platform.KillAndOpen();
  }
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 4; ++i)
      CHECK(platform.Ended("e" + std::to_string(round) + "-" + std::to_string(i)).closure().phase() ==
            (i % 2 == 0 ? Phase::SUCCEEDED : Phase::FAILED));
  }
  for (const auto& [name, times] : platform.Engine().Created()) CHECK(times == 1);
  CHECK(platform.Engine().Created().size() == 5 * (2 + 2 * 2));
}

TEST_CASE("an execution that was answered is there after a kill", "[life]") {
  Running platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.KillAndOpen();
  platform.UntilRunning("e");
  platform.EndContainers("wait");
  CHECK(platform.Ended("e").closure().phase() == Phase::SUCCEEDED);
}

TEST_CASE("an abort that was answered holds after a kill", "[life]") {
  Running platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  platform.Abort("e");
  platform.KillAndOpen();
  CHECK(platform.Ended("e").closure().phase() == Phase::ABORTED);
  platform.Until([&] { return platform.Engine().Names().empty(); });
}

TEST_CASE("definitions are there after a kill, and cannot be changed", "[life]") {
  Running platform;
  platform.Task("t", "true");
  platform.KillAndOpen();
  CHECK_THROWS_WITH(platform.Task("t", "true"), Catch::Contains("identical structure"));
  CHECK_THROWS_WITH(platform.Task("t", "false"), Catch::Contains("different structure"));
  platform.Launch("t", "e");
  CHECK(platform.Ended("e").closure().phase() == Phase::SUCCEEDED);
}

TEST_CASE("containers that nobody owns are removed at the start", "[life]") {
  Running platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  platform.Kill();
  {
    std::lock_guard lock(platform.Engine().mutex_);
    FakeEngine::Container left;
    left.spec.name = "left";
    left.spec.id = {{{"flytesnacks", "development", "gone"}, "n0"}, 0};
    platform.Engine().containers_["left"] = left;
  }
  REQUIRE(platform.Open());
  platform.Until([&] { return platform.Engine().Names().size() == 1; });
  CHECK(platform.Engine().Names()[0] != "left");
}

TEST_CASE("stopping twice, and stopping what never ran, is no error", "[life]") {
  Platform platform;
  platform.Stop();
  REQUIRE(platform.Open());
  platform.Stop();
  platform.Stop();
  REQUIRE(platform.Open());
}

TEST_CASE("ten starts of one state directory", "[life]") {
  Running platform;
  platform.Task("t", "true");
  for (int i = 0; i < 10; ++i) {
    platform.Launch("t", "e" + std::to_string(i));
    platform.Restart();
  }
  for (int i = 0; i < 10; ++i) CHECK(platform.Ended("e" + std::to_string(i)).closure().phase() == Phase::SUCCEEDED);
}

}  // namespace
}  // namespace sandbox::testing
