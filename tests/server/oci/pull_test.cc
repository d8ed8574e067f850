// Blobs over real sockets: read, in parts, removed.

#include "server/oci/running_registry.h"

namespace sandbox::oci {
namespace {

TEST_CASE("the base says what this is", "[oci]") {
  RunningRegistry registry;
  const Reply reply = registry.Ask("GET", "/v2/");
  CHECK(reply.Code() == "200");
  CHECK(reply.body == "{}");
  CHECK(reply.Get("Docker-Distribution-API-Version") == "registry/2.0");
  CHECK(registry.Code("POST", "/v2/") == "405 UNSUPPORTED");
  CHECK(registry.Code("GET", "/") == "404 NOT_FOUND");
}

TEST_CASE("blobs of every size go in and out", "[oci]") {
  RunningRegistry registry;
  for (size_t size : {0u, 1u, 1048575u, 1048576u, 1048577u, 5000000u}) {
    CAPTURE(size);
    std::string bytes(size, '\0');
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
    CHECK(registry.PushBlob(bytes) == "201");
    const std::string path = "/v2/app/blobs/" + DigestOfBytes(bytes).text;
    const Reply got = registry.Ask("GET", path);
    CHECK(got.Code() == "200");
    CHECK((got.body == bytes));
    CHECK(got.Get("Docker-Content-Digest") == DigestOfBytes(bytes).text);
    const Reply head = registry.Ask("HEAD", path);
    CHECK(head.status == 200);
    CHECK(head.Get("Content-Length") == std::to_string(size));
    CHECK(head.body.empty());
  }
}

TEST_CASE("a blob that is not there, and what is no digest", "[oci]") {
  RunningRegistry registry;
  const std::string path = "/v2/app/blobs/" + DigestOfBytes("none").text;
  CHECK(registry.Code("GET", path) == "404 BLOB_UNKNOWN");
  CHECK(registry.Ask("HEAD", path).status == 404);
  CHECK(registry.Code("DELETE", path) == "404 BLOB_UNKNOWN");
  CHECK(registry.Code("GET", "/v2/app/blobs/sha256:abc") == "400 DIGEST_INVALID");
  CHECK(registry.Code("GET", "/v2/App/blobs/" + DigestOfBytes("none").text) == "400 NAME_INVALID");
  CHECK(registry.Code("PUT", path, "none") == "405 UNSUPPORTED");
  CHECK(registry.Code("GET", "/v2/app/blobs/..%2f..%2f..%2fstate.db") != "200");
}

TEST_CASE("parts of a blob", "[oci]") {
  RunningRegistry registry;
  REQUIRE(registry.PushBlob("0123456789") == "201");
  const std::string path = "/v2/app/blobs/" + DigestOfBytes("0123456789").text;
  const Reply part = registry.Ask("GET", path, "", "Range: bytes=2-4\r\n");
  CHECK(part.status == 206);
  CHECK(part.body == "234");
  CHECK(part.Get("Content-Range") == "bytes 2-4/10");
  CHECK(registry.Ask("GET", path, "", "Range: bytes=7-\r\n").body == "789");
  CHECK(registry.Ask("GET", path, "", "Range: bytes=-2\r\n").body == "89");
  CHECK(registry.Ask("GET", path, "", "Range: bytes=10-\r\n").status == 416);
  CHECK(registry.Ask("GET", path, "", "Range: lines=1\r\n").body == "0123456789");
  CHECK(registry.Ask("GET", path, "", Cat("If-None-Match: \"", DigestOfBytes("0123456789").text, "\"\r\n")).status ==
        304);
}

TEST_CASE("a blob is removed when no image needs it", "[oci]") {
  RunningRegistry registry;
  REQUIRE(registry.PushImage("app", "v1", "{}", "layer").status == 201);
  const std::string path = "/v2/app/blobs/" + DigestOfBytes("layer").text;
  CHECK(registry.Code("DELETE", path) == "405 UNSUPPORTED");
  CHECK(registry.Code("DELETE", "/v2/app/manifests/" + DigestOfBytes(ImageOf("{}", "layer")).text) == "202");
  CHECK(registry.Code("DELETE", path) == "202");
  CHECK(registry.Code("GET", path) == "404 BLOB_UNKNOWN");
}

TEST_CASE("images are there after a restart", "[oci]") {
  RunningRegistry registry;
  REQUIRE(registry.PushImage("app", "v1", "{}", "layer").status == 201);
  registry.Stop();
  registry.Start();
  CHECK(registry.Ask("GET", "/v2/app/manifests/v1").body == ImageOf("{}", "layer"));
  CHECK(registry.Ask("GET", "/v2/app/blobs/" + DigestOfBytes("layer").text).body == "layer");
}

}  // namespace
}  // namespace sandbox::oci
