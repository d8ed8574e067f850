// What the API says of itself.

#include "api/kube/discovery.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "api/kube/answer.h"
#include "api/kube/resources.h"

using namespace sandbox;
using namespace sandbox::kube;
using nlohmann::json;

namespace {

json At(std::string_view path) {
  INFO(path);
  const auto found = Discover(path, "localhost:30080", "1.2.3");
  REQUIRE(found);
  CHECK(found->status == 200);
  return json::parse(found->body);
}

TEST_CASE("groups, versions and resources are told") {
  CHECK(At("/api")["versions"] == json::array({"v1"}));
  const json groups = At("/apis")["groups"];
  REQUIRE(groups.size() == 1);
  CHECK(groups[0]["name"] == "metrics.k8s.io");
  CHECK(groups[0]["preferredVersion"]["groupVersion"] == "metrics.k8s.io/v1beta1");
  CHECK(At("/apis/metrics.k8s.io")["kind"] == "APIGroup");
  const json core = At("/api/v1")["resources"];
  std::vector<std::string> names;
  for (const json& each : core) names.push_back(each["name"]);
  CHECK(names == std::vector<std::string>{"pods", "pods/log", "events", "namespaces", "nodes", "secrets"});
  CHECK(core[0]["shortNames"] == json::array({"po"}));
  CHECK(core[0]["categories"] == json::array({"all"}));
  CHECK(core[0]["verbs"] == json({"delete", "get", "list", "watch"}));
  CHECK(core[3]["namespaced"] == false);
  CHECK(At("/apis/metrics.k8s.io/v1beta1")["groupVersion"] == "metrics.k8s.io/v1beta1");
  const json version = At("/version");
  CHECK(version["gitVersion"] == "v1.32.0+flyte-sandbox.1.2.3");
  CHECK_FALSE(Discover("/apis/apps", "", ""));
  CHECK_FALSE(Discover("/api/v2", "", ""));
  CHECK(Discover("/openapi/v2", "", "")->body.empty());
}

TEST_CASE("every resource has columns, and a name among its fields") {
  for (const Resource& resource : Resources()) {
    CAPTURE(resource.plural);
    CHECK(resource.columns.front().name.size() > 0);
    CHECK(std::ranges::find(resource.fields, "metadata.name") != resource.fields.end());
    CHECK(FindResource(resource.group, resource.version, resource.plural) == &resource);
  }
  CHECK(FindResource("apps", "v1", "deployments") == nullptr);
}

TEST_CASE("what goes wrong is a Status with Kubernetes' reason and code") {
  KubeRequest request;
  request.resource = "pods";
  request.name = "p";
  net::HttpResponse answer = Failure(NoSuch(request).error(), request);
  CHECK(answer.status == 404);
  CHECK(json::parse(answer.body) == json{{"kind", "Status"},
                                         {"apiVersion", "v1"},
                                         {"metadata", json::object()},
                                         {"status", "Failure"},
                                         {"message", "pods \"p\" not found"},
                                         {"reason", "NotFound"},
                                         {"details", {{"name", "p"}, {"kind", "pods"}}},
                                         {"code", 404}});
  answer = Failure(NotServed("pods/exec", "use docker").error(), request);
  CHECK(answer.status == 405);
  CHECK(json::parse(answer.body)["message"].get<std::string>().find("no cluster behind it; use docker") !=
        std::string::npos);
  CHECK(Failure({Code::kUnavailable, "DISK", "x", SideEffect::kNone, {}}, request).status == 503);
  CHECK(Failure({Code::kInvalidArgument, "X", "x", SideEffect::kNone, {}}, request).status == 400);
  CHECK(Failure({Code::kInvalidArgument, "Invalid", "x", SideEffect::kNone, {}}, request).status == 422);
}

}  // namespace
