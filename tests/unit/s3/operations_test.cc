#include <catch2/catch.hpp>

#include "api/s3/uri.h"
#include "unit/s3/world.h"

using namespace sandbox;
using namespace sandbox::s3;

TEST_CASE("buckets", "[s3]") {
  World world;
  CHECK(world.Code("PUT", "/new-bucket") == "200");
  CHECK(world.Code("PUT", "/new-bucket") == "BucketAlreadyOwnedByYou");
  for (const char* name :
       {"/x", "/foo_bar", "/foo-", "/foo..bar", "/foo.-bar", "/foo-.bar", "/192.168.5.123", "/Foo"}) {
    CAPTURE(name);
    CHECK(world.Code("PUT", name) == "InvalidBucketName");
  }
  CHECK(world.Code("HEAD", "/new-bucket") == "200");
  CHECK(world.Code("HEAD", "/none") == "NoSuchBucket");
  CHECK(world.Code("DELETE", "/new-bucket") == "204");
  CHECK(world.Code("DELETE", "/my-s3-bucket") == "AccessDenied");
  CHECK(Contains(world.Body("/"), "<Name>my-s3-bucket</Name>"));
  CHECK(Contains(world.Body("/my-s3-bucket?location"), "LocationConstraint"));
  CHECK(world.Body("/none?location") == "NoSuchBucket");
  CHECK(world.Body("/my-s3-bucket?policy") == "NoSuchBucketPolicy");
  CHECK(world.Code("PUT", "/my-s3-bucket?versioning") == "NotImplemented");
  CHECK(world.Code("PUT", "/my-s3-bucket?acl") == "200");
}

TEST_CASE("a listing escapes, encodes and continues", "[s3]") {
  World world;
  for (const char* key : {"a/1", "a/2", "a b&c", "z"}) world.Put(key);
  CHECK(Contains(world.Body("/my-s3-bucket?list-type=2"), "<Key>a b&amp;c</Key>"));
  CHECK(Contains(world.Body("/my-s3-bucket?list-type=2&encoding-type=url"), "<Key>a%20b%26c</Key>"));
  const std::string first = world.Body("/my-s3-bucket?list-type=2&delimiter=/&max-keys=2");
  CHECK(Contains(first, "<IsTruncated>true</IsTruncated>"));
  CHECK(Contains(first, "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"));
  CHECK(Contains(first, "<KeyCount>2</KeyCount>"));
  const size_t at = first.find("<NextContinuationToken>") + 23;
  const std::string token = first.substr(at, first.find('<', at) - at);
  const std::string second =
      world.Body("/my-s3-bucket?list-type=2&delimiter=/&continuation-token=" + PercentEncode(token));
  CHECK_FALSE(Contains(second, "CommonPrefixes"));
  CHECK(Contains(second, "<Key>z</Key>"));
  CHECK_FALSE(Contains(world.Body("/my-s3-bucket?delimiter=/&marker=a/"), "CommonPrefixes"));
  CHECK(
      Contains(world.Body("/my-s3-bucket?list-type=2&continuation-token="), "<ContinuationToken></ContinuationToken>"));
  CHECK_FALSE(Contains(world.Body("/my-s3-bucket?list-type=2"), "ContinuationToken"));
  CHECK(Contains(world.Body("/my-s3-bucket?prefix=%0A"), "<Prefix>&#xa;</Prefix>"));
  CHECK(Contains(world.Body("/my-s3-bucket?prefix=%0A&encoding-type=url"), "<Prefix>&#xa;</Prefix>"));
  CHECK(Contains(world.Body("/my-s3-bucket?list-type=2&prefix=%0A&encoding-type=url"), "<Prefix>%0A</Prefix>"));
  CHECK(world.Body("/my-s3-bucket?max-keys=1x") == "InvalidArgument");
  CHECK(Contains(world.Body("/my-s3-bucket?max-keys=0"), "<IsTruncated>false</IsTruncated>"));
  CHECK(world.Body("/my-s3-bucket?max-keys=-1") == "InvalidArgument");
  CHECK(world.Body("/my-s3-bucket?list-type=2&continuation-token=%21") == "InvalidArgument");
}

