// Files that a page puts into the platform's bucket.

#include <catch2/catch.hpp>

#include "api/s3/digest.h"
#include "sandbox/base/encoding.h"
#include "server/platform/platform.h"

namespace sandbox::testing {
namespace {

constexpr char kHere[] = "/sandbox/v1/uploads/flytesnacks/development/";

struct Uploads : Platform {
  Uploads() { REQUIRE(Open()); }

  HttpAnswer Put(const std::string& name, const std::string& body) const {
    return Exchange(Port(),
                    "PUT " + std::string(kHere) + name +
                        " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n",
                    body);
  }
  // Only the head of an upload of so many bytes.
  HttpAnswer Announce(const std::string& length) const {
    RawClient client(Port());
    client.Send("PUT " + std::string(kHere) + "big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                "Content-Length: " + length + "\r\n\r\n");
    HttpAnswer out;
    out.head = client.ReadThrough("\r\n\r\n");
    if (out.head.size() > 12) out.status = std::stoi(out.head.substr(9, 3));
    out.body = client.ReadToEnd();
    return out;
  }
};

TEST_CASE("a file arrives byte for byte, under the project's domain", "[uploads]") {
  Uploads platform;
  std::string body;
  for (int i = 0; i < 3'000'000; ++i) body += static_cast<char>(i * 7 + i / 251);
  const HttpAnswer answer = platform.Put("0a1b/some%20folder/data.bin", body);
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  CHECK(answer.Json()["uri"] == "s3://my-s3-bucket/flytesnacks/development/0a1b/some folder/data.bin");
  CHECK(answer.Json()["size"] == body.size());
  CHECK(answer.Json()["md5"] == Hex(s3::DigestOf(s3::Hash::kMd5, body)));
}

TEST_CASE("an empty file is a file", "[uploads]") {
  Uploads platform;
  const HttpAnswer answer = platform.Put("0a1b/empty", "");
  CHECK(answer.status == 200);
  CHECK(answer.Json()["size"] == 0);
}

TEST_CASE("an upload replaces nothing", "[uploads]") {
  Uploads platform;
  REQUIRE(platform.Put("0a1b/x", "first").status == 200);
  const HttpAnswer again = platform.Put("0a1b/x", "second");
  CHECK(again.status == 409);
  CHECK(again.Json()["reason"] == "OBJECT_EXISTS");
}

TEST_CASE("what cannot be stored is refused before it comes", "[uploads]") {
  Uploads platform;
  const HttpAnswer large = platform.Announce("17179869185");
  CHECK(large.status == 413);
  CHECK(large.Json()["reason"] == "TOO_LARGE");
  for (const char* name : {"", "a/../../b", "folder/"}) {
    CAPTURE(name);
    CHECK(platform.Put(name, "x").status == 400);
  }
  CHECK(platform.Http("GET", std::string(kHere) + "x").status == 405);
}

TEST_CASE("half a file is none", "[uploads]") {
  Uploads platform;
  {
    RawClient client(platform.Port());
    client.Send("PUT " + std::string(kHere) + "half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf");
  }
  // The name is still free.
  CHECK(platform.Put("half", "whole").status == 200);
}

}  // namespace
}  // namespace sandbox::testing
