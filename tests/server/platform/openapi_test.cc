// docs/reference/local-api.yaml against the server: every path, every required field in its type, one error each.

#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "builds/record.h"
#include "sandbox/base/names.h"
#include "server/platform/events.h"
#include "server/platform/platform.h"
#include "server/platform/scheduled.h"

namespace sandbox::testing {
namespace {

using nlohmann::json;

class Walk {
 public:
  Walk() : description_(YAML::LoadFile(SANDBOX_LOCAL_API)) {
    REQUIRE(platform_.Open());
    platform_.Task("t", "wait");
    platform_.Task("f", "false");
    RegisterSchedule(platform_, "nightly", "0 2 * * *");
    platform_.Launch("f", "failed");
    platform_.Ended("failed");
    platform_.Launch("t", "e");
    platform_.UntilRunning("e");
    const auto folder = platform_.Folder() / "logs" / "flytesnacks-development";
    std::filesystem::create_directories(folder);
    pod_ = platform_.Engine().Names().at(0);
    std::ofstream(folder / (pod_ + ".log")) << "one\ntwo\n";
    KeepBuild();
    Stored("flytesnacks/development/0a1b2c3d/page.html");
    Stored(Cat("metadata/propeller/flytesnacks-development-failed/", SingleTaskNodeId("f"), "/data/0/deck.html"));
  }

  void All() {
    const YAML::Node paths = description_["paths"];
    REQUIRE(paths.size() >= 6);
    for (const auto& path : paths) {
      INFO(path.first.as<std::string>());
      if (const YAML::Node put = path.second["put"]) Call("PUT", put, "{}");
      if (path.second["post"]) Post(path.second["post"]);
      if (const YAML::Node remove = path.second["delete"]) Call("DELETE", remove, {});
      const YAML::Node get = path.second["get"];
      if (!get) continue;
      const std::string target = Fill(path.first.as<std::string>(), get);
      const YAML::Node content = get["responses"]["200"]["content"];
      const std::string type = content.begin()->first.as<std::string>();
      if (type == "text/event-stream") {
        CHECK(EventReader(platform_.Port(), "machine").head.find(type) != std::string::npos);
        continue;
      }
      const HttpAnswer answer = platform_.Http("GET", target);
      CHECK(answer.status == 200);
      CHECK(answer.head.find("Content-Type: " + type) != std::string::npos);
      if (type == "application/json") Check(answer.Json(), content[type]["schema"], target);
      REQUIRE(get["x-error"]);
      Error(get["x-error"]);
    }
  }

  size_t Fields() const { return fields_; }

 private:
  // One that failed in its second step, so that every field has a value.
  void KeepBuild() {
    builds::BuildRecord record;
    record.id = "0123456789ab";
    record.state = builds::BuildState::kFailed;
    record.tags = {"app:v1"};
    record.started_at = std::chrono::sys_days(std::chrono::January / 1 / 2026);
    record.ended_at = record.started_at + std::chrono::seconds(2);
    record.steps_total = 2;
    record.steps.push_back({1, "FROM busybox", builds::BuildState::kDone, true, record.started_at, 10, {}, {{1, 1}}});
    record.steps.push_back({2, "RUN false", builds::BuildState::kFailed, false, record.started_at, 20, 1, {{2, 2}}});
    record.failure = builds::BuildFailure{"returned a non-zero code: 1", 2, 1, {"a line"}};
    const builds::BuildFolder folder{platform_.Folder() / "builds" / record.id};
    std::filesystem::create_directories(folder.root);
    std::ofstream(folder.Record()) << builds::ToJson(record).dump();
    std::ofstream(folder.Dockerfile()) << "FROM busybox\nRUN false\n";
    std::ofstream(folder.Log()) << "[1/2] FROM busybox\n[2/2] RUN false\na line\n";
  }

  void Stored(const std::string& key) {
    REQUIRE(platform_.Objects().Put("my-s3-bucket", key, "<p>deck</p>", Durability::kCached));
  }

  std::string Meant(const std::string& text) {
    std::string out = text;
    const auto put = [&out](const std::string& mark, const std::string& value) {
      if (const size_t at = out.find(mark); at != std::string::npos) out.replace(at, mark.size(), value);
    };
    put("{execution}", "failed");
    put("{pod}", pod_);
    put("{node}", SingleTaskNodeId("f"));
    return out;
  }