TEST_CASE("a download has what was stored, its conditions and overrides", "[s3]") {
  World world;
  world.Put("k", "0123456789");
  const std::string etag = "\"" + testing::Md5Hex("0123456789") + "\"";
  auto status = [&](const Headers& headers) {
    auto download = BeginDownload(world.store, world.Make("GET", "/my-s3-bucket/k", headers));
    return download ? download->head.status : download.error().status;
  };
  CHECK(status({}) == 200);
  CHECK(status({{"Range", "bytes=1-2"}}) == 206);
  CHECK(status({{"Range", "bytes=10-"}}) == 416);
  CHECK(status({{"If-Match", etag}}) == 200);
  CHECK(status({{"If-Match", "\"x\""}}) == 412);
  CHECK(status({{"If-None-Match", "\"x\", " + etag}}) == 304);
  CHECK(status({{"If-Modified-Since", "Fri, 24 May 2513 00:00:00 GMT"}}) == 304);
  CHECK(status({{"If-Unmodified-Since", "Fri, 24 May 2013 00:00:00 GMT"}}) == 412);
  auto download = BeginDownload(world.store, world.Make("GET", "/my-s3-bucket/k?response-content-type=text/x"));
  CHECK(download->head.headers.Get("Content-Type") == "text/x");
  CHECK(download->head.headers.Get("ETag") == etag);
}

TEST_CASE("copies", "[s3]") {
  World world;
  world.Put("from", "bytes");
  auto copy = [&](std::string source) {
    const Answer answer =
        Perform(world.store, world.Make("PUT", "/my-s3-bucket/to", {{"x-amz-copy-source", std::move(source)}}), "");
    return answer ? std::string("ok") : answer.error().code;
  };
  CHECK(copy("/my-s3-bucket/from") == "ok");
  CHECK(world.store.Get(kBucket, "to", 10) == "bytes");
  CHECK(copy("my-s3-bucket/none") == "NoSuchKey");
  CHECK(copy("none/from") == "NoSuchBucket");
  CHECK(copy("nothing") == "InvalidArgument");
  CHECK(copy(".uploads/x") == "InvalidArgument");
  CHECK(copy("my-s3-bucket/%ff") == "InvalidArgument");
  CHECK(copy("my-s3-bucket/from?versionId=null") == "ok");
  CHECK(copy("my-s3-bucket/from?versionId=3") == "InvalidArgument");
}

TEST_CASE("a copy onto itself has to change something", "[s3]") {
  World world;
  REQUIRE(world.Code("PUT", "/my-s3-bucket/k", "bytes", {{"x-amz-meta-a", "1"}}) == "200");
  auto copy = [&](Headers headers) {
    headers["x-amz-copy-source"] = "my-s3-bucket/k";
    return world.Code("PUT", "/my-s3-bucket/k", "", headers);
  };
  CHECK(copy({}) == "InvalidRequest");
  CHECK(copy({{"x-amz-metadata-directive", "COPY"}}) == "InvalidRequest");
  CHECK(copy({{"x-amz-metadata-directive", "MOVE"}}) == "InvalidArgument");
  CHECK(copy({{"x-amz-metadata-directive", "REPLACE"}, {"x-amz-meta-b", "2"}}) == "200");
  const auto metadata = world.store.Head(kBucket, "k")->attributes.metadata;
  CHECK(metadata == std::map<std::string, std::string>{{"b", "2"}});
  CHECK(copy({{"x-amz-storage-class", "STANDARD"}}) == "200");
  CHECK(copy({{"x-amz-tagging-directive", "REPLACE"}, {"x-amz-tagging", "a=b"}}) == "200");
}

TEST_CASE("a copy asks for its source's state and its target's", "[s3]") {
  World world;
  world.Put("from", "bytes");
  const std::string etag = testing::Md5Hex("bytes");
  auto copy = [&](Headers headers) {
    headers["x-amz-copy-source"] = "my-s3-bucket/from";
    return world.Code("PUT", "/my-s3-bucket/to", "", headers);
  };
  CHECK(copy({{"x-amz-copy-source-if-match", "\"x\""}}) == "PreconditionFailed");
  CHECK(copy({{"x-amz-copy-source-if-none-match", etag}}) == "PreconditionFailed");
  CHECK(copy({{"x-amz-copy-source-if-modified-since", "Fri, 24 May 2213 00:00:00 GMT"}}) == "PreconditionFailed");
  CHECK(copy({{"x-amz-copy-source-if-unmodified-since", "Fri, 24 May 2013 00:00:00 GMT"}}) == "PreconditionFailed");
  CHECK(copy({{"x-amz-copy-source-if-match", etag}, {"If-None-Match", "*"}}) == "200");
  CHECK(copy({{"If-None-Match", "*"}}) == "PreconditionFailed");
}

