// Paths, queries and what clients accept.

#include "api/kube/request.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "api/kube/wire.h"
#include "sandbox/base/encoding.h"

using namespace sandbox;
using namespace sandbox::kube;

namespace {

KubeRequest Parse(const std::string& target, const std::string& accept = "application/json") {
  net::HttpRequest http;
  http.method = "GET";
  http.target = target;
  http.headers.Set("Accept", accept);
  return ParseRequest(http);
}

TEST_CASE("a path names a namespace, a resource, an object and a part of it") {
  KubeRequest request = Parse("/kubernetes/api/v1/namespaces/flytesnacks-development/pods/p-n0-0/log?follow=true");
  CHECK(request.group.empty());
  CHECK(request.version == "v1");
  CHECK(request.pod_namespace == "flytesnacks-development");
  CHECK(request.resource == "pods");
  CHECK(request.name == "p-n0-0");
  CHECK(request.subresource == "log");
  CHECK(request.Flag("follow"));
  CHECK_FALSE(request.Flag("previous"));

  request = Parse("/kubernetes/api/v1/namespaces/flytesnacks-development");
  CHECK(request.resource == "namespaces");
  CHECK(request.name == "flytesnacks-development");
  CHECK(request.pod_namespace.empty());

  request = Parse("/kubernetes/apis/metrics.k8s.io/v1beta1/nodes?labelSelector=a%20in%20%28b%2Cc%29");
  CHECK(request.group == "metrics.k8s.io");
  CHECK(request.version == "v1beta1");
  CHECK(request.resource == "nodes");
  CHECK(request.Param("labelSelector") == "a in (b,c)");

  CHECK(Parse("/kubernetes/api/v1/secrets/a%2Fb").name == "a/b");
  CHECK(Parse("/kubernetes//api/v1//pods").path == "/api/v1/pods");
  CHECK(Parse("/kubernetes/").path.empty());
  CHECK(Parse("/kubernetes/api/v1").resource.empty());
  CHECK(Parse("/kubernetes/apis/apps/v1/namespaces/n/deployments").resource == "deployments");
}

TEST_CASE("a table is sent to who asks for it first") {
  const std::string kubectl =
      "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
  CHECK(Parse("/kubernetes/api/v1/pods", kubectl).form == Form::kTable);
  CHECK(Parse("/kubernetes/api/v1/pods", kubectl).table_version == "v1");
  CHECK(Parse("/kubernetes/api/v1/pods", "application/json; as=Table; v=v1beta1").table_version == "v1beta1");
  CHECK(Parse("/kubernetes/api/v1/pods", "application/json;as=Table;v=v9, application/json").form == Form::kPlain);
  for (const char* plain : {"", "application/json, */*", "application/vnd.kubernetes.protobuf, application/json",
                            "application/json,application/json;as=Table;v=v1;g=meta.k8s.io"})
    CHECK(Parse("/kubernetes/api/v1/pods", plain).form == Form::kPlain);
  CHECK(Parse("/kubernetes/api/v1/pods?includeObject=Object", kubectl).whole_objects);
}

TEST_CASE("a secret comes as protobuf, too", "[wire]") {
  const auto bytes = [](std::string_view hex) { return FromHex(hex).value(); };
  // What kubectl 1.32 sends for --from-literal=user_secret=abc.
  const std::string sent = bytes(
      "6b3873000a0c0a0276311206536563726574"
      "12310a190a09757365722d696e666f12001a0022002a003200380042001212"
      "0a0b757365725f7365637265741203616263"
      "1a001a002200");
  const auto secret = SecretFromProtobuf(sent);
  REQUIRE(secret);
  CHECK((*secret)["metadata"]["name"] == "user-info");
  CHECK((*secret)["data"] == nlohmann::json{{"user_secret", "YWJj"}});
  for (size_t size = 0; size < sent.size() - 4; ++size) {
    CAPTURE(size);
    const auto cut = SecretFromProtobuf(sent.substr(0, size));
    CHECK((!cut || (*cut)["data"].empty()));
  }
}

}  // namespace
