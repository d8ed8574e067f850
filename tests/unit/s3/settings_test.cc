#include <catch2/catch.hpp>

#include "api/s3/cors.h"
#include "api/s3/tags.h"
#include "unit/s3/world.h"

using namespace sandbox;
using namespace sandbox::s3;

namespace {

std::string TagDocument(const Tags& tags) { return TagsXml(tags); }

Tags Many(size_t count) {
  Tags tags;
  for (size_t i = 0; i < count; ++i) tags.emplace_back(Cat("key", i), "value");
  return tags;
}

}  // namespace

TEST_CASE("tags of objects", "[s3]") {
  World world;
  const std::string target = "/my-s3-bucket/k?tagging";
  CHECK(world.Code("PUT", target, TagDocument({{"a", "1"}})) == "NoSuchKey");
  world.Put("k", "bytes");
  const auto before = *world.store.Head(kBucket, "k");
  CHECK(Contains(world.Body(target), "<TagSet></TagSet>"));
  CHECK(world.Get("/my-s3-bucket/k").count("x-amz-tagging-count") == 0);
  CHECK(world.Code("PUT", target, TagDocument({{"a", "1"}, {"b c&d", "x=y\xc3\xa9"}})) == "200");
  const std::string told = world.Body(target);
  CHECK(Contains(told, "<Tag><Key>a</Key><Value>1</Value></Tag>"));
  CHECK(Contains(told, "<Tag><Key>b c&amp;d</Key><Value>x=y\xc3\xa9</Value></Tag>"));
  CHECK(world.Get("/my-s3-bucket/k")["x-amz-tagging-count"] == "2");
  const auto after = *world.store.Head(kBucket, "k");
  CHECK(after.etag == before.etag);
  CHECK(after.modified_at == before.modified_at);
  CHECK(world.store.Get(kBucket, "k", 10) == "bytes");
  CHECK(world.Code("DELETE", target) == "204");
  CHECK(Contains(world.Body(target), "<TagSet></TagSet>"));
}

TEST_CASE("tags have limits", "[s3]") {
  World world;
  world.Put("k");
  auto put = [&](const Tags& tags) { return world.Code("PUT", "/my-s3-bucket/k?tagging", TagDocument(tags)); };
  CHECK(put(Many(10)) == "200");
  CHECK(put(Many(11)) == "InvalidTag");
  CHECK(put({{std::string(128, 'k'), std::string(256, 'v')}}) == "200");
  CHECK(put({{std::string(129, 'k'), ""}}) == "InvalidTag");
  CHECK(put({{"k", std::string(257, 'v')}}) == "InvalidTag");
  CHECK(put({{"", "v"}}) == "InvalidTag");
  CHECK(put({{"k", "1"}, {"k", "2"}}) == "InvalidTag");
  CHECK(world.Code("PUT", "/my-s3-bucket/k?tagging", "<Tagging/>") == "MalformedXML");
  CHECK(world.Code("PUT", "/my-s3-bucket/k?tagging", "") == "MalformedXML");
}

TEST_CASE("tags come with an object and its copies", "[s3]") {
  World world;
  auto put = [&](const std::string& tags) {
    return world.Code("PUT", "/my-s3-bucket/k", "x", {{"x-amz-tagging", tags}});
  };
  CHECK(put(EncodeTags(Many(11))) == "InvalidTag");
  CHECK(put("a=%zz") == "InvalidArgument");
  CHECK(put("a=1&b=x%26y") == "200");
  CHECK(Contains(world.Body("/my-s3-bucket/k?tagging"), "<Key>b</Key><Value>x&amp;y</Value>"));
  auto copy = [&](Headers headers) {
    headers["x-amz-copy-source"] = "my-s3-bucket/k";
    REQUIRE(world.Code("PUT", "/my-s3-bucket/to", "", headers) == "200");
    return world.Body("/my-s3-bucket/to?tagging");
  };
  CHECK(Contains(copy({}), "<Key>b</Key>"));
  CHECK(Contains(copy({{"x-amz-tagging", "c=3"}}), "<Key>b</Key>"));
  CHECK(Contains(copy({{"x-amz-metadata-directive", "REPLACE"}}), "<Key>b</Key>"));
  CHECK(Contains(copy({{"x-amz-tagging-directive", "REPLACE"}, {"x-amz-tagging", "c=3"}}), "<Key>c</Key>"));
  // A later object without tags has none.
  REQUIRE(world.Code("PUT", "/my-s3-bucket/k", "x") == "200");
  CHECK(Contains(world.Body("/my-s3-bucket/k?tagging"), "<TagSet></TagSet>"));
}

TEST_CASE("tags of buckets", "[s3]") {
  World world;
  const std::string target = "/my-s3-bucket?tagging";
  CHECK(world.Code("GET", target) == "NoSuchTagSet");
  CHECK(world.Code("PUT", target, TagDocument(Many(50))) == "204");
  CHECK(Contains(world.Body(target), "<Key>key49</Key>"));
  CHECK(world.Code("PUT", target, TagDocument(Many(51))) == "InvalidTag");
  CHECK(world.Code("DELETE", target) == "204");
  CHECK(world.Code("GET", target) == "NoSuchTagSet");
  CHECK(world.Code("PUT", "/none?tagging", TagDocument(Many(1))) == "NoSuchBucket");
  CHECK(world.Code("GET", "/none?tagging") == "NoSuchBucket");
}

