#include <catch2/catch.hpp>

#include "api/s3/router.h"
#include "support/memory_object_store.h"

using namespace sandbox;
using namespace sandbox::s3;

namespace {

struct World {
  testing::MemoryObjectStore store;

  S3Request Make(std::string method, std::string target, std::map<std::string, std::string> headers = {}) {
    net::HttpRequest http;
    http.method = std::move(method);
    http.target = std::move(target);
    for (auto& [name, value] : headers) http.headers.Set(name, value);
    auto request = *ParseRequest(http, {});
    request.identity.anonymous = false;
    return request;
  }
  std::string Code(std::string method, std::string target, std::string_view body = "") {
    const Answer answer = Perform(store, Make(std::move(method), std::move(target)), body);
    return answer ? std::to_string(answer->status) : answer.error().code;
  }
  std::string Body(std::string target) {
    const Answer answer = Perform(store, Make("GET", std::move(target)), "");
    return answer ? answer->body : answer.error().code;
  }
  void Put(std::string_view key, std::string_view bytes = "x") {
    REQUIRE(store.Put(kBucket, key, bytes, Durability::kCached));
  }
};

bool Contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("buckets", "[s3]") {
  World world;
  CHECK(world.Code("PUT", "/new-bucket") == "200");
  CHECK(world.Code("PUT", "/new-bucket") == "BucketAlreadyOwnedByYou");
  CHECK(world.Code("PUT", "/x") == "InvalidBucketName");
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
      world.Body("/my-s3-bucket?list-type=2&delimiter=/&continuation-token=" + PercentEncode(token, false));
  CHECK_FALSE(Contains(second, "CommonPrefixes"));
  CHECK(Contains(second, "<Key>z</Key>"));
  CHECK_FALSE(Contains(world.Body("/my-s3-bucket?delimiter=/&marker=a/"), "CommonPrefixes"));
  CHECK(world.Body("/my-s3-bucket?max-keys=-1") == "InvalidArgument");
  CHECK(world.Body("/my-s3-bucket?list-type=2&continuation-token=%21") == "InvalidArgument");
}

TEST_CASE("a download has what was stored, its conditions and overrides", "[s3]") {
  World world;
  world.Put("k", "0123456789");
  const std::string etag = "\"" + testing::Md5Hex("0123456789") + "\"";
  auto status = [&](std::map<std::string, std::string> headers) {
    auto download = BeginDownload(world.store, world.Make("GET", "/my-s3-bucket/k", std::move(headers)));
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
}

TEST_CASE("an upload in parts", "[s3]") {
  World world;
  const std::string made =
      Perform(world.store, world.Make("POST", "/my-s3-bucket/k?uploads", {{"Content-Type", "text/a"}}), "")->body;
  const size_t at = made.find("<UploadId>") + 10;
  const std::string query = "/my-s3-bucket/k?uploadId=" + made.substr(at, 32);
  for (const char* number : {"1", "2"}) {
    auto writer = *BeginPart(world.store, world.Make("PUT", query + "&partNumber=" + number));
    REQUIRE(writer->Append(number));
    REQUIRE(FinishPart(*writer));
  }
  CHECK(BeginPart(world.store, world.Make("PUT", query + "&partNumber=0")).error().code == "InvalidArgument");
  CHECK(BeginPart(world.store, world.Make("PUT", "/my-s3-bucket/other?partNumber=1&uploadId=" + made.substr(at, 32)))
            .error()
            .code == "NoSuchUpload");
  auto part = [](int number, const std::string& text) {
    return Cat("<Part><PartNumber>", number, "</PartNumber><ETag>", testing::Md5Hex(text), "</ETag></Part>");
  };
  auto complete = [&](const std::string& parts) {
    return world.Code("POST", query, "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>");
  };
  CHECK(complete(part(2, "2") + part(1, "1")) == "InvalidPartOrder");
  CHECK(complete(part(1, "9")) == "InvalidPart");
  CHECK(complete(part(3, "3")) == "InvalidPart");
  CHECK(complete(part(1, "1") + part(2, "2")) == "200");
  CHECK(world.store.Get(kBucket, "k", 10) == "12");
  CHECK(world.store.Head(kBucket, "k")->attributes.content_type == "text/a");
  CHECK(complete(part(1, "1")) == "NoSuchUpload");
  CHECK(world.store.List(kUploadsBucket, "", "", "", 10)->objects.empty());
}

TEST_CASE("an upload that was left expires with its parts", "[s3]") {
  World world;
  const std::string made = Perform(world.store, world.Make("POST", "/my-s3-bucket/k?uploads"), "")->body;
  const std::string query = "/my-s3-bucket/k?uploadId=" + made.substr(made.find("<UploadId>") + 10, 32);
  auto writer = *BeginPart(world.store, world.Make("PUT", query + "&partNumber=1"));
  REQUIRE(FinishPart(*writer));
  const Instant written = world.store.List(kUploadsBucket, "", "", "", 10)->objects.back().modified_at;
  CHECK(ExpireUploads(world.store, written) == 0);
  CHECK(world.Code("GET", query) == "200");
  CHECK(ExpireUploads(world.store, written + std::chrono::seconds(1)) == 1);
  CHECK(world.Code("GET", query) == "NoSuchUpload");
  CHECK(world.store.List(kUploadsBucket, "", "", "", 10)->objects.empty());
  CHECK(ExpireUploads(world.store, written + std::chrono::seconds(1)) == 0);
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
