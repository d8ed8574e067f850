// Objects and decks by HTTP: what a page gets of them, and what it may remove.

#include <catch2/catch.hpp>

#include "sandbox/base/names.h"
#include "server/platform/platform.h"

namespace sandbox::testing {
namespace {

using nlohmann::json;

constexpr char kObjects[] = "/sandbox/v1/objects";

struct ObjectCalls : Platform {
  ObjectCalls() {
    REQUIRE(Open());
    Stored("files/a.csv", "a,b\n1,2\n");
    Stored("files/page.html", "<script>alert(1)</script>");
    Stored("files/deep/er/x.bin", std::string("\0\1\2", 3));
    Stored("files/drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
  }

  void Stored(const std::string& key, const std::string& bytes) {
    REQUIRE(Objects().Put("my-s3-bucket", key, bytes, Durability::kCached));
  }

  HttpAnswer Get(const std::string& what, const std::string& uri, const std::string& more = "") const {
    return Http("GET", kObjects + what + "?uri=" + uri + more);
  }
  HttpAnswer Ask(const std::string& method, const std::string& target, const std::string& header) const {
    return Exchange(Port(), method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + header);
  }
  HttpAnswer Remove(const std::string& uri) const { return Http("DELETE", std::string(kObjects) + "?uri=" + uri); }
};

bool Has(const HttpAnswer& answer, const std::string& line) {
  return answer.head.find(line + "\r\n") != std::string::npos;
}

TEST_CASE("a folder has its folders and objects, a page at a time", "[objects]") {
  ObjectCalls platform;
  const json buckets = platform.Get("", "s3://").Json();
  CHECK(buckets["folders"].size() == 1);  // the platform's own are not shown
  CHECK(buckets["folders"][0]["uri"] == "s3://my-s3-bucket/");
  const json all = platform.Get("", "s3://my-s3-bucket/files/", "&delimiter=/").Json();
  REQUIRE(all["folders"].size() == 1);
  CHECK(all["folders"][0]["name"] == "deep/");
  REQUIRE(all["objects"].size() == 3);
  CHECK(all["objects"][0]["name"] == "a.csv");
  CHECK(all["objects"][0]["size"] == 8);
  CHECK(all["objects"][0]["type"] == "csv");
  CHECK(all["next"] == nullptr);
  const json first = platform.Get("", "s3://my-s3-bucket/files/", "&limit=1").Json();
  CHECK(first["objects"][0]["name"] == "a.csv");
  const json second =
      platform.Get("", "s3://my-s3-bucket/files/", "&limit=1&token=" + first["next"].get<std::string>()).Json();
  CHECK(second["objects"][0]["name"] == "deep/er/x.bin");
}

TEST_CASE("only buckets can be read, and errors name the field", "[objects]") {
  ObjectCalls platform;
  for (const char* uri : {"", "/etc/passwd", "file:///etc/passwd", "http://localhost/", "s3:/x/y"}) {
    CAPTURE(uri);
    for (const char* what : {"", "/head", "/content", "/page"}) {
      const HttpAnswer answer = platform.Get(what, uri);
      CHECK(answer.status == 400);
      CHECK(answer.Json()["field"] == "uri");
    }
  }
  for (const char* uri :
       {"s3://my-s3-bucket/../../../etc/passwd", "s3://../x", "s3://my-s3-bucket/none", "s3://.oci-blobs/x"}) {
    CAPTURE(uri);
    CHECK(platform.Get("/content", uri).status == 404);
    CHECK(platform.Remove(uri).status != 204);
  }
  CHECK(platform.Get("", "s3://my-s3-bucket/", "&limit=1001").Json()["field"] == "limit");
  CHECK(platform.Get("", "s3://my-s3-bucket/", "&token=!").Json()["field"] == "token");
  CHECK(platform.Http("POST", kObjects, "{}").status == 405);
}

TEST_CASE("a folder's head adds up what is in it", "[objects]") {
  ObjectCalls platform;
  const json folder = platform.Get("/head", "s3://my-s3-bucket/files/deep").Json();
  CHECK(folder["type"] == "directory");
  CHECK(folder["size"] == 3);
  CHECK(folder["parts"]["count"] == 1);
  const json file = platform.Get("/head", "s3://my-s3-bucket/files/a.csv").Json();
  CHECK(file["type"] == "csv");
  CHECK(file["parts"] == nullptr);
}

TEST_CASE("content comes in ranges, and not again when it is the same", "[objects]") {
  ObjectCalls platform;
  const std::string target = std::string(kObjects) + "/content?uri=s3://my-s3-bucket/files/a.csv";
  const HttpAnswer all = platform.Http("GET", target);
  CHECK(all.body == "a,b\n1,2\n");
  CHECK(Has(all, "Accept-Ranges: bytes"));
  const size_t at = all.head.find("ETag: ");
  REQUIRE(at != std::string::npos);
  const std::string etag = all.head.substr(at + 6, all.head.find("\r\n", at) - at - 6);
  const HttpAnswer part = platform.Ask("GET", target, "Range: bytes=4-6\r\n");
  CHECK(part.status == 206);
  CHECK(part.body == "1,2");
  CHECK(Has(part, "Content-Range: bytes 4-6/8"));
  CHECK(platform.Ask("GET", target, "Range: bytes=8-\r\n").status == 416);
  CHECK(platform.Ask("GET", target, "If-None-Match: " + etag + "\r\n").status == 304);
  // Of another version a part is worth nothing.
  CHECK(platform.Ask("GET", target, "Range: bytes=4-6\r\nIf-Range: \"0\"\r\n").status == 200);
  const HttpAnswer head = platform.Ask("HEAD", target, "");
  CHECK(head.status == 200);
  CHECK(Has(head, "Content-Length: 8"));
  CHECK(head.body.empty());
}

TEST_CASE("what a task wrote runs nowhere but in an origin of its own", "[objects]") {
  ObjectCalls platform;
  const std::string page = "s3://my-s3-bucket/files/page.html";
  const HttpAnswer text = platform.Get("/content", page, "&download=1");
  CHECK(Has(text, "Content-Type: text/plain; charset=utf-8"));
  CHECK(Has(text, "X-Content-Type-Options: nosniff"));
  CHECK(Has(text, "Content-Security-Policy: sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
  CHECK(Has(text, "Content-Disposition: attachment; filename*=UTF-8''page.html"));
  const HttpAnswer drawing = platform.Get("/content", "s3://my-s3-bucket/files/drawing.svg");
  CHECK(Has(drawing, "Content-Type: image/svg+xml"));
  CHECK(drawing.head.find("sandbox; default-src 'none'") != std::string::npos);
  const HttpAnswer html = platform.Get("/page", page);
  CHECK(Has(html, "Content-Type: text/html; charset=utf-8"));
  CHECK(Has(html,
            "Content-Security-Policy: sandbox allow-scripts allow-popups allow-downloads; default-src https: data: "
            "blob: 'unsafe-inline' 'unsafe-eval'; connect-src https: data: blob:; form-action 'none'; frame-ancestors "
            "'self'"));
}

TEST_CASE("a deck is there as soon as it is written", "[objects]") {
  ObjectCalls platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  const std::string node = SingleTaskNodeId("t"), deck = "/sandbox/v1/decks/flytesnacks/development/e/" + node;
  CHECK(platform.Http("GET", deck).status == 404);
  platform.Stored("metadata/propeller/flytesnacks-development-e/" + node + "/data/0/deck.html", "<p>one");
  const HttpAnswer found = platform.Http("GET", deck);
  CHECK(found.body == "<p>one");
  CHECK(found.head.find("Content-Security-Policy: sandbox allow-scripts") != std::string::npos);
  CHECK(platform.Http("GET", deck + "?attempt=1").status == 404);
  CHECK(platform.Http("GET", deck + "?attempt=x").Json()["field"] == "attempt");
  CHECK(platform.Http("GET", "/sandbox/v1/decks/flytesnacks/development/none/n0").status == 404);
  CHECK(platform.Http("GET", "/sandbox/v1/decks/flytesnacks").status == 404);
}

TEST_CASE("an object says which node wrote it", "[objects]") {
  ObjectCalls platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  const std::string pod = platform.Engine().Names().at(0);
  platform.Stored("data/3x/" + pod + "/0a/file.txt", "x");
  const json writer = platform.Get("/head", "s3://my-s3-bucket/data/3x/" + pod + "/0a/file.txt").Json()["written_by"];
  REQUIRE(writer.is_object());
  CHECK(writer["execution"] == "e");
  CHECK(writer["node"] == SingleTaskNodeId("t"));
  CHECK(writer["attempt"] == 0);
  platform.Stored("metadata/propeller/flytesnacks-development-e/n7/data/0/x", "x");
  const json own = platform.Get("/head", "s3://my-s3-bucket/metadata/propeller/flytesnacks-development-e/n7/data/0/x")
                       .Json()["written_by"];
  CHECK(own["node"] == "n7");
  CHECK(platform.Get("/head", "s3://my-s3-bucket/files/a.csv").Json()["written_by"] == nullptr);
}

TEST_CASE("an object is removed, unless somebody needs it", "[objects]") {
  ObjectCalls platform;
  CHECK(platform.Remove("s3://my-s3-bucket/files/a.csv").status == 200);
  CHECK(platform.Get("/content", "s3://my-s3-bucket/files/a.csv").status == 404);
  CHECK(platform.Remove("s3://my-s3-bucket/files/a.csv").status == 404);
  CHECK(platform.Remove("s3://my-s3-bucket/files/").status == 404);
  CHECK(platform.Remove("s3://my-s3-bucket").Json()["field"] == "uri");

  platform.Stored("metadata/x", "x");
  const HttpAnswer own = platform.Remove("s3://my-s3-bucket/metadata/x");
  CHECK(own.status == 409);
  CHECK(own.Json()["reason"] == "METADATA");

  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  const std::string key = "data/3x/" + platform.Engine().Names().at(0) + "/0a/file.txt";
  platform.Stored(key, "x");
  const HttpAnswer used = platform.Remove("s3://my-s3-bucket/" + key);
  CHECK(used.status == 409);
  CHECK(used.Json()["reason"] == "IN_USE");
  CHECK(used.Json()["message"].get<std::string>().find("execution e ") != std::string::npos);
  platform.Abort("e");
  platform.Ended("e");
  CHECK(platform.Remove("s3://my-s3-bucket/" + key).status == 200);
}

}  // namespace
}  // namespace sandbox::testing
