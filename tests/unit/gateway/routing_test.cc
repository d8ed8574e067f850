#include <catch2/catch.hpp>

#include "api/gateway/cors.h"
#include "api/gateway/marshal.h"
#include "api/gateway/openapi.h"
#include "api/gateway/populate.h"
#include "api/gateway/router.h"
#include "api/service_descriptors.h"
#include "flyteidl/admin/common.pb.h"
#include "flyteidl/service/dataproxy.pb.h"

namespace sandbox::api {
namespace {

TEST_CASE("routes come from the definitions") {
  const Router router(ServiceDescriptors());
  const auto [method, path, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"GET", "/api/v1/tasks/p/d/n/v", "flyteidl.service.AdminService/GetTask"},
      {"GET", "/api/v1/tasks/p/d/n", "flyteidl.service.AdminService/ListTasks"},
      {"GET", "/api/v1/tasks/p/d", "flyteidl.service.AdminService/ListTasks"},
      {"POST", "/api/v1/executions/relaunch", "flyteidl.service.AdminService/RelaunchExecution"},
      {"GET", "/api/v1/node_executions/p/d/e/n/dynamic_workflow",
       "flyteidl.service.AdminService/GetDynamicNodeWorkflow"},
      {"DELETE", "/api/v1/executions/p/d/e", "flyteidl.service.AdminService/TerminateExecution"},
      {"GET", "/api/v1/data", "flyteidl.service.DataProxyService/GetData"},
      {"POST", "/api/v1/signals", "flyteidl.service.SignalService/SetSignal"},
      {"GET", "/me", "flyteidl.service.IdentityService/UserInfo"},
      {"GET", "/api/v1/tasks/p", ""},
      {"GET", "/api/v1/tasks/p/d/n/v/", ""},
      {"PATCH", "/api/v1/projects/p", ""},
  }));
  const Router::Match match = router.Find(method, SplitPath(path));
  CAPTURE(method, path);
  CHECK((match.route == nullptr ? "" : match.route->name) == expected);
  if (method == "PATCH") CHECK(match.other != nullptr);
}

TEST_CASE("a route gives its variables") {
  const Router router(ServiceDescriptors());
  const Router::Match match = router.Find("GET", SplitPath("/api/v1/tasks/p/d/n/v"));
  CHECK(match.parameters ==
        Router::Parameters{{"id.project", "p"}, {"id.domain", "d"}, {"id.name", "n"}, {"id.version", "v"}});
}

TEST_CASE("query parameters fill the request, with the recorded errors") {
  flyteidl::admin::ResourceListRequest request;
  const auto [text, error] = GENERATE(table<std::string, std::string>({
      {"limit=x", R"(parsing field "limit": strconv.ParseUint: parsing "x": invalid syntax)"},
      {"limit=-1", R"(parsing field "limit": strconv.ParseUint: parsing "-1": invalid syntax)"},
      {"limit=99999999999", R"(parsing field "limit": strconv.ParseUint: parsing "99999999999": value out of range)"},
      {"limit=5&limit=1", R"(too many values for field "limit": 5, 1)"},
      {"sort_by.direction=UP", R"(parsing field "direction": "UP" is not a valid value)"},
      {"sort_by=name", R"(parsing field "sort_by": unsupported message type: "flyteidl.admin.Sort")"},
      {"token.x=1", R"(invalid path: "token" is not a message)"},
      {"sortBy.key=k&sort_by.direction=1&id.project=q&zzz=1&LIMIT=7&limit=+5",
       R"(parsing field "limit": strconv.ParseUint: parsing " 5": invalid syntax)"},
      {"sortBy.key=k&sort_by.direction=1&id.project=q&zzz=1&LIMIT=7&limit=5", ""},
  }));
  CAPTURE(text);
  const Status status = PopulateQuery(&request, *ParseQuery(text), {});
  CHECK((status ? "" : status.error().message) == error);
  if (error.empty())
    CHECK(request.ShortDebugString() == R"(id { project: "q" } limit: 5 sort_by { key: "k" direction: ASCENDING })");
}

TEST_CASE("path variables name the parameter in errors, and are not overridden by a query of the same name") {
  flyteidl::admin::NamedEntityGetRequest request;
  CHECK(PopulatePath(&request, "resource_type", "ZZ").error().message ==
        "type mismatch, parameter: resource_type, error: ZZ is not valid");
  REQUIRE(PopulatePath(&request, "resource_type", "2"));
  REQUIRE(PopulateQuery(&request, {{"resource_type", {"TASK"}}, {"resourceType", {"TASK"}}}, {"resource_type"}));
  CHECK(request.resource_type() == flyteidl::core::WORKFLOW);
}

TEST_CASE("durations in queries are Go's") {
  flyteidl::service::CreateDownloadLocationRequest request;
  REQUIRE(PopulateField(&request, "expires_in", {"1m1.5s"}));
  CHECK(request.expires_in().seconds() == 61);
  CHECK(request.expires_in().nanos() == 500'000'000);
  CHECK(PopulateField(&request, "expires_in", {"soon"}).error().message ==
        R"(parsing field "expires_in": time: invalid duration "soon")");
}

TEST_CASE("encodings are chosen as the reference does") {
  net::HttpHeaders headers;
  CHECK(ChooseEncodings(headers).out == Encoding::kCamelJson);
  headers.Set("Content-Type", "APPLICATION/json; charset=utf-8");
  CHECK(ChooseEncodings(headers).out == Encoding::kProtoJson);
  headers.Set("Accept", "application/json, */*");
  CHECK(ChooseEncodings(headers).out == Encoding::kProtoJson);
  headers.Set("Accept", "*/*");
  CHECK(ChooseEncodings(headers).out == Encoding::kCamelJson);
  headers.Set("Accept", "application/octet-stream");
  CHECK(ChooseEncodings(headers).out == Encoding::kProtobuf);
  CHECK(ChooseEncodings(headers).in == Encoding::kProtoJson);
}

TEST_CASE("preflights") {
  net::HttpRequest request;
  request.method = "OPTIONS";
  const auto answer = [&] { return Preflight(request, CorsHeaders("http://x")); };
  CHECK(answer().status == 200);
  CHECK_FALSE(answer().headers.Has("Access-Control-Allow-Origin"));
  request.headers.Set("Origin", "http://x");
  CHECK(answer().status == 400);
  request.headers.Set("Access-Control-Request-Method", "DELETE");
  request.headers.Set("Access-Control-Request-Headers", "content-type, flyte-authorization");
  CHECK(answer().headers.Get("Access-Control-Allow-Headers") == "Content-Type,Flyte-Authorization");
  CHECK(answer().headers.Get("Access-Control-Allow-Methods") == "DELETE");
  CHECK(answer().headers.Get("Access-Control-Allow-Origin") == "http://x");
  request.headers.Set("Access-Control-Request-Headers", "authorization");
  CHECK(answer().status == 403);
  request.headers.Set("Access-Control-Request-Method", "TRACE");
  CHECK(answer().status == 405);
}

TEST_CASE("the API description names every route") {
  const Router router(ServiceDescriptors());
  const std::string text = MakeOpenApi(router);
  CHECK_THAT(text, Catch::StartsWith("{\"swagger\":\"2.0\"") && Catch::Contains("\"/api/v1/projects/{id}\":{\"get\":"));
}

}  // namespace
}  // namespace sandbox::api