TEST_CASE("a bucket keeps its location", "[s3]") {
  World world;
  auto create = [&](const std::string& name, const std::string& location) {
    return world.Code("PUT", "/" + name,
                      Cat("<CreateBucketConfiguration><LocationConstraint>", location,
                          "</LocationConstraint></CreateBucketConfiguration>"));
  };
  CHECK(create("far", "eu-west-3") == "200");
  CHECK(Contains(world.Body("/far?location"), ">eu-west-3</LocationConstraint>"));
  CHECK(world.Ask("HEAD", "/far")->headers.Get("x-amz-bucket-region") == "eu-west-3");
  CHECK(create("near", "us-east-1") == "200");
  CHECK(Contains(world.Body("/near?location"), "></LocationConstraint>"));
  CHECK(create("wrong", "no where!") == "InvalidLocationConstraint");
  CHECK(world.Code("HEAD", "/wrong") == "NoSuchBucket");
  CHECK(world.Code("PUT", "/wrong", "<x>") == "MalformedXML");
  // A bucket of the same name starts anew.
  CHECK(world.Code("PUT", "/far?tagging", TagDocument(Many(1))) == "204");
  CHECK(world.Code("DELETE", "/far") == "204");
  CHECK(world.Code("PUT", "/far") == "200");
  CHECK(Contains(world.Body("/far?location"), "></LocationConstraint>"));
  CHECK(world.Code("GET", "/far?tagging") == "NoSuchTagSet");
}

TEST_CASE("CORS configurations are checked and kept", "[s3]") {
  World world;
  const std::string target = "/my-s3-bucket?cors";
  auto rule = [](const std::string& inside) {
    return "<CORSConfiguration><CORSRule>" + inside + "</CORSRule></CORSConfiguration>";
  };
  const std::string origin = "<AllowedOrigin>*</AllowedOrigin>", method = "<AllowedMethod>GET</AllowedMethod>";
  CHECK(world.Code("GET", target) == "NoSuchCORSConfiguration");
  CHECK(world.Code("PUT", target, "<CORSConfiguration/>") == "MalformedXML");
  CHECK(world.Code("PUT", target, rule(origin)) == "MalformedXML");
  CHECK(world.Code("PUT", target, rule(method)) == "MalformedXML");
  CHECK(world.Code("PUT", target, rule(origin + "<AllowedMethod>BREW</AllowedMethod>")) == "InvalidRequest");
  CHECK(world.Code("PUT", target, rule("<AllowedOrigin>*a*</AllowedOrigin>" + method)) == "InvalidRequest");
  CHECK(world.Code("PUT", target, rule(origin + method + "<MaxAgeSeconds>x</MaxAgeSeconds>")) == "MalformedXML");
  CHECK(world.Code("PUT", target, rule("<ID>r</ID>" + origin + method)) == "200");
  CHECK(world.Body(target) == rule("<ID>r</ID>" + origin + method));
  CHECK(world.Code("DELETE", target) == "204");
  CHECK(world.Code("GET", target) == "NoSuchCORSConfiguration");
}

TEST_CASE("which origin, method and headers a rule lets read", "[s3]") {
  std::vector<CorsRule> rules(3);
  rules[0].origins = {"*suffix", "start*end"};
  rules[0].methods = {"GET"};
  rules[1].origins = {"http://put"};
  rules[1].methods = {"PUT", "DELETE"};
  rules[1].headers = {"X-Amz-*", "content-type"};
  rules[1].max_age_seconds = "60";
  rules[2].origins = {"*"};
  rules[2].methods = {"HEAD"};
  auto allowed = [&](const std::string& origin, const std::string& method, const std::string& wanted = "") {
    net::HttpRequest request;
    request.method = method;
    request.headers.Set("Host", "store:1");
    request.headers.Set("Origin", origin);
    if (!wanted.empty()) request.headers.Set("Access-Control-Request-Headers", wanted);
    return std::string(CorsHeaders(request, rules).Get("Access-Control-Allow-Origin"));
  };
  CHECK(allowed("foo.suffix", "GET") == "foo.suffix");
  CHECK(allowed("startend", "GET") == "startend");
  CHECK(allowed("start12end", "GET") == "start12end");
  CHECK(allowed("star", "GET") == "");
  CHECK(allowed("foo.suffix.com", "GET") == "");
  CHECK(allowed("foo.suffix", "PUT") == "");
  CHECK(allowed("http://put", "DELETE") == "http://put");
  CHECK(allowed("http://put", "PUT", "x-amz-date,Content-Type") == "http://put");
  CHECK(allowed("http://put", "PUT", "authorization") == "");
  CHECK(allowed("anything", "HEAD") == "*");
  CHECK(allowed("http://store:2", "PUT") == "http://store:2");
  CHECK(allowed("http://localhost:9", "PUT") == "http://localhost:9");
}
