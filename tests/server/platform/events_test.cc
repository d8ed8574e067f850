// GET /sandbox/v1/events, as console pages read it (docs/protocol/events.md).

#include "server/platform/events.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <thread>

#include "server/platform/platform.h"
#include "server/platform/scheduled.h"

namespace sandbox::testing {
namespace {

constexpr char kList[] = "list:flytesnacks/development";

struct Running : Platform {
  explicit Running(PlatformOptions options = {}) : Platform(options) {
    REQUIRE(Open());
    Task("t", "true");
    Task("w", "wait");
    Task("f", "false");
  }
};

std::string RunTopic(const std::string& name) { return "run:flytesnacks/development/" + name; }

bool IsEnd(const EventReader::Event& event) {
  return event.name == "execution" &&
         (event.data["phase"] == "SUCCEEDED" || event.data["phase"] == "FAILED" || event.data["phase"] == "ABORTED");
}

uint64_t SeqOf(const EventReader::Event& event) { return std::stoull(event.id.substr(event.id.rfind('-') + 1)); }

TEST_CASE("hello comes first and says what is read", "[events]") {
  Running platform;
  EventReader reader(platform.Port(), std::string(kList) + ",machine");
  CHECK(reader.head.find("200 OK") != std::string::npos);
  CHECK(reader.head.find("Content-Type: text/event-stream") != std::string::npos);
  CHECK(reader.head.find("Cache-Control: no-store") != std::string::npos);
  const auto hello = reader.Next();
  CHECK(hello.name == "hello");
  CHECK(hello.data["epoch"].get<std::string>().size() == 8);
  CHECK(hello.id == hello.data["epoch"].get<std::string>() + "-" + std::to_string(hello.data["seq"].get<uint64_t>()));
  CHECK(hello.data["topics"] == nlohmann::json({kList, "machine"}));
  CHECK(hello.data["refused"].empty());
  CHECK(hello.data["resumed"] == false);
  CHECK(hello.data["version"] == "test");
  CHECK(hello.data["server_time"].get<std::string>().size() == 24);
}

TEST_CASE("topics that name nothing are refused in hello, and the others are read", "[events]") {
  Running platform;
  EventReader reader(platform.Port(),
                     "nonsense,list:flytesnacks,list:none/development," + RunTopic("none") + "," + kList);
  const auto hello = reader.Next();
  CHECK(hello.data["topics"] == nlohmann::json({kList}));
  REQUIRE(hello.data["refused"].size() == 4);
  std::map<std::string, std::string> why;
  for (const auto& refused : hello.data["refused"]) why[refused["topic"]] = refused["why"];
  CHECK(why["nonsense"].find("run:PROJECT/DOMAIN/NAME") != std::string::npos);
  CHECK(why["list:flytesnacks"] == "it is list:PROJECT/DOMAIN");
  CHECK(why["list:none/development"] == "there is no project none");
  CHECK(why[RunTopic("none")] == "there is no execution none in flytesnacks/development");
}

TEST_CASE("an execution's way is told: in the list, its nodes and its attempts in its run", "[events]") {
  Running platform;
  EventReader list(platform.Port(), kList);
  REQUIRE(list.Next().name == "hello");
  platform.Launch("w", "e");
  platform.UntilRunning("e");
  EventReader run(platform.Port(), RunTopic("e"));
  REQUIRE(run.Next().name == "hello");
  platform.EndContainers("wait");
  std::set<std::string> names;
  const auto all = [&](const auto& event) {
    names.insert(event.name);
    return names.size() == 4;
  };
  for (const auto& event : run.Until(all)) {
    CHECK(event.data["topic"] == RunTopic("e"));
    CHECK(event.data.contains("rev"));
    CHECK(event.data.contains("tx"));
  }
  CHECK(names == std::set<std::string>{"execution", "node", "attempt", "story"});
  const auto told = list.Until(IsEnd);
  CHECK(told.back().data["id"] == "e");
  CHECK(told.back().data["what"] == nlohmann::json({{"kind", "task"}, {"name", "w"}, {"version", "v1"}}));
  CHECK(told.back().data["nodes"]["done"] == told.back().data["nodes"]["total"]);
  for (const auto& event : told) CHECK(event.name == "execution");
}

TEST_CASE("the list of another domain hears nothing", "[events]") {
  Running platform;
  EventReader other(platform.Port(), "list:flytesnacks/production"), list(platform.Port(), kList);
  other.Next(), list.Next();
  platform.Launch("t", "e");
  list.Until(IsEnd);
  platform.Stop();
  CHECK(other.Next().name == "bye");
}

TEST_CASE("rows are whole, and a newer one has the larger number", "[events]") {
  Running platform;
  EventReader list(platform.Port(), kList);
  list.Next();
  platform.Launch("f", "e");
  int64_t rev = 0;
  uint64_t seq = 0;
  for (const auto& event : list.Until(IsEnd)) {
    CHECK(event.data["rev"].get<int64_t>() > rev);
    rev = event.data["rev"];
    CHECK(SeqOf(event) > seq);
    seq = SeqOf(event);
    for (const char* field :
         {"id", "phase", "what", "started_at", "ended_at", "duration_ms", "nodes", "error", "labels"})
      CHECK(event.data.contains(field));
  }
  platform.KillAndOpen();
  EventReader again(platform.Port(), kList);
  again.Next();
  platform.Launch("t", "g");
  CHECK(again.Until(IsEnd).back().data["rev"].get<int64_t>() > rev);
}

TEST_CASE("what failed says kind, line and node", "[events]") {
  Running platform;
  EventReader list(platform.Port(), kList);
  list.Next();
  platform.Launch("f", "e");
  const auto error = list.Until(IsEnd).back().data["error"];
  CHECK(error["kind"] == "USER");
  CHECK(error["node"].is_string());
  CHECK_FALSE(error["line"].get<std::string>().empty());
}

TEST_CASE("an event is told after it is durable: the API knows at least as much", "[events]") {
  Running platform;
  EventReader list(platform.Port(), kList);
  list.Next();
  for (int i = 0; i < 10; ++i) {
    const std::string name = "e" + std::to_string(i);
    platform.Launch("t", name);
    const auto end = list.Until([&](const auto& event) { return IsEnd(event) && event.data["id"] == name; }).back();
    CHECK(platform.Get(name).closure().phase() == idl::WorkflowExecution::SUCCEEDED);
  }
}

TEST_CASE("who comes back with an id goes on from there", "[events]") {
  Running platform;
  std::string last;
  {
    EventReader reader(platform.Port(), kList);
    last = reader.Next().id;
  }
  platform.Launch("t", "e");
  platform.Ended("e");
  EventReader by_query(platform.Port(), kList, last), by_header(platform.Port(), kList, last, true);
  for (EventReader* reader : {&by_query, &by_header}) {
    CHECK(reader->Next().data["resumed"] == true);
    CHECK(reader->Until(IsEnd).back().data["id"] == "e");
  }
}

TEST_CASE("the later of query and header counts", "[events]") {
  Running platform;
  EventReader reader(platform.Port(), kList);
  const std::string first = reader.Next().id;
  platform.Launch("t", "e");
  const std::string last = reader.Until(IsEnd).back().id;
  RawClient client(platform.Port());
  client.Send("GET /sandbox/v1/events?topics=" + std::string(kList) + "&since=" + first +
              " HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + last + "\r\n\r\n");
  client.ReadThrough("\r\n\r\n");
  CHECK(client.ReadThrough("\n\n").find("\"resumed\":true") != std::string::npos);
  platform.Launch("t", "g");
  // The first that comes is of the second execution.
  CHECK(client.ReadThrough("\n\n").find("\"id\":\"g\"") != std::string::npos);
}

TEST_CASE("an id of another process, and one that is too old, begin anew", "[events]") {
  Running platform({.ring_events = 5});
  EventReader reader(platform.Port(), kList);
  const std::string first = reader.Next().id;
  EventReader other(platform.Port(), kList, "00000000-1");
  CHECK(other.Next().data["resumed"] == false);
  CHECK(other.Next().data["why"] == "restarted");
  for (int i = 0; i < 3; ++i) {
    platform.Launch("t", "e" + std::to_string(i));
    reader.Until(IsEnd);
  }
  EventReader old(platform.Port(), kList, first);
  CHECK(old.Next().data["resumed"] == false);
  CHECK(old.Next().data["why"] == "too_old");
}

TEST_CASE("events of one commit are adjacent", "[events]") {
  Running platform;
  platform.Launch("w", "e");
  platform.UntilRunning("e");
  EventReader run(platform.Port(), RunTopic("e") + ",pods:*");
  run.Next();
  platform.EndContainers("wait");
  std::set<uint64_t> closed;
  uint64_t open = 0;
  for (const auto& event : run.Until(IsEnd)) {
    const uint64_t tx = event.data["tx"];
    if (tx == open) continue;
    CHECK_FALSE(closed.contains(tx));
    closed.insert(std::exchange(open, tx));
  }
}

TEST_CASE("a reader that is too slow is told to begin anew, and costs others nothing", "[events]") {
  Running platform({.queue_events = 3});
  EventReader slow(platform.Port(), kList), other(platform.Port(), "entities:flytesnacks/development");
  slow.Next();
  other.Next();
  // More rows at once than its queue holds.
  for (int i = 0; i < 30; ++i) platform.Launch("t", "e" + std::to_string(i));
  for (int i = 0; i < 30; ++i) platform.Ended("e" + std::to_string(i));
  const auto reset = slow.Next("reset");
  CHECK(reset.data["why"] == "overflow");
  // The other hears each row of its own: nothing of it was dropped, and it is not told to begin anew.
  platform.Task("fresh", "true");
  const auto heard = other.Until([](const auto& event) {
    return event.name == "reset" || (event.name == "entity" && event.data["name"] == "fresh");
  });
  CHECK(heard.back().name == "entity");
  // It goes on from there. What is still told of the others may be too much for it once more.
  for (int i = 0;; ++i) {
    const std::string name = "after" + std::to_string(i);
    platform.Launch("t", name);
    const auto last = slow.Until(
        [&](const auto& event) { return event.name == "reset" || (IsEnd(event) && event.data["id"] == name); });
    if (last.back().name == "execution") break;
    REQUIRE(i < 10);
  }
}

TEST_CASE("64 readers hear the same; the next is told to come again", "[events]") {
  Running platform;
  std::vector<std::unique_ptr<EventReader>> readers;
  for (int i = 0; i < 64; ++i) {
    readers.push_back(std::make_unique<EventReader>(platform.Port(), kList));
    REQUIRE(readers.back()->Next().name == "hello");
  }
  const auto full = platform.Http("GET", "/sandbox/v1/events?topics=machine");
  CHECK(full.status == 503);
  CHECK(full.head.find("Retry-After: 5") != std::string::npos);
  CHECK(full.Json()["reason"] == "TOO_MANY_STREAMS");
  platform.Launch("t", "e");
  for (const auto& reader : readers) CHECK(reader->Until(IsEnd).back().data["id"] == "e");
  // One that left makes room at once.
  readers.pop_back();
  EventReader next(platform.Port(), kList);
  CHECK(next.Next().name == "hello");
}

TEST_CASE("a stop says goodbye, and the connection ends", "[events]") {
  Running platform;
  EventReader reader(platform.Port(), "machine");
  reader.Next();
  platform.Stop();
  const auto bye = reader.Next();
  CHECK(bye.name == "bye");
  CHECK(bye.data["why"] == "stop");
  CHECK(reader.Next().name.empty());
  CHECK(reader.AtEnd());
}

TEST_CASE("a stop for another executable is an update", "[events]") {
  Platform platform({.replaced = [] { return true; }});
  REQUIRE(platform.Open());
  EventReader reader(platform.Port(), "machine");
  reader.Next();
  platform.Stop();
  CHECK(reader.Next().data["why"] == "update");
}

TEST_CASE("after a kill a reader begins anew, and hears everything that follows once", "[events]") {
  Running platform;
  std::string last;
  {
    EventReader reader(platform.Port(), kList);
    reader.Next();
    platform.Launch("w", "e");
    platform.UntilRunning("e");
    last = reader.Next("execution").id;
  }
  platform.KillAndOpen();
  EventReader again(platform.Port(), kList, last);
  CHECK(again.Next().data["resumed"] == false);
  CHECK(again.Next().data["why"] == "restarted");
  platform.EndContainers("wait");
  const auto told = again.Until(IsEnd);
  CHECK(std::ranges::count_if(told, IsEnd) == 1);
}

TEST_CASE("definitions, pods, limits and the machine have topics of their own", "[events]") {
  Running platform({.cpu_millis = 4000});
  EventReader reader(platform.Port(), "entities:flytesnacks/development,pods:flytesnacks-development,limits,machine");
  reader.Next();
  platform.Task("new", "true");
  const auto entity = reader.Next("entity").data;
  CHECK(entity["kind"] == "task");
  CHECK(entity["name"] == "new");
  platform.Launch("w", "e");
  CHECK(reader.Next("pod").data["execution"] == "e");
  const auto machine = reader.Next("machine").data["capacity"];
  CHECK(machine["cpu_millis"]["total"] == 4000);
  CHECK(platform
            .Http("PUT", "/api/v1/project_domain_attributes/flytesnacks/development",
                  R"({"attributes":{"project":"flytesnacks","domain":"development","matchingAttributes":)"
                  R"({"taskResourceAttributes":{"limits":{"memory":"2Gi"}}}}})")
            .status == 200);
  const auto limit = reader.Next("limit").data;
  CHECK(limit["project"] == "flytesnacks");
  CHECK(limit["gone"] == false);
}

TEST_CASE("a pod's log and what it uses are told to who reads them", "[events]") {
  Running platform;
  platform.Launch("w", "e");
  platform.UntilRunning("e");
  EventReader log(platform.Port(), "log:flytesnacks-development/pod"),
      stats(platform.Port(), "stats:flytesnacks/development/e");
  log.Next();
  stats.Next();
  platform.Tell(LogChange{"flytesnacks-development", "another", 1, 1, false});
  platform.Tell(LogChange{"flytesnacks-development", "pod", 80, 2, false});
  const auto grown = log.Next().data;  // Nothing comes of the other pod.
  CHECK(grown["pod"] == "pod");
  CHECK(grown["ns"] == "flytesnacks-development");
  CHECK(grown["bytes"] == 80);
  CHECK(grown["lines"] == 2);
  CHECK(grown["complete"] == false);
  platform.Tell(LogChange{"flytesnacks-development", "pod", 80, 2, true});
  CHECK(log.Next("log").data["complete"] == true);

  const auto use = [](const std::string& execution, uint32_t at_ms, uint64_t memory) {
    return UsageChange{{{{"flytesnacks", "development", execution}, "n0"}, 0}, "pod", at_ms, 250, memory};
  };
  platform.Tell(use("other", 1000, 1));
  platform.Tell(use("e", 2000, 1 << 20));
  platform.Tell(use("e", 4000, 2 << 20));
  const auto first = stats.Next("stats").data;
  CHECK(first["node"] == "n0");
  CHECK(first["attempt"] == 0);
  CHECK(first["pod"] == "pod");
  CHECK(first.dump().contains("1048576"));
  CHECK(stats.Next("stats").data.dump().contains("2097152"));  // Each sample is one: none is left out for a newer one.
}

TEST_CASE("schedules are told when they are switched and when they fire", "[events]") {
  Running platform;
  EventReader reader(platform.Port(), "schedules");
  reader.Next();
  RegisterSchedule(platform, "nightly", "0 0 1 1 *");
  const auto on = reader.Until([](const auto& event) { return event.name == "schedule" && event.data["active"]; });
  REQUIRE(on.back().name == "schedule");
  CHECK(on.back().data["name"] == "nightly");
  SetPlanActive(platform, "nightly", "v1", false);
  CHECK(reader.Next("schedule").data["active"] == false);
  platform.Tell(ScheduleChange{{EntityKind::kLaunchPlan, "flytesnacks", "development", "nightly", "v1"}});
  CHECK(reader.Next("schedule").data["name"] == "nightly");
}

TEST_CASE("home hears of executions of all domains, of schedules and of the machine", "[events]") {
  Running platform({.cpu_millis = 4000});
  EventReader home(platform.Port(), "home");
  home.Next();
  platform.Launch("w", "e");
  std::set<std::string> told;
  home.Until([&](const auto& event) {
    told.insert(event.name);
    return told.contains("execution") && told.contains("machine");
  });
  RegisterSchedule(platform, "nightly", "0 0 1 1 *");
  CHECK(home.Next("schedule").data["name"] == "nightly");
  CHECK(told == std::set<std::string>{"execution", "machine"});
}

TEST_CASE("the items of one array are told to who reads them", "[events]") {
  Running platform;
  platform.Launch("w", "e");
  platform.UntilRunning("e");
  const ExecutionId execution{"flytesnacks", "development", "e"};
  std::string own;
  platform.Write([&](MetadataWriter& writer) {
    for (const model::NodeRecord& node : writer.NodesOf(execution)) {
      if (node.id.node != "start-node") own = node.id.node;
    }
    return Status();
  });
  EventReader items(platform.Port(), "items:flytesnacks/development/e/" + own), run(platform.Port(), RunTopic("e"));
  CHECK(items.Next().data["refused"].empty());
  run.Next();
  platform.Write([&](MetadataWriter& writer) {
    for (const std::string& array : {std::string("another"), own}) {
      model::NodeRecord item;
      item.id = {execution, array + "-0-n1"};
      item.phase = model::NodePhase::kRunning;
      item.parent = array;
      item.item = 1;
      if (auto put = writer.PutNode(item); !put) return put;
      model::TaskRecord attempt;
      attempt.id = {item.id, 2};
      attempt.phase = model::TaskPhase::kRunning;
      attempt.item = 1;
      if (auto put = writer.PutTask(attempt); !put) return put;
    }
    return Status();
  });
  const auto item = items.Next();
  CHECK(item.name == "item");
  CHECK(item.data["item"] == 1);
  CHECK(item.data["attempt"] == 2);
  CHECK(item.data["array"] == own);
  // Their run does not hear of items.
  platform.Abort("e");
  CHECK(std::ranges::none_of(run.Until(IsEnd), [](const auto& event) { return event.name == "item"; }));
}

TEST_CASE("an archived execution is told, although only its state changed", "[events]") {
  Running platform;
  platform.Launch("t", "e");
  platform.Ended("e");
  EventReader list(platform.Port(), kList);
  list.Next();
  CHECK(platform
            .Http("PUT", "/api/v1/executions/flytesnacks/development/e",
                  R"({"id":{"project":"flytesnacks","domain":"development","name":"e"},"state":"EXECUTION_ARCHIVED"})")
            .status == 200);
  const auto told = list.Until([](const auto& event) { return event.name == "execution" && event.data["archived"]; });
  CHECK(told.back().data["phase"] == "SUCCEEDED");
}

TEST_CASE("a silent stream is kept open by comments", "[events]") {
  Running platform({.comment_pause = std::chrono::milliseconds(20)});
  EventReader reader(platform.Port(), "limits");
  reader.Next();
  CHECK(reader.Next().comment);
  CHECK(reader.Next().comment);
}

TEST_CASE("without topics there is a stream that only says hello", "[events]") {
  Running platform;
  EventReader reader(platform.Port(), "");
  CHECK(reader.Next().data["topics"].empty());
}

}  // namespace
}  // namespace sandbox::testing
