#include "sandbox/registry/digest.h"

#include <google/protobuf/struct.pb.h>

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "flyteidl/core/interface.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "unit/compiler/from_json.h"

namespace sandbox::registry {
namespace {

using flyteidl::core::Literal;
using flyteidl::core::LiteralMap;
using flyteidl::core::TaskTemplate;
using flyteidl::core::VariableMap;
using testing::FromJson;

// Unpadded; the URL alphabet unless `standard`.
std::string Base64(std::string_view bytes, bool standard = false) {
  const std::string alphabet =
      std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") + (standard ? "+/" : "-_");
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += alphabet[bits >> (count - 6) & 0x3f];
  }
  if (count > 0) out += alphabet[bits << (6 - count) & 0x3f];
  return out;
}

TEST_CASE("object hashes are those of the reference") {
  CHECK(Base64(ObjectHash(VariableMap())) == "GKw-c0PwFokMUQ6T-TUmEWnZ4_VlQ2Qpgw-vCTT0-OQ");
  CHECK(Base64(ObjectHash(FromJson<LiteralMap>(R"({"literals":{"1":{"scalar":{"primitive":{"integer":"1"}}},)"
                                               R"("2":{"scalar":{"primitive":{"integer":"2"}}}}})"))) ==
        "GQid5LjHbakcW68DS3P2jp80QLbiF0olFHF2hTh5bg8");
  CHECK(Base64(ObjectHash(FromJson<LiteralMap>(R"({"literals":{"a":{"scalar":{"primitive":{"integer":"3"}}}}})"))) ==
        "zfJO2-HUAXM2IXGD8SISALOTHhpjXiWXfSxv9J8ranM");
  CHECK(Base64(ObjectHash(FromJson<LiteralMap>(
            R"({"literals":{"a":{"collection":{"literals":[{"scalar":{"primitive":{"integer":"1"}}},)"
            R"({"scalar":{"primitive":{"integer":"2"}}}]}}}})"))) == "fBFv8WW1wISXbWmVdNUUuxDtBBC5cOopcw3JAhL0Ji0");
  const auto short_hash = [](const std::string& json) {
    return Base64(ObjectHash(FromJson<VariableMap>(json))).substr(0, 8);
  };
  CHECK(short_hash(R"({"variables":{"1":{"type":{"simple":"INTEGER"}},"2":{"type":{"simple":"INTEGER"}}}})") ==
        "UxVtPm0k");
  CHECK(short_hash(R"({"variables":{"a":{"type":{"simple":"INTEGER"}}}})") == "rJudYX8l");
  CHECK(short_hash(R"({"variables":{"o0":{"type":{"simple":"INTEGER"}}}})") == "PmK8qF6C");
  // The same JSON as a plain object.
  const auto plain = FromJson<google::protobuf::Struct>(
      R"({"integer":"18","floatValue":1.3,"stringValue":"lets test this","boolean":true})");
  CHECK(Base64(ObjectHash(plain), true) == "GhPMTKvJfUPHK8U3vEmoi/wdVBx7IQSPqyjGXAZzquI");
}

TEST_CASE("object hashes treat unset and default alike, but not members of a oneof") {
  TaskTemplate task = FromJson<TaskTemplate>(R"({"type":"t"})");
  const std::string before = ObjectHash(task);
  task.set_task_type_version(0);
  CHECK(ObjectHash(task) == before);
  task.mutable_metadata()->mutable_runtime();
  const std::string without = ObjectHash(task);
  CHECK(without != before);
  task.mutable_metadata()->set_interruptible(false);
  CHECK(ObjectHash(task) != without);
}

TEST_CASE("object hashes of special messages are those of their JSON form") {
  const auto json = [](const std::string& text) { return ObjectHash(FromJson<google::protobuf::Value>(text)); };
  const auto literal = [](const std::string& text) { return ObjectHash(FromJson<Literal>(text)); };
  CHECK(literal(R"({"scalar":{"primitive":{"duration":"1.500s"}}})") ==
        json(R"({"scalar":{"primitive":{"duration":"1.500s"}}})"));
  CHECK(literal(R"({"scalar":{"primitive":{"duration":"-60s"}}})") ==
        json(R"({"scalar":{"primitive":{"duration":"-60s"}}})"));
  CHECK(literal(R"({"scalar":{"primitive":{"datetime":"2020-01-01T00:00:00.25Z"}}})") ==
        json(R"({"scalar":{"primitive":{"datetime":"2020-01-01T00:00:00.250Z"}}})"));
  CHECK(literal(R"({"scalar":{"primitive":{"datetime":"9999-12-31T23:59:59Z"}}})") ==
        json(R"({"scalar":{"primitive":{"datetime":"9999-12-31T23:59:59Z"}}})"));
  CHECK(literal(R"({"scalar":{"primitive":{"datetime":"0001-01-01T00:00:01.000002Z"}}})") ==
        json(R"({"scalar":{"primitive":{"datetime":"0001-01-01T00:00:01.000002Z"}}})"));
  CHECK(literal(R"({"scalar":{"binary":{"value":"AQID/w==","tag":"x"}}})") ==
        json(R"({"scalar":{"binary":{"value":"AQID/w==","tag":"x"}}})"));
  CHECK(literal(R"({"scalar":{"generic":{"a":[1,null,"x",{"b":0.1}]}}})") ==
        json(R"({"scalar":{"generic":{"a":[1,null,"x",{"b":0.1}]}}})"));
  CHECK(literal(R"({"scalar":{"noneType":{}}})") == json(R"({"scalar":{"noneType":{}}})"));
  CHECK(ObjectHash(FromJson<flyteidl::core::ArrayNode>(R"({"minSuccessRatio":0.1})")) ==
        json(R"({"minSuccessRatio":0.1})"));
}

TEST_CASE("Go's text of messages") {
  CHECK(GoText(Literal()).empty());
  CHECK(GoText(FromJson<flyteidl::core::Identifier>(
            R"({"resourceType":"WORKFLOW","project":"p","domain":"d","name":"n\"\n\u0001é"})")) ==
        R"(resource_type:WORKFLOW project:"p" domain:"d" name:"n\"\n\x01é")");
  CHECK(GoText(FromJson<VariableMap>(R"({"variables":{"b":{"description":"x"},"a":{}}})")) ==
        R"(variables:{key:"a" value:{}} variables:{key:"b" value:{description:"x"}})");
  CHECK(
      GoText(FromJson<Literal>(R"({"collection":{"literals":[{"scalar":{"primitive":{"floatValue":1000000}}},)"
                               R"({"scalar":{"primitive":{"floatValue":0.5}}}]}})")) ==
      "collection:{literals:{scalar:{primitive:{float_value:1e+06}}} literals:{scalar:{primitive:{float_value:0.5}}}}");
}

TEST_CASE("structure differences name what was replaced, added or removed, but not longer lists") {
  const auto diff = [](const std::string& before, const std::string& after) {
    return StructureDiff(FromJson<TaskTemplate>(before), FromJson<TaskTemplate>(after));
  };
  CHECK(diff(R"({"type":"a"})", R"({"type":"b"})") == "/type:\n\t- a \n\t+ b");
  CHECK(diff(R"({"container":{"args":["a"]}})", R"({"container":{"args":["a","b"]}})").empty());
  CHECK(diff(R"({"config":{"a/b":"1"}})", R"({"config":{}})") == "/config:\n\t- map[a/b:1] \n\t+ <nil>");
  CHECK(diff(R"({"config":{"a/b":"1","c":"2"}})", R"({"config":{"c":"2"}})") == "/config/a~1b:\n\t- 1 \n\t+ <nil>");
  CHECK(diff(R"({})", R"({"k8sPod":{"primaryContainerName":"x"}})") ==
        "/Target:\n\t- <nil> \n\t+ map[K8SPod:map[primary_container_name:x]]");
}

}  // namespace
}  // namespace sandbox::registry
