#include "api/kube/discovery.h"

#include <nlohmann/json.hpp>

#include "api/kube/answer.h"
#include "api/kube/object.h"
#include "api/kube/resources.h"

namespace sandbox::kube {

using nlohmann::json;

namespace {

// Of the API that this looks like. Clients compare theirs with it.
constexpr std::string_view kMajor = "1", kMinor = "32";

json VersionJson(std::string_view version) {
  return {{"major", kMajor},
          {"minor", kMinor},
          {"gitVersion", Cat("v", kMajor, ".", kMinor, ".0+flyte-sandbox.", version)},
          {"gitCommit", ""},
          {"gitTreeState", "clean"},
          {"buildDate", "1970-01-01T00:00:00Z"},
          {"goVersion", ""},
          {"compiler", "clang"},
          {"platform", "linux"}};
}

json ResourceList(std::string_view group, std::string_view version) {
  json resources = json::array();
  const auto add = [&](std::string name, std::string_view singular, bool namespaced, std::string_view kind) -> json& {
    resources.push_back({{"name", name}, {"singularName", singular}, {"namespaced", namespaced}, {"kind", kind}});
    return resources.back();
  };
  for (const Resource& resource : Resources()) {
    if (resource.group != group || resource.version != version) continue;
    json& row = add(std::string(resource.plural), resource.singular, resource.namespaced, resource.kind);
    row["verbs"] = resource.verbs;
    if (!resource.short_names.empty()) row["shortNames"] = resource.short_names;
    if (!resource.categories.empty()) row["categories"] = resource.categories;
    if (resource.id == ResourceId::kPods) add("pods/log", "", true, "Pod")["verbs"] = json::array({"get"});
  }
  return {{"kind", "APIResourceList"},
          {"apiVersion", "v1"},
          {"groupVersion", group.empty() ? std::string(version) : Cat(group, "/", version)},
          {"resources", std::move(resources)}};
}

json MetricsGroup() {
  const json version = {{"groupVersion", Cat(kMetricsGroup, "/", kMetricsVersion)}, {"version", kMetricsVersion}};
  return {{"name", kMetricsGroup}, {"versions", json::array({version})}, {"preferredVersion", version}};
}

json Versions(std::string_view server) {
  return {{"kind", "APIVersions"},
          {"versions", json::array({"v1"})},
          {"serverAddressByClientCIDRs", json::array({{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", server}}})}};
}

std::optional<json> Find(std::string_view path, std::string_view server, std::string_view version) {
  if (path.empty()) return json{{"paths", {"/api", "/api/v1", "/apis", "/openapi/v2", "/version"}}};
  if (path == "/version") return VersionJson(version);
  if (path == "/api") return Versions(server);
  if (path == "/api/v1") return ResourceList("", "v1");
  if (path == "/apis")
    return json{{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", json::array({MetricsGroup()})}};
  if (path == Cat("/apis/", kMetricsGroup)) {
    json out = MetricsGroup();
    out.update({{"kind", "APIGroup"}, {"apiVersion", "v1"}});
    return out;
  }
  if (path == Cat("/apis/", kMetricsGroup, "/", kMetricsVersion)) return ResourceList(kMetricsGroup, kMetricsVersion);
  return std::nullopt;
}

}  // namespace

std::optional<net::HttpResponse> Discover(std::string_view path, std::string_view server, std::string_view version) {
  if (path == "/healthz" || path == "/livez" || path == "/readyz") {
    net::HttpResponse out = Json("ok");
    out.headers.Set("Content-Type", "text/plain; charset=utf-8");
    return out;
  }
  // An empty document as protobuf is no bytes: nothing is described, so that clients check nothing themselves.
  if (path == "/openapi/v2") {
    net::HttpResponse out = Json("");
    out.headers.Set("Content-Type", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    return out;
  }
  const auto found = Find(path, server, version);
  if (!found) return std::nullopt;
  return Json(JsonBody(*found));
}

}  // namespace sandbox::kube
