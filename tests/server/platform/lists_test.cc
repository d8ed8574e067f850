// Lists of the local API on the whole platform: filters, pages, strips, names, home, search.

#include <catch2/catch.hpp>
#include <set>

#include "server/platform/events.h"
#include "server/platform/platform.h"
#include "server/platform/scheduled.h"

namespace sandbox::testing {
namespace {

using nlohmann::json;

constexpr char kPlace[] = "project=flytesnacks&domain=development";

struct Listed : Platform {
  Listed() {
    REQUIRE(Open());
    Task("t", "true");
    Task("w", "wait");
    Task("f", "false");
    Task("m", "missing");
    for (int i = 0; i < 3; ++i) {
      Launch("t", "good" + std::to_string(i));
      Ended("good" + std::to_string(i));
    }
    Launch("f", "bad");
    Ended("bad");
    Launch("w", "open");
    UntilRunning("open");
  }
  json List(const std::string& query) const {
    return Http("GET", "/sandbox/v1/executions?" + std::string(kPlace) + query).Json();
  }
  std::string Ids(const std::string& query) const {
    std::string out;
    const json list = List(query);
    for (const json& row : list["executions"]) out += row["id"].get<std::string>() + " ";
    return out;
  }
};

TEST_CASE("executions are listed, the newest first, and filtered", "[lists]") {
  const Listed platform;
  CHECK(platform.Ids("") == "open bad good2 good1 good0 ");
  CHECK(platform.Ids("&sort=created") == "good0 good1 good2 bad open ");
  CHECK(platform.Ids("&phase=FAILED,RUNNING") == "open bad ");
  CHECK(platform.Ids("&what=task:t") == "good2 good1 good0 ");
  CHECK(platform.Ids("&what=f") == "bad ");
  CHECK(platform.Ids("&what=workflow:t").empty());
  CHECK(platform.Ids("&what=task:t:v1&limit=1") == "good2 ");
  CHECK(platform.Ids("&version=v2").empty());
  CHECK(platform.Ids("&q=ood1") == "good1 ");
  CHECK(platform.Ids("&q=exit+code") == "bad ");
  CHECK(platform.Ids("&q=100%25").empty());
  CHECK(platform.Ids("&duration_min=3600000").empty());
  CHECK(platform.Ids("&started_from=2100-01-01T00:00:00Z").empty());
  CHECK(platform.Ids("&archived=true").empty());
  CHECK(platform.Ids("&label=team").empty());
  CHECK(platform.Ids("&user=nobody").empty());
  CHECK(platform.List("&phase=FAILED")["total"] == 1);
}

TEST_CASE("pages follow each other and end", "[lists]") {
  const Listed platform;
  for (const std::string sort : {"", "&sort=-started", "&sort=duration"}) {
    std::set<std::string> seen;
    std::string cursor;
    for (int page = 0; page < 4; ++page) {
      const json list = platform.List("&limit=2" + sort + (cursor.empty() ? "" : "&cursor=" + cursor));
      CHECK(list["total"] == 5);
      for (const json& row : list["executions"]) CHECK(seen.insert(row["id"]).second);
      if (list["next"].is_null()) break;
      cursor = list["next"];
    }
    CHECK(seen.size() == 5);
  }
}

TEST_CASE("a row of a list is the row of its event", "[lists]") {
  Listed platform;
  EventReader events(platform.Port(), "list:flytesnacks/development");
  events.Next();
  platform.EndContainers("wait");
  json told = json::object();
  while (told.value("phase", "") != "SUCCEEDED") told = events.Next("execution").data;
  const json list = platform.List("&phase=SUCCEEDED&limit=1");
  json row = list["executions"][0];
  CHECK(row["id"] == "open");
  for (const auto& [name, value] : row.items()) CHECK(told[name] == value);
  CHECK(list["rev"] >= told["rev"]);
}

TEST_CASE("a wrong parameter is named", "[lists]") {
  const Listed platform;
  for (const char* field : {"phase", "what", "limit", "cursor", "sort", "archived", "duration_min", "started_to"}) {
    const auto answer = platform.Http("GET", "/sandbox/v1/executions?" + std::string(field) + "=x:y");
    CHECK(answer.status == 400);
    CHECK(answer.Json()["field"] == field);
    CHECK(answer.Json()["reason"] == "INVALID_ARGUMENT");
  }
}

TEST_CASE("strips have the newest runs of one thing, or of several", "[lists]") {
  const Listed platform;
  const auto get = [&](const std::string& path) { return platform.Http("GET", "/sandbox/v1/" + path).Json(); };
  CHECK(get(std::string("executions/strip?") + kPlace)["strip"].size() == 5);
  const json strip = get(std::string("executions/strip?kind=task&name=t&") + kPlace)["strip"];
  REQUIRE(strip.size() == 3);
  CHECK(strip[0]["id"] == "good2");
  CHECK(strip[0]["phase"] == "SUCCEEDED");
  const json strips = get(std::string("strips?kind=task&names=t,f,none&") + kPlace)["strips"];
  CHECK(strips["t"].size() == 3);
  CHECK(strips["f"][0]["phase"] == "FAILED");
  CHECK(strips["none"].empty());
}

TEST_CASE("names are listed with their versions, runs, interface and image", "[lists]") {
  const Listed platform;
  const json list = platform.Http("GET", "/sandbox/v1/entities?kind=task&" + std::string(kPlace)).Json();
  CHECK(list["total"] == 4);
  const json row = list["entities"][2];
  CHECK(row["name"] == "t");
  CHECK(row["versions"] == 1);
  CHECK(row["newest"] == "v1");
  CHECK(row["image"] == "image:v1");
  CHECK(row["strip"].size() == 3);
  CHECK(row["inputs"].empty());
  CHECK(platform.Http("GET", "/sandbox/v1/entities?kind=workflow&" + std::string(kPlace)).Json()["total"] == 0);
}

TEST_CASE("a launch plan's row names the workflow that it runs", "[lists]") {
  Listed platform;
  RegisterSchedule(platform, "nightly", "0 2 * * *");
  const json list = platform.Http("GET", "/sandbox/v1/entities?kind=launch_plan&" + std::string(kPlace)).Json();
  REQUIRE(list["total"] == 1);
  CHECK(list["entities"][0]["workflow"] == "nightly-workflow");
}

TEST_CASE("home has what runs, what failed and what needs somebody", "[lists]") {
  Listed platform;
  platform.Launch("m", "stuck");
  json home;
  platform.Until([&] {
    home = platform.Http("GET", "/sandbox/v1/home").Json();
    return !home["needs_you"].empty();
  });
  CHECK(home["running"].size() == 2);
  CHECK(home["failed"][0]["id"] == "bad");
  CHECK(home["needs_you"][0]["id"] == "stuck");
  CHECK(home["needs_you"][0]["why"]["code"] == "IMAGE_MISSING");
  CHECK(home["images_missing"][0]["reference"] == "missing");
  CHECK(home["projects"][0]["domains"][0]["executions"] == 6);
  CHECK(home["projects"][0]["domains"][0]["running"] == 2);
}

TEST_CASE("a search finds names of all kinds, and where in them", "[lists]") {
  const Listed platform;
  const json groups = platform.Http("GET", "/sandbox/v1/search?q=GOOD1").Json()["groups"];
  REQUIRE(groups["executions"].size() == 1);
  CHECK(groups["executions"][0]["match"] == json::array({{0, 5}}));
  CHECK(groups["executions"][0]["href"] == "/console/projects/flytesnacks/domains/development/executions/good1");
  CHECK(platform.Http("GET", "/sandbox/v1/search?q=w").Json()["groups"]["tasks"][0]["title"] == "w");
}

TEST_CASE("a name is located in all places", "[lists]") {
  const Listed platform;
  const json found = platform.Http("GET", "/sandbox/v1/locate?execution=bad").Json()["executions"];
  REQUIRE(found.size() == 1);
  CHECK(found[0]["domain"] == "development");
  CHECK(platform.Http("GET", "/sandbox/v1/locate?execution=none").Json()["executions"].empty());
}

TEST_CASE("a story is told with the run, and as an event when it changes", "[lists]") {
  Listed platform;
  const json run = platform.Http("GET", "/sandbox/v1/runs/flytesnacks/development/open").Json();
  CHECK(run["story"]["code"] == "running");
  CHECK(run["attempts"][0]["pod_status"] == "Running");
  EventReader events(platform.Port(), "run:flytesnacks/development/open");
  events.Next();
  platform.EndContainers("wait", 3);
  json story = json::object();
  while (story.value("code", "") != "failed.exit") {
    const auto event = events.Next("story");
    REQUIRE(event.name == "story");
    story = event.data;
  }
  CHECK(story["exit_code"] == 3);
  CHECK(story["rev"] > run["rev"]);
}

}  // namespace
}  // namespace sandbox::testing
