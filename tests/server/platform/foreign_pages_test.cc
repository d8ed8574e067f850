// What a page of another site tries against a sandbox in the same browser, byte by byte as a browser sends it.

#include <catch2/catch.hpp>

#include "server/platform/platform.h"

namespace sandbox::testing {
namespace {

constexpr char kForm[] = "application/x-www-form-urlencoded";

struct Attacked : Platform {
  Attacked() { REQUIRE(Open()); }
  std::string Host() const { return "localhost:" + std::to_string(Port()); }
  std::string Own() const { return "Origin: http://" + Host() + "\r\nSec-Fetch-Site: same-origin\r\n"; }
  // A page of the same machine and another port: same site, another origin.
  static std::string Neighbour() { return "Origin: http://localhost:3001\r\nSec-Fetch-Site: same-site\r\n"; }
  static std::string Stranger() { return "Origin: https://evil.test\r\nSec-Fetch-Site: cross-site\r\n"; }

  HttpAnswer Ask(const std::string& method, const std::string& path, const std::string& headers,
                 const std::string& body = "", const std::string& host = "") const {
    return Exchange(
        Port(), method + " " + path + " HTTP/1.1\r\nHost: " + (host.empty() ? Host() : host) + "\r\n" + headers, body);
  }
  // A launch of the task, as JSON that every content type can carry.
  HttpAnswer Launching(const std::string& name, const std::string& headers) const {
    return Ask("POST", "/api/v1/executions", headers,
               R"({"project":"flytesnacks","domain":"development","name":")" + name +
                   R"(","spec":{"launch_plan":{"resource_type":"TASK","project":"flytesnacks","domain":"development",)"
                   R"("name":"t","version":"v1"}}})");
  }
  bool Launched(const std::string& name) const {
    return Http("GET", "/api/v1/executions/flytesnacks/development/" + name).status == 200;
  }
};

bool Readable(const HttpAnswer& answer) { return answer.head.find("Access-Control-Allow") != std::string::npos; }

TEST_CASE("a foreign page's fetch and form start nothing", "[foreign]") {
  Attacked platform;
  platform.Task("t", "true");
  const std::string json = "Content-Type: application/json\r\n", text = "Content-Type: text/plain\r\n",
                    form = std::string("Content-Type: ") + kForm + "\r\n";
  int number = 0;
  for (const std::string& page : {Attacked::Neighbour(), Attacked::Stranger(), std::string("Origin: null\r\n"),
                                  std::string("Sec-Fetch-Site: cross-site\r\n")}) {
    for (const std::string& type : {json, text, form}) {
      CAPTURE(page, type);
      const std::string name = "a" + std::to_string(++number);
      const HttpAnswer answer = platform.Launching(name, page + type);
      CHECK(answer.status == 403);
      CHECK(answer.body.find("allowed_origins") != std::string::npos);
      CHECK_FALSE(Readable(answer));
      CHECK_FALSE(platform.Launched(name));
    }
  }
  // The console's own page must not be made to send a form either.
  CHECK(platform.Launching("b1", platform.Own() + form).status == 415);
  CHECK_FALSE(platform.Launched("b1"));
  CHECK(platform.Launching("b2", platform.Own() + json).status == 200);
  CHECK(platform.Launched("b2"));
  CHECK(platform.Launching("b3", json).status == 200);
  CHECK(platform.Launched("b3"));
}

TEST_CASE("a foreign page gets no leave to ask", "[foreign]") {
  Attacked platform;
  const std::string asks = "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n";
  for (const char* path : {"/api/v1/executions", "/sandbox/v1/status", "/console/"}) {
    const HttpAnswer answer = platform.Ask("OPTIONS", path, Attacked::Neighbour() + asks);
    CAPTURE(path);
    CHECK(answer.status == 403);
    CHECK_FALSE(Readable(answer));
  }
}

TEST_CASE("a foreign page can read nothing: neither an answer nor a stream", "[foreign]") {
  Attacked platform;
  for (const char* path : {"/api/v1/projects", "/sandbox/v1/status", "/healthcheck", "/console/"}) {
    CAPTURE(path);
    const HttpAnswer answer = platform.Ask("GET", path, Attacked::Stranger());
    CHECK(answer.status == 200);
    CHECK_FALSE(Readable(answer));
    CHECK(answer.head.find("Cross-Origin-Resource-Policy: same-origin") != std::string::npos);
    CHECK(answer.head.find("X-Content-Type-Options: nosniff") != std::string::npos);
  }
  RawClient stream(platform.Port());
  stream.Send("GET /sandbox/v1/events?topics=machine HTTP/1.1\r\nHost: " + platform.Host() + "\r\n" +
              Attacked::Neighbour() + "\r\n");
  CHECK(stream.ReadThrough("\r\n\r\n").find("Access-Control-Allow") == std::string::npos);
}

TEST_CASE("a name of a stranger that leads here is not answered", "[foreign]") {
  Attacked platform;
  const std::string own = "Origin: http://rebound.test:30080\r\nSec-Fetch-Site: same-origin\r\n";
  for (const char* path :
       {"/", "/api/v1/projects", "/sandbox/v1/status", "/sandbox/v1/events", "/console/", "/healthcheck"}) {
    CAPTURE(path);
    const HttpAnswer answer = platform.Ask("GET", path, own, "", "rebound.test:30080");
    CHECK(answer.status == 421);
    CHECK(answer.body.find("allowed_hosts") != std::string::npos);
    CHECK(answer.body.find("flytesnacks") == std::string::npos);
  }
  CHECK(platform.Ask("GET", "/api/v1/projects", "", "", "mybox.local:30080").status == 200);
  CHECK(platform.Ask("GET", "/api/v1/projects", "", "", "flyte-sandbox-grpc.flyte:8089").status == 200);
}

TEST_CASE("a page whose origin is allowed reads, asks and starts", "[foreign]") {
  Attacked platform;
  platform.Task("t", "true");
  const std::string page = "Origin: http://localhost:3000\r\nSec-Fetch-Site: same-site\r\n";
  const std::string named = "Access-Control-Allow-Origin: http://localhost:3000\r\n";
  const HttpAnswer leave =
      platform.Ask("OPTIONS", "/api/v1/executions", page + "Access-Control-Request-Method: DELETE\r\n");
  CHECK(leave.status == 200);
  CHECK(leave.head.find(named) != std::string::npos);
  CHECK(leave.head.find("Access-Control-Allow-Methods: DELETE\r\n") != std::string::npos);
  for (const char* path : {"/api/v1/projects", "/sandbox/v1/status"}) {
    const HttpAnswer read = platform.Ask("GET", path, page);
    CHECK(read.status == 200);
    CHECK(read.head.find(named) != std::string::npos);
    CHECK(read.head.find("Vary: Origin\r\n") != std::string::npos);
  }
  CHECK(platform.Launching("e", page + "Content-Type: application/json\r\n").status == 200);
  CHECK(platform.Launched("e"));
}

TEST_CASE("a foreign page pushes nothing to the registry, by whatever name it comes", "[foreign]") {
  Attacked platform;
  const std::string begin = "POST /v2/app/blobs/uploads/ HTTP/1.1\r\nHost: ";
  const std::string host = "localhost:" + std::to_string(platform.ImagesPort()) + "\r\n";
  CHECK(Exchange(platform.ImagesPort(), begin + host).status == 202);
  CHECK(Exchange(platform.ImagesPort(), begin + host + Attacked::Stranger()).status == 403);
  CHECK(Exchange(platform.ImagesPort(), begin + host + Attacked::Neighbour()).status == 403);
  CHECK(Exchange(platform.ImagesPort(), begin + "evil.test\r\n").status == 421);
  CHECK_FALSE(
      Readable(Exchange(platform.ImagesPort(), "GET /v2/_catalog HTTP/1.1\r\nHost: " + host + Attacked::Stranger())));
}

}  // namespace
}  // namespace sandbox::testing
