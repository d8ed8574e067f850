#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/changes.h"
#include "cli/comparison.h"
#include "cli/timeline.h"
#include "cli/times.h"

using namespace sandbox::cli;
using nlohmann::json;

namespace {

const int64_t kBegin = *MillisOf("2026-01-31T12:00:00Z");

std::string At(int64_t millis) {
  const std::string digits = std::to_string(100000 + millis);
  return "2026-01-31T12:00:" + digits.substr(1, 2) + "." + digits.substr(3) + "Z";
}

// Created at 0: waits 2 s for its turn, 3 s for its image, starts in 1 s, runs 4 s; then half a second of nothing.
json Run() {
  return json{
      {"execution",
       {{"id", "e"}, {"phase", "SUCCEEDED"}, {"created_at", At(0)}, {"started_at", At(0)}, {"ended_at", At(10500)}}},
      {"nodes", json::array({{{"id", "n0"},
                              {"display", "wf.step"},
                              {"kind", "task"},
                              {"phase", "SUCCEEDED"},
                              {"started_at", At(6000)},
                              {"ended_at", At(10000)}},
                             {{"id", "n1"}, {"display", "wf.late"}, {"kind", "task"}, {"phase", "NOT_STARTED"}}})},
      {"attempts", json::array({{{"node", "n0"},
                                 {"attempt", 0},
                                 {"phase", "SUCCEEDED"},
                                 {"created_at", At(0)},
                                 {"admitted_at", At(2000)},
                                 {"pull_started_at", At(2000)},
                                 {"pull_ended_at", At(5000)},
                                 {"started_at", At(6000)},
                                 {"ended_at", At(10000)},
                                 {"request", {{"cpu_millis", 500}, {"memory_bytes", 209715200}}},
                                 {"image", {{"reference", "app:v1"}}}}})}};
}

int64_t ShareOf(const std::vector<TimeShare>& shares, const std::string& code) {
  for (const TimeShare& share : shares) {
    if (share.code == code) return share.ms;
  }
  return 0;
}

}  // namespace

TEST_CASE("Times of the API are read to the millisecond, spans in their units") {
  CHECK(MillisOf("1970-01-01T00:00:01.5Z") == 1500);
  CHECK(MillisOf("1970-01-01T00:00:01.123456789Z") == 1123);
  CHECK(MillisOf("1970-01-02T00:00:00Z") == 86400000);
  CHECK_FALSE(MillisOf("yesterday"));
  CHECK(ParseSpan("90s") == 90000);
  CHECK(ParseSpan("1h30m") == 5400000);
  CHECK(ParseSpan("2d") == 172800000);
  for (const char* wrong : {"", "5", "m", "5 m", "-5m", "5x"}) CHECK_FALSE(ParseSpan(wrong));
}

TEST_CASE("Of an attempt it is told what it waited for, with amounts, and how long it ran") {
  const auto timeline = TimelineOf(Run(), kBegin + 20000);
  REQUIRE(timeline.size() == 1);
  CHECK(timeline[0].at_ms == 0);
  CHECK(timeline[0].took_ms == 10000);
  CHECK(timeline[0].node == "n0 step");
  CHECK(timeline[0].text ==
        "waited 2.0s for its turn (needs 500m cpu, 200 MiB), 3.0s for image app:v1; started in 1.0s; ran 4.0s");
}

TEST_CASE("Every moment counts once, and the rest is the platform's") {
  const auto shares = SharesOf(Run(), kBegin + 20000);
  CHECK(ShareOf(shares, "running") == 4000);
  CHECK(ShareOf(shares, "pulling") == 3000);
  CHECK(ShareOf(shares, "turn") == 2000);
  CHECK(ShareOf(shares, "starting") == 1000);
  CHECK(ShareOf(shares, "platform") == 500);
  CHECK(shares.front().code == "running");

  json both = Run();  // while a second one runs, waits of the first do not count
  json second = both["attempts"][0];
  second.update({{"attempt", 1}, {"created_at", At(0)}, {"started_at", At(0)}, {"ended_at", At(5000)}});
  both["attempts"].push_back(second);
  CHECK(ShareOf(SharesOf(both, kBegin + 20000), "running") == 9000);
  CHECK(ShareOf(SharesOf(both, kBegin + 20000), "turn") == 0);
}

