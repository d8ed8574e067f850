#include "api/local/pod_json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace sandbox::api {
namespace {

using model::PodWait;
using nlohmann::json;

constexpr int64_t kGi = int64_t{1} << 30;
constexpr Instant kAt{std::chrono::seconds(1'700'000'000)};
constexpr char kAtText[] = "2023-11-14T22:13:20Z";

TEST_CASE("a wait tells its amounts and who is before it", "[local]") {
  model::WaitReason wait{.code = PodWait::kResources, .since = kAt};
  wait.shortages = {{"memory", 4 * kGi, kGi, 8 * kGi}, {"cpu", 2000, 500, 4000}};
  wait.ahead = {{{"p", "d", "e1"}, "n0"}, {{"p", "d", "e2"}, "n3"}};
  wait.ahead_count = 5;
  const std::string text =
      "waits for memory: needs 4Gi, 1Gi of 8Gi free; cpu: needs 2, 500m of 4 free; 5 before it: e1/n0, e2/n3 and 3 "
      "more";
  CHECK(WaitJson(wait) == json{{"code", "RESOURCES"},
                               {"since", kAtText},
                               {"text", text},
                               {"status", "WaitingForResources"},
                               {"resource", "memory"},
                               {"needs", 4 * kGi},
                               {"free", kGi},
                               {"total", 8 * kGi},
                               {"ahead",
                                {{{"project", "p"}, {"domain", "d"}, {"execution", "e1"}, {"node", "n0"}},
                                 {{"project", "p"}, {"domain", "d"}, {"execution", "e2"}, {"node", "n3"}}}},
                               {"ahead_count", 5}});
}

TEST_CASE("a wait for an image", "[local]") {
  model::WaitReason wait{.code = PodWait::kImageMissing, .image = "app:v1", .error = "not found", .tried = 2};
  wait.next_try_at = kAt;
  const json missing = WaitJson(wait);
  CHECK(missing["code"] == "IMAGE_MISSING");
  CHECK(missing["status"] == "ImagePullBackOff");
  CHECK(missing["reference"] == "app:v1");
  CHECK(missing["error"] == "not found");
  CHECK(missing["tried"] == 2);
  CHECK(missing["next_try_at"] == kAtText);
  CHECK(missing["command"] == "sandbox build . -t app:v1");
  CHECK(missing["text"].get<std::string>().starts_with(
      "image \"app:v1\" cannot be pulled: not found; tried again at 2023-11-14T22:13:20Z"));
  // What the public API says is the reference's text.
  CHECK(WordsOf(wait).message == "Back-off pulling image \"app:v1\"");
  const json pull = WaitJson({.code = PodWait::kImagePull, .image = "app:v1", .bytes = kGi, .bytes_total = 2 * kGi});
  CHECK(pull["code"] == "IMAGE_PULL");
  CHECK(pull["status"] == "ContainerCreating");
  CHECK(pull["bytes"] == kGi);
  CHECK(pull["total"] == 2 * kGi);
  CHECK(pull["text"] == "pulls image \"app:v1\": 1Gi of 2Gi");
}

TEST_CASE("every wait has a code of its own words, and none is null", "[local]") {
  CHECK(WaitJson({}).is_null());
  for (int code = 1; code <= static_cast<int>(PodWait::kEngine); ++code) {
    CAPTURE(code);
    const json wait = WaitJson({.code = static_cast<PodWait>(code), .error = "why"});
    CHECK_FALSE(wait["code"].get<std::string>().empty());
    CHECK_FALSE(wait["text"].get<std::string>().empty());
    CHECK_FALSE(wait["status"].get<std::string>().empty());
  }
}

TEST_CASE("a pod: what is known, and null for the rest", "[local]") {
  model::TaskRecord task;
  task.id = {{{"p", "d", "e"}, "n0"}, 1};
  task.generated_name = "e-n0-1";
  task.pod_status = "OOMKilled";
  task.created_at = kAt;
  SECTION("a row of before") {
    const json pod = PodJson(task);
    for (const char* key : {"wait", "image", "image_id", "container_id", "peak_memory_bytes", "cpu_mean_millis"})
      CHECK(pod[key].is_null());
    CHECK(pod["limits"]["memory_bytes"].is_null());
    CHECK(pod["instants"]["admitted_at"].is_null());
    CHECK(pod["containers"].empty());
    CHECK(pod["oom_killed"] == false);
  }
  SECTION("one that ran") {
    auto definition = std::make_shared<model::PodDefinition>();
    definition->containers.push_back({.name = "init", .role = model::ContainerRole::kInit});
    definition->containers.push_back({.name = "main",
                                      .image = "app:v1",
                                      .args = {"run"},
                                      .env_names = {"SECRET"},
                                      .cpu_request_millis = 500,
                                      .memory_limit_bytes = kGi});
    definition->primary = 1;
    task.pod.definition = definition;
    task.pod.ends = {{"flyte-copilot-uploader", 0, model::EndReason::kCompleted, "", kAt, kAt},
                     {"main", 137, model::EndReason::kOomKilled, "killed", kAt, kAt}};
    task.pod.facts = {{.admitted = kAt, .ended = kAt}, "sha256:1", "c1", kGi, 1500, true};
    const json pod = PodJson(task);
    CHECK(pod["image"] == "app:v1");
    CHECK(pod["image_id"] == "sha256:1");
    CHECK(pod["container_id"] == "c1");
    CHECK(pod["peak_memory_bytes"] == kGi);
    CHECK(pod["cpu_mean_millis"] == 1500);
    CHECK(pod["oom_killed"] == true);
    CHECK(pod["limits"] == json{{"cpu_millis", nullptr}, {"memory_bytes", kGi}});
    CHECK(pod["requests"] == json{{"cpu_millis", 500}, {"memory_bytes", nullptr}});
    CHECK(pod["instants"]["admitted_at"] == kAtText);
    CHECK(pod["instants"]["started_at"].is_null());
    REQUIRE(pod["containers"].size() == 3);
    CHECK(pod["containers"][0]["role"] == "helper");
    CHECK(pod["containers"][1]["role"] == "init");
    CHECK(pod["containers"][1]["end"].is_null());
    CHECK(pod["containers"][2]["env_names"] == json::array({"SECRET"}));
    CHECK(pod["containers"][2]["end"]["reason"] == "OOMKilled");
    CHECK(pod["containers"][2]["end"]["exit_code"] == 137);
  }
}

}  // namespace
}  // namespace sandbox::api
