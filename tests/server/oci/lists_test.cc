// Tags, repositories and referrers over real sockets.

#include "server/oci/running_registry.h"

namespace sandbox::oci {
namespace {

using nlohmann::json;

TEST_CASE("tags are listed in pages", "[oci]") {
  RunningRegistry registry;
  CHECK(registry.Code("GET", "/v2/app/tags/list") == "404 NAME_UNKNOWN");
  for (const char* tag : {"c", "a", "b"}) REQUIRE(registry.PushImage("app", tag, "{}", "layer").status == 201);
  CHECK(registry.Ask("GET", "/v2/app/tags/list").body == R"({"name":"app","tags":["a","b","c"]})");
  const Reply page = registry.Ask("GET", "/v2/app/tags/list?n=2");
  CHECK(page.body == R"({"name":"app","tags":["a","b"]})");
  CHECK(page.Get("Link") == R"(</v2/app/tags/list?n=2&last=b>; rel="next")");
  const Reply rest = registry.Ask("GET", "/v2/app/tags/list?n=2&last=b");
  CHECK(rest.body == R"({"name":"app","tags":["c"]})");
  CHECK(rest.Get("Link").empty());
  CHECK(registry.Ask("GET", "/v2/app/tags/list?n=0").body == R"({"name":"app","tags":[]})");
  CHECK(registry.Ask("GET", "/v2/app/tags/list?n=99999999999999999999").status == 200);
  for (const char* wrong : {"?n=x", "?n=-1", "?n=", "?n=1x"})
    CHECK(registry.Code("GET", std::string("/v2/app/tags/list") + wrong) == "400 PAGINATION_NUMBER_INVALID");
  CHECK(registry.Code("DELETE", "/v2/app/tags/list") == "405 UNSUPPORTED");
}

TEST_CASE("repositories are listed in pages", "[oci]") {
  RunningRegistry registry;
  CHECK(registry.Ask("GET", "/v2/_catalog").body == R"({"repositories":[]})");
  for (const char* name : {"team/b", "team/a", "solo"}) REQUIRE(registry.PushImage(name, "v", "{}", "l").status == 201);
  const Reply page = registry.Ask("GET", "/v2/_catalog?n=2");
  CHECK(page.body == R"({"repositories":["solo","team/a"]})");
  CHECK(page.Get("Link") == R"(</v2/_catalog?n=2&last=team/a>; rel="next")");
  CHECK(registry.Ask("GET", "/v2/_catalog?n=2&last=team/a").body == R"({"repositories":["team/b"]})");
  CHECK(registry.Code("GET", "/v2/_catalog?n=x") == "400 PAGINATION_NUMBER_INVALID");
}

TEST_CASE("referrers are an index, and a filter is told", "[oci]") {
  RunningRegistry registry;
  const std::string image = ImageOf("{}", "layer"), path = "/v2/app/referrers/" + DigestOfBytes(image).text;
  const Reply none = registry.Ask("GET", path);
  CHECK(none.Code() == "200");
  CHECK(none.Get("Content-Type") == kIndexType);
  CHECK(json::parse(none.body)["manifests"].empty());
  const std::string subject = Cat(R"(,"subject":)", DescriptorOf(image, kImageType));
  REQUIRE(registry.PushImage("app", "sbom", "a", "b", subject + R"(,"artifactType":"x/sbom")").status == 201);
  REQUIRE(registry.PushImage("app", "sig", "c", "d", subject + R"(,"artifactType":"x/sig")").status == 201);
  CHECK(json::parse(registry.Ask("GET", path).body)["manifests"].size() == 2);
  const Reply some = registry.Ask("GET", path + "?artifactType=x%2Fsig");
  CHECK(some.Get("OCI-Filters-Applied") == "artifactType");
  const json found = json::parse(some.body)["manifests"];
  REQUIRE(found.size() == 1);
  CHECK(found[0]["artifactType"] == "x/sig");
  CHECK(found[0]["mediaType"] == kImageType);
  CHECK(registry.Code("GET", "/v2/app/referrers/v1") == "400 DIGEST_INVALID");
}

}  // namespace
}  // namespace sandbox::oci
