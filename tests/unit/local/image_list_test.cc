// Images with the tasks that name them.

#include "api/local/image_list.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "api/local/doctor_calls.h"

namespace sandbox::testing {
namespace {

using namespace sandbox::api;

TaskUse Use(const std::string& name, const std::string& version, bool newest, const std::string& image) {
  return {{EntityKind::kTask, "p", "d", name, version}, newest, {image}, {}};
}

HostImage Host(std::vector<std::string> names) { return {"sha256:abc", std::move(names), 10, {}, "linux/arm64"}; }

TEST_CASE("names of one image are equal", "[images]") {
  CHECK(FamiliarImageName("python") == "python:latest");
  CHECK(FamiliarImageName("docker.io/library/python:3.11") == "python:3.11");
  CHECK(FamiliarImageName("docker.io/me/app:v1") == "me/app:v1");
  CHECK(FamiliarImageName("localhost:30000/app") == "localhost:30000/app:latest");
  CHECK(FamiliarImageName("localhost:30000/app:v1") == "localhost:30000/app:v1");
  CHECK(FamiliarImageName("app:v1@sha256:12") == "app@sha256:12");
  CHECK(FamiliarImageName("sha256:12") == "sha256:12");
}

TEST_CASE("what tasks name and the engine has not is missing", "[images]") {
  const std::vector<TaskUse> uses = {Use("t", "v2", true, "app:v2"), Use("t", "v1", false, "app:v1"),
                                     Use("u", "v1", true, "docker.io/library/python")};
  const ImageSources sources{{Host({"python:latest", "other:v9"})}, true, {}};
  const auto rows = ImageRows(sources, uses);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0]["reference"] == "app:v2");
  CHECK(rows[0]["newest"] == true);
  CHECK(rows[1]["reference"] == "app:v1");
  CHECK(rows[1]["newest"] == false);
  CHECK(rows[2]["state"] == "present");
  CHECK(rows[2]["used_by"][0]["name"] == "u");
  CHECK(rows[2]["used_by_count"] == 1);
  const auto missing = MissingImageRows(sources, uses);
  REQUIRE(missing.size() == 1);
  CHECK(missing[0]["command"] == "sandbox build . -t app:v2");
}

TEST_CASE("what a registry elsewhere has is pulled, the rest is built", "[images]") {
  const auto command = [](const char* image) -> std::string {
    return MissingImageRows({{}, true, {}}, {Use("t", "v1", true, image)})[0]["command"];
  };
  CHECK(command("ghcr.io/flyteorg/flytekit:py3.11") == "sandbox image pull ghcr.io/flyteorg/flytekit:py3.11");
  CHECK(command("registry:5000/app") == "sandbox image pull registry:5000/app");
  CHECK(command("localhost:30000/app:v1") == "sandbox build . -t localhost:30000/app:v1");
  CHECK(command("team/app:v1") == "sandbox build . -t team/app:v1");
  CHECK(command("app.x:v1") == "sandbox build . -t app.x:v1");
}

TEST_CASE("what is being pulled is not missing", "[images]") {
  const ImageSources sources{{}, true, {{"app:latest", {5, 10}}}};
  const auto rows = ImageRows(sources, {Use("t", "v1", true, "app")});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["state"] == "pulling");
  CHECK(rows[0]["reference"] == "app");
  CHECK(rows[0]["bytes"] == 5);
  CHECK(MissingImageRows(sources, {Use("t", "v1", true, "app")}).empty());
}

TEST_CASE("what is being built is not missing, and is one row with what is there", "[images]") {
  ImageSources sources{{Host({"app:v1"}), Host({"other:v1"})}, true, {}};
  sources.builds["app:v1"] = {"0123456789ab", 2, 5, Instant(std::chrono::seconds(60))};
  sources.builds["new:v1"] = {"0123456789ab", 2, 5, Instant(std::chrono::seconds(60))};
  const std::vector<TaskUse> uses = {Use("t", "v1", true, "new:v1")};
  const auto rows = ImageRows(sources, uses);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0]["reference"] == "app:v1");
  CHECK(rows[0]["state"] == "building");
  CHECK(rows[0]["id"] == "sha256:abc");
  CHECK(rows[0]["step"] == 2);
  CHECK(rows[0]["steps"] == 5);
  CHECK(rows[1]["reference"] == "new:v1");
  CHECK(rows[1]["id"].is_null());
  CHECK(rows[1]["build"] == "0123456789ab");
  CHECK(rows[1]["used_by_count"] == 1);
  CHECK(rows[2]["reference"] == "other:v1");
  CHECK(MissingImageRows(sources, uses).empty());
}

TEST_CASE("without an engine nothing is missing for sure", "[images]") {
  const ImageSources sources{{}, false, {}};
  const auto rows = ImageRows(sources, {Use("t", "v1", true, "app:v1")});
  CHECK(rows[0]["state"] == "unknown");
  CHECK(rows[0]["command"].is_null());
  CHECK(MissingImageRows(sources, {Use("t", "v1", true, "app:v1")}).empty());
}

TEST_CASE("an image without a name is shown by its id", "[images]") {
  const auto rows = ImageRows({{Host({})}, true, {}}, {});
  CHECK(rows[0]["reference"] == "sha256:abc");
}

TEST_CASE("images of tasks are tried before others, and small ones before large ones", "[images]") {
  const auto sized = [](std::vector<std::string> names, int64_t bytes) {
    return HostImage{"sha256:" + std::to_string(bytes), std::move(names), bytes, {}, "linux/amd64"};
  };
  const ImageSources sources{{sized({"large:v1"}, 900), sized({"app:v1", "app:v2"}, 500), sized({}, 1),
                              sized({"old:v1"}, 30), sized({"small:v1"}, 20), sized({"tiny:v1"}, 10)},
                             true,
                             {}};
  const std::vector<TaskUse> uses = {Use("t", "v2", true, "docker.io/library/app:v2"), Use("t", "v1", false, "old:v1"),
                                     Use("u", "v1", true, "absent:v1")};
  CHECK(ImagesToTry(sources, uses) == std::vector<std::string>{"app:v1", "tiny:v1", "small:v1", "old:v1"});
  CHECK(ImagesToTry({{}, false, {}}, uses).empty());
  CHECK(ImagesToTry({{sized({}, 5), sized({"a:v1"}, 9)}, true, {}}, {}) ==
        std::vector<std::string>{"a:v1", "sha256:5"});
}

}  // namespace
}  // namespace sandbox::testing
