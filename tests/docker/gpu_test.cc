// GPUs on a real engine, which on most machines has none.

#include <catch2/catch.hpp>

#include "docker/runner_fixture.h"

namespace sandbox::runner {
namespace {

TEST_CASE("a task that asks for a GPU where there is none", "[docker]") {
  if (NoEngine()) return;
  RunnerFixture world;
  const auto info = world.Await(world.client->Info());
  REQUIRE(info);
  PodSpec pod = world.Pod("gpu", "true");
  pod.containers[0].gpus = 1;
  if (info->has_gpus) {
    CHECK(world.RunToEnd(pod).containers.at(0).exit_code == 0);
    return;
  }
  world.runner->Start(pod);
  world.Until("the refusal", [&] { return world.Saw(pod, model::PodWait::kNeverFits); });
  CHECK(model::WordsOf(world.reports[pod.id].back().wait).message.contains("gpu: needs 1"));
  world.runner->Stop(pod.id, Duration::zero());
  world.runner->Release(pod.id);
}

}  // namespace
}  // namespace sandbox::runner
