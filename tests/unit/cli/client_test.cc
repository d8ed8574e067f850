#include "cli/client.h"

#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/context.h"
#include "cli/tree.h"

using namespace sandbox;
using namespace sandbox::cli;
using nlohmann::json;

namespace {

// A server that answers as the test says.
class Fake {
 public:
  Fake() : port_(static_cast<uint16_t>(server.bind_to_any_port("127.0.0.1"))) {}
  ~Fake() {
    server.stop();
    if (thread_.joinable()) thread_.join();
  }
  Client Start() {
    thread_ = std::thread([this] { server.listen_after_bind(); });
    home::RuntimeInfo info;
    info.port = port_;
    return Client(info);
  }

  httplib::Server server;

 private:
  const uint16_t port_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("Names are encoded into the path, and the answer is JSON") {
  Fake fake;
  fake.server.Get(R"(/sandbox/v1/executions/(.*))", [](const httplib::Request& request, httplib::Response& response) {
    response.set_content(json{{"target", request.target}, {"host", request.get_header_value("Host")}}.dump(),
                         "application/json");
  });
  Client client = fake.Start();
  const auto answer = client.Tree({"my project", "dev/x"}, "f+1?");
  REQUIRE(answer);
  CHECK(answer->at("target") == "/sandbox/v1/executions/my%20project/dev%2Fx/f%2B1%3F");
  CHECK(answer->at("host").get<std::string>().starts_with("localhost:"));
  CHECK(client.Everything({}, "f1")->at("target") == "/sandbox/v1/executions/flytesnacks/development/f1/everything");
}

TEST_CASE("A refusal is the server's error with its code and message") {
  Fake fake;
  fake.server.Get("/sandbox/v1/status", [](const httplib::Request&, httplib::Response& response) {
    response.status = 404;
    response.set_content(R"({"code": 5, "message": "no such thing"})", "application/json");
  });
  fake.server.Get("/api/v1/projects", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("<html>", "text/html");
  });
  Client client = fake.Start();
  const auto refused = client.StatusReport();
  REQUIRE(!refused);
  CHECK((refused.error().code == Code::kNotFound && refused.error().reason == "SERVER"));
  CHECK(refused.error().message == "no such thing");
  CHECK(client.Projects().error().message.find("is not JSON") != std::string::npos);
}

TEST_CASE("A log is handed on while the server still writes") {
  Fake fake;
  std::atomic<bool> first_seen = false;
  std::string all;
  fake.server.Get("/sandbox/v1/logs/pod-1", [&](const httplib::Request& request, httplib::Response& response) {
    CHECK((request.get_param_value("follow") == "1" && request.get_param_value("namespace") == "p-d"));
    response.set_chunked_content_provider("text/plain", [&](size_t offset, httplib::DataSink& sink) {
      if (offset == 0) return sink.write("first\n", 6);
      if (!first_seen) return true;  // asked again until the reader has the first line
      sink.write("last\n", 5);
      sink.done();
      return true;
    });
  });
  Client client = fake.Start();
  const Status done = client.Log("pod-1", "p-d", true, [&](std::string_view piece) {
    all.append(piece);
    first_seen = true;
  });
  CHECK(done);
  CHECK(all == "first\nlast\n");
}

TEST_CASE("A value for a gate is posted") {
  Fake fake;
  std::string posted;
  fake.server.Post("/api/v1/signals", [&](const httplib::Request& request, httplib::Response& response) {
    posted = request.body;
    response.set_content("{}", "application/json");
  });
  Client client = fake.Start();
  OpenSignal gate;
  gate.project = "p";
  gate.domain = "d";
  gate.execution = "f1";
  gate.id = "ok";
  CHECK(client.SetSignal(gate, json{{"scalar", 1}}));
  CHECK(json::parse(posted).at("id").at("execution_id").at("name") == "f1");
}

TEST_CASE("Where nothing listens the error says so") {
  const int bound = socket(AF_INET, SOCK_STREAM, 0);  // takes a port and no connections
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(bind(bound, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(bound, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  home::RuntimeInfo info;
  info.port = ntohs(address.sin_port);
  Client client(info);
  const auto none = client.StatusReport();
  REQUIRE(!none);
  CHECK((none.error().code == Code::kUnavailable && none.error().reason == "NO_ANSWER"));
  close(bound);
}