TEST_CASE("What still waits says for what, and lasts until now") {
  json run = Run();
  run["execution"]["phase"] = "RUNNING";
  run["execution"].erase("ended_at");
  json& attempt = run["attempts"][0];
  attempt = {{"node", "n0"},
             {"attempt", 1},
             {"phase", "QUEUED"},
             {"created_at", At(1000)},
             {"wait", {{"code", "RESOURCES"}, {"text", "waits for memory: needs 2Gi"}}}};
  const auto timeline = TimelineOf(run, kBegin + 3000);
  CHECK(timeline[0].node == "n0 step, attempt 2");
  CHECK(timeline[0].text == "waited 2.0s for its turn; waits for memory: needs 2Gi");
  CHECK(ShareOf(SharesOf(run, kBegin + 3000), "turn") == 2000);
}

TEST_CASE("Gates, launched executions and cached nodes are in the timeline, too") {
  json run = Run();
  run["attempts"] = json::array();
  const auto node = [](const char* id, json more) {
    json out = {{"id", id},           {"display", ""},       {"kind", "node"},      {"phase", "SUCCEEDED"},
                {"queued_at", At(0)}, {"started_at", At(0)}, {"ended_at", At(4000)}};
    out.update(more);
    return out;
  };
  run["nodes"] = json::array({node("g", {{"gate", {{"gate", "approve"}, {"signal_id", "ok"}}}}),
                              node("l", {{"child_execution", {{"id", "child"}}}}),
                              node("c", {{"cache", {{"status", "CACHE_HIT"}, {"from", {{"execution", "old"}}}}}}),
                              node("m", {{"items", {{"total", 3}, {"by_phase", {{"SUCCEEDED", 3}}}}}})});
  const auto timeline = TimelineOf(run, kBegin + 20000);
  REQUIRE(timeline.size() == 4);
  CHECK(timeline[0].text == "approval ok");
  CHECK(timeline[1].text == "launched execution child");
  CHECK(timeline[2].text == "outputs from the cache, of execution old");
  CHECK(timeline[3].text == "map of 3 items: 3 SUCCEEDED");
}

TEST_CASE("Each change is told once, with the time at which it happened") {
  Changes changes;
  json run = Run();
  run["execution"]["phase"] = "RUNNING";
  run["nodes"][0]["phase"] = "RUNNING";
  run["nodes"][0].erase("ended_at");
  run["execution"].erase("ended_at");
  using Lines = std::vector<std::string>;
  CHECK(changes.Look(run, kBegin + 7000) == Lines{"+0ms  e  RUNNING", "+6.0s  n0 step  RUNNING"});
  CHECK(changes.Look(run, kBegin + 8000).empty());
  run["nodes"][0]["wait"] = {{"code", "IMAGE_PULL"}, {"text", "waits for an image"}};
  CHECK(changes.Look(run, kBegin + 9000) == Lines{"+9.0s  n0 step  RUNNING  waits for an image"});
  CHECK(changes.Look(Run(), kBegin + 11000) == Lines{"+10.0s  n0 step  SUCCEEDED  4.0s", "+10.5s  e  SUCCEEDED"});
}

TEST_CASE("Of two executions what differs is told, and their nodes stand side by side") {
  const auto execution = [](int input, double seconds) {
    const json literal = {{"scalar", {{"primitive", {{"integer", std::to_string(input)}}}}}};
    return json{{"data", {{"full_inputs", {{"literals", {{"x", literal}}}}}}},
                {"tree",
                 {{"project", "p"},
                  {"domain", "d"},
                  {"name", "e" + std::to_string(input)},
                  {"phase", "SUCCEEDED"},
                  {"launch_plan", "wf"},
                  {"version", "v1"},
                  {"error", nullptr},
                  {"nodes", json::array({{{"node", "n0"},
                                          {"name", "wf.step"},
                                          {"phase", "SUCCEEDED"},
                                          {"attempts", 1},
                                          {"duration_s", seconds}}})}}}};
  };
  const json told = Compare(execution(1, 1.5), execution(2, 2));
  REQUIRE(told["differences"].size() == 1);
  CHECK(told["differences"][0] == json{{"what", "input x"}, {"a", 1}, {"b", 2}});
  CHECK(told["nodes"][0]["node"] == "n0 step");
  CHECK(told["nodes"][0]["more_ms"] == 500);
  json other = execution(1, 2);
  other["tree"]["nodes"] = json::array();
  CHECK(Compare(execution(1, 1), other)["nodes"][0]["b"].is_null());
  CHECK(Compare(execution(1, 1), execution(1, 1))["differences"].empty());
}
