// Engines that differ from the usual one, as far as a fake one can show it.

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>
#include <set>

#include "docker/client.h"
#include "docker/outage.h"

namespace sandbox::runner {
namespace {

TEST_CASE("an engine that has no other word for a name that is taken", "[docker]") {
  Outage world;
  world.created = true;
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (call.find("/containers/create") == std::string::npos) return std::nullopt;
    return Reply(500, R"({"cause":"that name is already in use","message":"creating container storage"})");
  };
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Until([&] { return world.Finished(); });
  CHECK(world.Calls("/containers/create") == 1);
}

TEST_CASE("of Podman the end is asked for when the container runs", "[docker]") {
  Outage world(true);
  world.exit_code = 137;
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Until([&] { return world.Finished(); });
  CHECK(world.Calls("next-exit") == 0);
  // Its containers do not need it: none ends with it.
  CHECK_FALSE(world.reports.back().interrupted);
  CHECK(world.Calls("/networks/bridge") == 0);
}

TEST_CASE("containers are removed in the order that the engine takes", "[docker]") {
  Outage world;
  std::set<std::string> there = {"primary", "helper"};
  bool broken = false;
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (!call.starts_with("DELETE /containers/")) return std::nullopt;
    const std::string name = call.substr(19, call.find('?') - 19);
    if (broken || (name == "primary" && there.contains("helper"))) return Reply(500, R"({"message":"has dependents"})");
    return Reply(there.erase(name) > 0 ? 200 : 404, "{}");
  };
  world.engine.Listen();
  docker::Client client(world.loop.get_executor(), {.socket_path = world.folder / "d.sock"});
  std::optional<Result<void>> removed;
  const auto remove = [&] {
    removed.reset();
    boost::asio::co_spawn(world.loop, client.RemoveAll({"primary", "gone", "helper"}),
                          [&](std::exception_ptr, Result<void> result) { removed = std::move(result); });
    world.Until([&] { return removed.has_value(); });
  };
  broken = true;
  remove();
  CHECK(removed->error().message.contains("has dependents"));
  CHECK(world.Calls("DELETE") == 3);
  broken = false;
  remove();
  CHECK(*removed);
  CHECK(there.empty());
  CHECK(world.Calls("DELETE") == 3 + 4);
  client.Close();
}

TEST_CASE("a GPU that an engine turns out not to have", "[docker]") {
  const bool podman = GENERATE(false, true), has_gpus = GENERATE(false, true);
  CAPTURE(podman, has_gpus);
  Outage world(podman);
  world.pod.containers[0].gpus = 1;
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (call.find("/start") != std::string::npos)
      return Reply(500, R"({"message":"could not select device driver \"nvidia\""})");
    if (call.ends_with("/info")) return Reply(200, has_gpus ? R"({"Runtimes":{"nvidia":{}}})" : "{}");
    return std::nullopt;
  };
  world.engine.Listen();
  world.runner->Start(world.pod);
  if (has_gpus && !podman) {
    world.Until([&] { return world.Finished(); });
    CHECK(world.reports.back().containers.at(0).reason == EndReason::kStartError);
    return;
  }
  world.Until([&] { return !world.reports.empty() && world.reports.back().wait.code == model::PodWait::kNeverFits; });
  const std::string text = model::WordsOf(world.reports.back().wait).message;
  CHECK(text.contains("gpu: needs 1, this machine has 0 for tasks"));
  CHECK(text.contains("could not select device driver") == !podman);
  CHECK(world.Calls("/containers/create") == (podman ? 0 : 1));
  world.runner->Stop(world.pod.id, Duration::zero());
  world.Until([&] { return world.reports.back().state == PodState::kLost; });
  world.runner->Release(world.pod.id);
  world.Until([&] { return !world.created; });
}

}  // namespace
}  // namespace sandbox::runner
