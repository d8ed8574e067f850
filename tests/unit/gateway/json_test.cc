#include <catch2/catch.hpp>

#include "api/gateway/json_read.h"
#include "api/gateway/json_write.h"
#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/project.pb.h"
#include "flyteidl/admin/workflow.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "flyteidl/service/dataproxy.pb.h"

namespace sandbox::api {
namespace {

std::string ProjectError(const std::string& text) {
  flyteidl::admin::ProjectRegisterRequest request;
  const Status status = FromJson(text, &request);
  return status ? "" : status.error().message;
}

TEST_CASE("errors of JSON requests have the recorded texts") {
  const auto [text, error] = GENERATE(table<std::string, std::string>({
      {"nonsense", "invalid character 'o' in literal null (expecting 'u')"},
      {"[]", "proto: syntax error (line 1:1): unexpected token ["},
      {"null", "proto: syntax error (line 1:1): unexpected token null"},
      {"5", "proto: syntax error (line 1:1): unexpected token 5"},
      {R"({"project":)", "unexpected EOF"},
      {R"({"zzz": 1})", R"(proto: (line 1:2): unknown field "zzz")"},
      {R"({"project": {"id": "x", "zzz": 1}})", R"(proto: (line 1:25): unknown field "zzz")"},
      {R"({"project": "x"})", R"(proto: syntax error (line 1:13): unexpected token "x")"},
      {R"({"project": {"id": 5}})", "proto: (line 1:20): invalid value for string field id: 5"},
      {R"({"project": {"id": "q", "name": "q", "state": "NOPE"}})",
       R"(proto: (line 1:47): invalid value for enum field state: "NOPE")"},
      {"{/* */}", "invalid character '/' looking for beginning of object key string"},
      {"\xef\xbb\xbf{}", "invalid character '\xc3\xaf' looking for beginning of value"},
      {R"({"project": {"id":"A"}, "project": {"id":"B"}})", R"(proto: (line 1:25): duplicate field "project")"},
      {R"({"project": {"domains": [{}, 1]}})", "proto: syntax error (line 1:30): unexpected token 1"},
      {R"({"project" 1})", "invalid character '1' after object key"},
      {R"({"project": {} "x"})", "invalid character '\"' after object key:value pair"},
      {R"({"project": [1 2]})", "invalid character '2' after array element"},
      {"{\"project\": \"a\nb\"}", "invalid character '\\n' in string literal"},
      {R"({"project": "\x"})", "invalid character 'x' in string escape code"},
      {R"({"project": 1.x})", "invalid character 'x' after decimal point in numeric literal"},
      {"{\n  \"zzz\": 1}", R"(proto: (line 2:3): unknown field "zzz")"},
      {R"({"project": null})", ""},
      {"", ""},
      {" \n", ""},
      {R"({"project": {}} x)", ""},
      {R"({"project": {"id": "\u00e9\ud83d\ude00"}})", ""},
  }));
  CAPTURE(text);
  CHECK(ProjectError(text) == error);
}

TEST_CASE("deep nesting is refused without harm") {
  std::string text = "{\"project\":";
  for (int i = 0; i < 20'000; ++i) text += "[";
  CHECK(ProjectError(text) == "exceeded max depth");
  flyteidl::core::Literal literal;
  std::string deep;
  for (int i = 0; i < 3'000; ++i) deep += "{\"collection\":{\"literals\":[";
  for (int i = 0; i < 3'000; ++i) deep += "]}}";
  const Status status = FromJson(deep, &literal);
  REQUIRE_FALSE(status);
  CHECK(status.error().message == "proto: exceeded max recursion depth");
}

TEST_CASE("values of every kind come in and go out") {
  flyteidl::core::Literal literal;
  const std::string text = R"({"map": {"literals": {"a": {"scalar": {"primitive": {"integer": "-5"}}},
    "b": {"scalar": {"primitive": {"floatValue": 1.5}}},
        "c": {"scalar": {"primitive": {"datetime": "2026-01-02T03:04:05.5Z"}}},
    "d": {"scalar": {"primitive": {"duration": "90.25s"}}}, "e": {"scalar": {"binary": {"value": "aGk=", "tag": "t"}}},
    "f": {"scalar": {"generic": {"x": [1, null, true, "s", {"y": {}}]}}}, "g": {"scalar": {"noneType": {}}},
    "h": {"scalar": {"primitive": {"integer": 1e2}}}, "i": {"scalar": {"primitive": {"float_value": "NaN"}}}}},
    "hash": "\u00e9\n", "metadata": {"k": "v"}})";
  const Status read = FromJson(text, &literal);
  CAPTURE((read ? "" : read.error().message));
  REQUIRE(read);
  CHECK(ToJson(literal, JsonNames::kCamel) ==
        "{\"map\":{\"literals\":{"
        "\"a\":{\"scalar\":{\"primitive\":{\"integer\":\"-5\"}},\"hash\":\"\",\"metadata\":{}},"
        "\"b\":{\"scalar\":{\"primitive\":{\"floatValue\":1.5}},\"hash\":\"\",\"metadata\":{}},"
        "\"c\":{\"scalar\":{\"primitive\":{\"datetime\":\"2026-01-02T03:04:05.500Z\"}},\"hash\":\"\",\"metadata\":{}},"
        "\"d\":{\"scalar\":{\"primitive\":{\"duration\":\"90.250s\"}},\"hash\":\"\",\"metadata\":{}},"
        "\"e\":{\"scalar\":{\"binary\":{\"value\":\"aGk=\",\"tag\":\"t\"}},\"hash\":\"\",\"metadata\":{}},"
        "\"f\":{\"scalar\":{\"generic\":{\"x\":[1,null,true,\"s\",{\"y\":{}}]}},\"hash\":\"\",\"metadata\":{}},"
        "\"g\":{\"scalar\":{\"noneType\":{}},\"hash\":\"\",\"metadata\":{}},"
        "\"h\":{\"scalar\":{\"primitive\":{\"integer\":\"100\"}},\"hash\":\"\",\"metadata\":{}},"
        "\"i\":{\"scalar\":{\"primitive\":{\"floatValue\":\"NaN\"}},\"hash\":\"\",\"metadata\":{}}}},"
        "\"hash\":\"\xc3\xa9\\n\",\"metadata\":{\"k\":\"v\"}}");
  flyteidl::core::Literal again;
  REQUIRE(FromJson(ToJson(literal, JsonNames::kProto), &again));
  CHECK(again.SerializeAsString().size() == literal.SerializeAsString().size());
}

TEST_CASE("what is unset is written, but for members of a oneof") {
  flyteidl::admin::ExecutionSpec spec;
  const std::string json = ToJson(spec, JsonNames::kProto);
  CHECK_THAT(json, Catch::Contains("\"launch_plan\":null") && Catch::Contains("\"max_parallelism\":0") &&
                       Catch::Contains("\"tags\":[]"));
  CHECK_THAT(json, !Catch::Contains("disable_all"));
}

TEST_CASE("bytes are refused when they are not base64") {
  flyteidl::service::CreateUploadLocationRequest request;
  const Status status = FromJson(R"({"project": "p", "domain": "d", "content_md5": "not base64!"})", &request);
  REQUIRE_FALSE(status);
  CHECK(status.error().message == R"(proto: (line 1:48): invalid value for bytes field contentMd5: "not base64!")");
}

TEST_CASE("details of an error are objects with their type") {
  flyteidl::admin::CreateWorkflowFailureReason reason;
  reason.mutable_exists_identical_structure()->mutable_id()->set_name("n");
  const std::vector<ErrorDetail> details{
      {"type.googleapis.com/flyteidl.admin.CreateWorkflowFailureReason", reason.SerializeAsString()},
      {"x/unknown", ""}};
  CHECK(ErrorToJson(Code::kAlreadyExists, "a \"b\"", details, JsonNames::kProto) ==
        R"({"code":6,"message":"a \"b\"",)"
        R"("details":[{"@type":"type.googleapis.com/flyteidl.admin.CreateWorkflowFailureReason",)"
        R"("exists_identical_structure":{"id":{"resource_type":"UNSPECIFIED","project":"","domain":"","name":"n",)"
        R"("version":"","org":""}}}]})");
}

}  // namespace
}  // namespace sandbox::api
