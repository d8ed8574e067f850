// Secrets with who wants them.

#include "api/local/secret_list.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <nlohmann/json.hpp>

namespace sandbox::testing {
namespace {

using namespace sandbox::api;

TaskUse Use(const std::string& name, const std::string& version, bool newest, std::vector<SecretName> secrets) {
  return {{EntityKind::kTask, "p", "d", name, version}, newest, {}, std::move(secrets)};
}

TEST_CASE("a secret names the newest version of each task that wants it", "[secrets]") {
  const std::vector<TaskUse> uses = {Use("b", "v2", true, {{"g", "k"}}), Use("b", "v1", false, {{"g", "k"}}),
                                     Use("a", "v9", false, {{"g", "k"}})};
  const auto list = SecretList({{{"g", "k"}, Instant(std::chrono::seconds(1))}, {{"g", "unused"}, {}}}, uses);
  REQUIRE(list["secrets"].size() == 2);
  CHECK(list["secrets"][0]["set_at"] == "1970-01-01T00:00:01Z");
  REQUIRE(list["secrets"][0]["wanted_by"].size() == 2);
  CHECK(list["secrets"][0]["wanted_by"][0]["version"] == "v2");
  CHECK(list["secrets"][0]["wanted_by"][1]["newest"] == false);
  CHECK(list["secrets"][1]["wanted_by"].empty());
  CHECK(list["missing"].empty());
}

TEST_CASE("missing is what the newest version of a task wants", "[secrets]") {
  const std::vector<TaskUse> uses = {Use("a", "v2", true, {{"g", "two words"}}), Use("a", "v1", false, {{"g", "old"}})};
  const auto list = SecretList({}, uses);
  REQUIRE(list["missing"].size() == 1);
  CHECK(list["missing"][0]["key"] == "two words");
  CHECK(list["missing"][0]["command"] == "sandbox secrets set g 'two words'");
  CHECK(list["missing"][0]["wanted_by"][0]["name"] == "a");
}

TEST_CASE("a secret has its names and its time, and nothing else", "[secrets]") {
  const auto list = SecretList({{{"g", "k"}, {}}}, {});
  CHECK(list["secrets"][0] ==
        nlohmann::json{{"group", "g"}, {"key", "k"}, {"set_at", nullptr}, {"wanted_by", nlohmann::json::array()}});
}

}  // namespace
}  // namespace sandbox::testing