  std::string Fill(std::string path, const YAML::Node& get) {
    std::string query;
    for (const YAML::Node& parameter : get["parameters"]) {
      if (!parameter["example"]) continue;
      const std::string name = parameter["name"].as<std::string>();
      const std::string value = Meant(parameter["example"].as<std::string>());
      if (parameter["in"].as<std::string>() == "query") {
        query += (query.empty() ? "?" : "&") + name + "=" + value;
      } else {
        path.replace(path.find("{" + name + "}"), name.size() + 2, value);
      }
    }
    return path + query;
  }

  void Call(const std::string& method, const YAML::Node& call, const std::string& body) {
    const std::string target = call["x-example"].as<std::string>();
    const HttpAnswer answer = platform_.Http(method, target, body);
    CHECK(answer.status == 200);
    Check(answer.Json(), call["responses"]["200"]["content"]["application/json"]["schema"], target);
    REQUIRE(call["x-error"]);
    Error(call["x-error"]);
  }

  void Post(const YAML::Node& post) {
    const std::string target = post["x-example"]["path"].as<std::string>();
    const HttpAnswer answer = platform_.Http("POST", target, post["x-example"]["body"].as<std::string>());
    INFO(target << ": " << answer.body);
    CHECK(answer.status == 200);
    const YAML::Node content = post["responses"]["200"]["content"];
    for (std::istringstream lines(answer.body); std::getline(lines, line_);)
      Check(json::parse(line_), content.begin()->second["schema"], target);
    REQUIRE(post["x-error"]);
    Error(post["x-error"]);
  }

  void Error(const YAML::Node& wanted) {
    const std::string method = wanted["method"] ? wanted["method"].as<std::string>() : "GET";
    const std::string target = Meant(wanted["path"].as<std::string>());
    INFO(target);
    const std::string body = wanted["body"] ? wanted["body"].as<std::string>() : method == "GET" ? "" : "{}";
    const HttpAnswer answer = platform_.Http(method, target, body);
    CHECK(answer.status == wanted["status"].as<int>());
    Check(answer.Json(), description_["components"]["schemas"]["Error"], target);
  }

  // One object with the fields of all.
  YAML::Node Merged(const YAML::Node& parts) {
    YAML::Node out;
    out["type"] = "object";
    for (const YAML::Node& part : parts) {
      const YAML::Node schema = Resolved(part);
      for (const YAML::Node& required : schema["required"]) out["required"].push_back(required);
      for (const auto& property : schema["properties"])
        out["properties"][property.first.as<std::string>()] = property.second;
    }
    return out;
  }

  YAML::Node Resolved(const YAML::Node& schema) {
    if (schema["allOf"]) return Merged(schema["allOf"]);
    if (!schema["$ref"]) return schema;
    const std::string ref = schema["$ref"].as<std::string>();
    const YAML::Node found = description_["components"]["schemas"][ref.substr(ref.rfind('/') + 1)];
    REQUIRE(found);
    return Resolved(found);
  }

  void Check(const json& value, const YAML::Node& unresolved, const std::string& where) {
    const YAML::Node schema = Resolved(unresolved);
    INFO(where << " = " << value.dump().substr(0, 200));
    ++fields_;
    if (schema["x-any"]) return;
    if (value.is_null()) {
      CHECK((schema["nullable"] && schema["nullable"].as<bool>()));
      return;
    }
    if (!schema["type"]) return;
    const std::string type = schema["type"].as<std::string>();
    CHECK(Is(value, type));
    if (type == "array") {
      for (size_t i = 0; i < value.size(); ++i) Check(value[i], schema["items"], where + "[" + std::to_string(i) + "]");
    }
    if (type != "object") return;
    for (const YAML::Node& required : schema["required"]) CHECK(value.contains(required.as<std::string>()));
    if (!schema["properties"]) return;
    // What is not described is not there: the description is whole.
    for (const auto& [name, field] : value.items()) {
      INFO(name);
      REQUIRE(schema["properties"][name]);
      Check(field, schema["properties"][name], where + "." + name);
    }
  }

  static bool Is(const json& value, const std::string& type) {
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
  }

  const YAML::Node description_;
  Platform platform_;
  size_t fields_ = 0;
  std::string pod_, line_;
};

TEST_CASE("the local API is what its description says", "[local]") {
  Walk walk;
  walk.All();
  CHECK(walk.Fields() > 400);
}

}  // namespace
}  // namespace sandbox::testing
