// What an engine does only on its bad days, from a fake one.

#include "docker/outage.h"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "docker/client.h"

namespace sandbox::runner {
namespace {

TEST_CASE("an engine that answers: the shortest way", "[docker]") {
  Outage world;
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Until([&] { return world.Finished(); });
  CHECK(FormatRfc3339(world.reports.back().containers.at(0).started_at) == "2026-01-02T03:04:05.500Z");
  world.runner->Release(world.pod.id);
  world.Until([&] { return !world.created; });
  CHECK(world.LogText() == "hi\n");
  CHECK(world.engine.calls.size() == 6);  // create, wait, attach, start, inspect, remove
}

TEST_CASE("an engine that is not there yet", "[docker]") {
  Outage world;
  world.runner->Start(world.pod);
  world.Until([&] { return !world.reports.empty() && world.reports.back().wait.code == model::PodWait::kEngine; });
  CHECK(world.reports.back().wait.error.find("d.sock") != std::string::npos);
  world.engine.Listen();
  world.Until([&] { return world.Finished(); });
}

TEST_CASE("an engine that does not answer is asked again, less and less often, by the injected clock", "[docker]") {
  Outage world;
  bool away = true;
  world.override_answer = [&](const std::string&, const std::string&) -> std::optional<std::optional<std::string>> {
    if (!away) return std::nullopt;
    return std::optional<std::string>();
  };
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Settle();
  const size_t at_once = world.Calls("/_ping");
  world.Settle();
  CHECK(world.Calls("/_ping") == at_once);
  world.Pass(std::chrono::seconds(10));
  const size_t soon = world.Calls("/_ping");
  CHECK(soon > at_once + 3);
  world.Pass(std::chrono::minutes(1));
  const size_t later = world.Calls("/_ping") - soon;
  CHECK(later >= 12);
  CHECK(later <= 2 * 13);  // every five seconds, and the client may have asked twice
  CHECK(world.reports.back().wait.code == model::PodWait::kEngine);
  away = false;
  world.Pass(std::chrono::seconds(10));
  CHECK(world.Finished());
}

TEST_CASE("a pull that fails is tried again after 10, 20 and 40 s of the injected clock", "[docker]") {
  Outage world;
  bool there = false;
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (there) return std::nullopt;
    if (call.find("/containers/create") != std::string::npos)
      return Reply(404, R"({"message":"No such image: busybox:latest"})");
    if (call.find("/images/") != std::string::npos) return Reply(404, R"({"message":"no such image"})");
    return std::nullopt;
  };
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Settle();
  size_t pulls = 1;
  CHECK(world.Calls("/images/create") == pulls);
  CHECK(world.reports.back().wait.code == model::PodWait::kImageMissing);
  for (const int wait : {10, 20, 40}) {
    CAPTURE(wait);
    world.Pass(std::chrono::seconds(wait) - std::chrono::milliseconds(1));
    CHECK(world.Calls("/images/create") == pulls);
    world.Pass(std::chrono::milliseconds(1));
    CHECK(world.Calls("/images/create") == ++pulls);
  }
  // One that is built meanwhile is used within two seconds.
  there = true;
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (call.find("/images/") != std::string::npos) return Reply(200, R"({"Id":"i1"})");
    return std::nullopt;
  };
  world.Pass(std::chrono::seconds(2));
  CHECK(world.Finished());
  CHECK(world.Calls("/images/create") == pulls);
}

TEST_CASE("a create that is cut after it happened is adopted", "[docker]") {
  Outage world;
  int cuts = 0;
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (call.find("/containers/create") == std::string::npos || cuts > 0) return std::nullopt;
    ++cuts;
    world.created = true;
    return std::optional<std::string>();
  };
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Until([&] { return world.Finished(); });
  CHECK(world.Calls("/containers/create") == 2);
  CHECK(world.Calls("/start") == 1);
}

TEST_CASE("a container that is being removed is waited for", "[docker]") {
  Outage world;
  world.created = true;
  int looks = 0;
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (call.starts_with("DELETE"))
      return Reply(409, R"({"message":"removal of container c1 is already in progress"})");
    if (call.ends_with("/json") && ++looks == 3) world.created = false;
    return std::nullopt;
  };
  world.engine.Listen();
  docker::Client client(world.loop.get_executor(), {.socket_path = world.folder / "d.sock"});
  std::optional<Result<void>> removed;
  boost::asio::co_spawn(world.loop, client.Remove("c1"),
                        [&](std::exception_ptr, Result<void> result) { removed = std::move(result); });
  world.Until([&] { return removed.has_value(); });
  CHECK(*removed);
  CHECK(looks == 3);
  client.Close();
}

TEST_CASE("a start that is cut after it happened is not repeated", "[docker]") {
  Outage world;
  int cuts = 0;
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (call.find("/start") == std::string::npos || cuts++ > 0) return std::nullopt;
    world.started = true;
    return std::optional<std::string>();
  };
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Until([&] { return world.Finished(); });
  CHECK(world.Calls("/start") == 1);
}

TEST_CASE("a container that its engine's end ended is told from one that was killed", "[docker]") {
  Outage world;
  const bool restarted = GENERATE(false, true);
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (call.ends_with("/networks/bridge"))
      return Reply(200, Cat(R"({"Name":"bridge","Created":"2026-01-02T03:04:0)", restarted ? 7 : 4, R"(.1Z"})"));
    if (call.ends_with("/info")) return Reply(200, R"({"LiveRestoreEnabled":false})");
    return std::nullopt;
  };
  world.exit_code = 137;
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Until([&] { return world.Finished(); });
  CHECK(world.reports.back().containers.at(0).exit_code == 137);
  CHECK(world.reports.back().interrupted == restarted);
}

TEST_CASE("output that is cut within a frame is read again", "[docker]") {
  Outage world;
  world.attach_output = std::string("\1\0\0\0\0\0\0\3h", 9);
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Until([&] { return world.Finished(); });
  world.runner->Release(world.pod.id);
  world.Until([&] { return !world.created; });
  CHECK(world.LogText() == "hi\n");
  CHECK(world.Calls("/logs") == 1);
}

TEST_CASE("an engine whose control groups are not here tells what a container uses", "[docker]") {
  Outage world;
  bool told = false;
  int looks = 10;  // until the container has ended
  world.override_answer = [&](const std::string& call,
                              const std::string&) -> std::optional<std::optional<std::string>> {
    if (call.find("/stats") != std::string::npos) {
      told = true;
      return Reply(200, R"({"cpu_stats":{"cpu_usage":{"total_usage":500000000}},)"
                        R"("memory_stats":{"usage":5000,"limit":9000,"stats":{"inactive_file":1000}}})"
                        "\n");
    }
    if (!call.ends_with("/json") || !world.started || (told && --looks < 0)) return std::nullopt;
    return Reply(200, R"({"Id":"c1","Image":"sha256:1","State":{"Status":"running","Running":true,"Pid":1,)"
                      R"("StartedAt":"2026-01-02T03:04:05.5Z"},"Config":{}})");
  };
  world.engine.Listen();
  world.runner->Start(world.pod);
  world.Until([&] { return world.Finished(); });
  const model::PodFacts& facts = world.reports.back().facts;
  CHECK(facts.peak_memory_bytes == 4000);
  CHECK(facts.cpu_mean_millis.has_value());
  CHECK(facts.container_id == "c1");
  CHECK(std::filesystem::file_size(world.folder / "logs" / "p-d" / (world.pod.name + ".stat")) == 20);
}

}  // namespace
}  // namespace sandbox::runner