TEST_CASE("codings of the content stay as they were written, but for that of the transfer", "[s3]") {
  World world;
  const std::map<std::string, std::string> cases = {{"gzip", "gzip"},
                                                    {"deflate, gzip", "deflate, gzip"},
                                                    {"deflate,gzip", "deflate,gzip"},
                                                    {"aws-chunked", ""},
                                                    {"gzip,aws-chunked", "gzip"},
                                                    {"aws-chunked, gzip", "gzip"},
                                                    {"deflate, gzip, aws-chunked", "deflate, gzip"},
                                                    {"aws-chunked, deflate, gzip", "deflate, gzip"},
                                                    {"deflate, aws-chunked, gzip", "deflate, gzip"}};
  for (const auto& [given, kept] : cases) {
    CAPTURE(given);
    REQUIRE(world.Code("PUT", "/my-s3-bucket/k", "x", {{"Content-Encoding", given}}) == "200");
    auto got = world.Get("/my-s3-bucket/k");
    CHECK(got["Content-Encoding"] == kept);
  }
}

TEST_CASE("metadata comes back as clients read headers", "[s3]") {
  World world;
  auto back = [&](const std::string& text) {
    REQUIRE(world.Code("PUT", "/my-s3-bucket/k", "x", {{"x-amz-meta-who", text}}) == "200");
    return world.Get("/my-s3-bucket/k")["x-amz-meta-who"];
  };
  CHECK(back("plain") == "plain");
  CHECK(back("J\xc3\xbcrgen") == "J\xfcrgen");
  CHECK(back("\xe6\x97\xa5") == "=?UTF-8?B?5pel?=");
  std::string many, words;
  for (int i = 0; i < 16; ++i) many += "\xe6\x97\xa5";
  for (int i = 0; i < 15; ++i) words += "5pel";
  CHECK(back(many) == "=?UTF-8?B?" + words + "?= =?UTF-8?B?5pel?=");
  CHECK(back("J\xfcrgen") == "J\xfcrgen");
}

TEST_CASE("names that are not UTF-8 and versions that are not there", "[s3]") {
  net::HttpRequest http;
  http.method = "GET";
  for (const char* target : {"/my-s3-bucket/%ff", "/my-s3-bucket/a%80b", "/my-s3-bucket/%ed%a0%80", "/my\xff/k"}) {
    http.target = target;
    CHECK(ParseRequest(http, {}).error().code == "InvalidURI");
    CHECK(ParseRequest(http, {}).error().status == 400);
  }
  http.target = "/my-s3-bucket/k?versionId=abc";
  CHECK(ParseRequest(http, {}).error().code == "InvalidArgument");
  http.target = "/my-s3-bucket/k?versionId=null";
  CHECK(ParseRequest(http, {}));
  World world;
  CHECK(world.Code("GET", "/my-s3-bucket?prefix=%ff") == "InvalidArgument");
  CHECK(world.Code("POST", "/my-s3-bucket?delete", "<Delete><Object><Key>\xff</Key></Object></Delete>") ==
        "MalformedXML");
}

TEST_CASE("without credentials one may read", "[s3]") {
  World world;
  auto may = [&](std::string method, std::string target) {
    auto request = world.Make(std::move(method), std::move(target));
    request.identity.anonymous = true;
    return Authorize(request).has_value();
  };
  CHECK(may("GET", "/my-s3-bucket/k"));
  CHECK(may("HEAD", "/my-s3-bucket/k"));
  CHECK(may("GET", "/my-s3-bucket?list-type=2"));
  CHECK_FALSE(may("GET", "/"));
  CHECK_FALSE(may("PUT", "/my-s3-bucket/k"));
  CHECK_FALSE(may("DELETE", "/my-s3-bucket/k"));
  CHECK_FALSE(may("POST", "/my-s3-bucket?delete"));
  CHECK_FALSE(may("GET", "/.uploads/x"));
}
