#include "api/gateway/guard.h"

#include <catch2/catch.hpp>

namespace sandbox::api {
namespace {

GuardOptions Options() {
  return {{"mybox.local"}, {"http://localhost:3000"}, [] { return std::optional<std::string>("172.17.0.1"); }};
}

net::HttpRequest Request(const std::string& method, std::vector<std::pair<std::string, std::string>> headers) {
  net::HttpRequest request{method, "/", {std::move(headers)}, ""};
  if (!request.headers.Has("Host")) request.headers.Set("Host", "localhost:30080");
  return request;
}

unsigned Verdict(const net::HttpRequest& request) {
  const Guard guard(Options());
  const auto refused = guard.Refuse(request, guard.AskerOf(request));
  return refused ? refused->status : 200;
}

TEST_CASE("names of this machine, on any port") {
  const auto [host, status] = GENERATE(table<std::string, unsigned>({
      {"localhost:30080", 200},
      {"LOCALHOST:9999", 200},
      {"localhost", 200},
      {"127.0.0.1:1", 200},
      {"[::1]:30080", 200},
      {"[::1]", 200},
      {"172.17.0.1:8089", 200},
      {"host.docker.internal:30080", 200},
      {"flyte-sandbox-grpc.flyte:8089", 200},
      {"flyte-sandbox-minio.flyte:9000", 200},
      {"mybox.local:30080", 200},
      {"172.17.0.2:30080", 421},
      {"0.0.0.0:30080", 421},
      {"evil.test:30080", 421},
      {"localhost.evil.test", 421},
      {"evil.test:localhost", 421},
      {"[::1].evil.test", 421},
      {"", 421},
  }));
  CAPTURE(host);
  CHECK(Verdict(Request("GET", {{"Host", host}})) == status);
}

TEST_CASE("a host that is refused is named, with the setting") {
  const Guard guard(Options());
  const auto refused = guard.Refuse(Request("GET", {{"Host", "evil.test:80"}}), Asker::kProgram);
  REQUIRE(refused);
  CHECK(refused->body.find("'evil.test'") != std::string::npos);
  CHECK(refused->body.find("allowed_hosts: [evil.test]") != std::string::npos);
}

TEST_CASE("who asks") {
  const Guard guard(Options());
  const auto asker = [&](std::vector<std::pair<std::string, std::string>> headers) {
    return guard.AskerOf(Request("GET", std::move(headers)));
  };
  CHECK(asker({}) == Asker::kProgram);
  CHECK(asker({{"Origin", "http://localhost:30080"}}) == Asker::kOwnPage);
  CHECK(asker({{"Host", "localhost:8888"}, {"Origin", "http://localhost:8888"}}) == Asker::kOwnPage);
  CHECK(asker({{"Sec-Fetch-Site", "same-origin"}}) == Asker::kOwnPage);
  CHECK(asker({{"Sec-Fetch-Site", "none"}}) == Asker::kOwnPage);
  CHECK(asker({{"Origin", "http://localhost:3000"}, {"Sec-Fetch-Site", "same-site"}}) == Asker::kAllowedPage);
  CHECK(asker({{"Origin", "http://localhost:3001"}}) == Asker::kForeignPage);
  CHECK(asker({{"Origin", "http://127.0.0.1:30080"}}) == Asker::kForeignPage);
  CHECK(asker({{"Origin", "https://localhost:30080"}}) == Asker::kForeignPage);
  CHECK(asker({{"Origin", "null"}}) == Asker::kForeignPage);
  CHECK(asker({{"Origin", ""}}) == Asker::kForeignPage);
  CHECK(asker({{"Sec-Fetch-Site", "same-site"}}) == Asker::kForeignPage);
  CHECK(asker({{"Origin", "http://localhost:30080"}, {"Sec-Fetch-Site", "cross-site"}}) == Asker::kForeignPage);
}

TEST_CASE("what pages may do, and in which form") {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const Headers own{{"Origin", "http://localhost:30080"}}, foreign{{"Origin", "http://evil.test"}};
  const auto with = [](Headers headers, const std::string& type) {
    headers.emplace_back("Content-Type", type);
    return headers;
  };
  for (const std::string method : {"POST", "PUT", "DELETE", "PATCH"}) {
    CAPTURE(method);
    CHECK(Verdict(Request(method, {})) == 200);
    CHECK(Verdict(Request(method, {{"Content-Type", "text/plain"}})) == 200);
    CHECK(Verdict(Request(method, with(own, "application/json"))) == 200);
    CHECK(Verdict(Request(method, with(own, "Application/JSON ; charset=utf-8"))) == 200);
    CHECK(Verdict(Request(method, with(own, "application/octet-stream"))) == 200);
    CHECK(Verdict(Request(method, with(own, "application/x-www-form-urlencoded"))) == 415);
    CHECK(Verdict(Request(method, with(own, "multipart/form-data; boundary=x"))) == 415);
    CHECK(Verdict(Request(method, with(own, "text/plain; application/json"))) == 415);
    CHECK(Verdict(Request(method, own)) == 415);
    CHECK(Verdict(Request(method, with(foreign, "application/json"))) == 403);
    CHECK(Verdict(Request(method, {{"Sec-Fetch-Site", "cross-site"}})) == 403);
  }
  CHECK(Verdict(Request("OPTIONS", foreign)) == 403);
  CHECK(Verdict(Request("OPTIONS", {{"Origin", "http://localhost:3000"}})) == 200);
  CHECK(Verdict(Request("OPTIONS", {})) == 200);
  CHECK(Verdict(Request("GET", foreign)) == 200);
  CHECK(Verdict(Request("HEAD", foreign)) == 200);
}

}  // namespace
}  // namespace sandbox::api
