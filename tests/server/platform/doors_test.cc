// Ports, and what is under way while a server ends.

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <sqlite3.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "server/platform/events.h"
#include "server/platform/platform.h"

namespace sandbox::testing {
namespace {

struct Running : Platform {
  explicit Running(PlatformOptions options = {}) : Platform(options) { REQUIRE(Open()); }
};

TEST_CASE("a port that is taken is an error that names it and what to do", "[doors]") {
  Running first;
  Platform second({.port = first.Port()});
  const Status opened = second.Open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().reason == "PORT_TAKEN");
  CHECK(opened.error().message.find(std::to_string(first.Port())) != std::string::npos);
  CHECK(opened.error().message.find("--port-base") != std::string::npos);
}

TEST_CASE("a port is free again after the stop", "[doors]") {
  auto first = std::make_unique<Running>();
  const uint16_t port = first->Port();
  (void)first->Http("GET", "/healthcheck");
  first.reset();
  Running second({.port = port});
  CHECK(second.Port() == port);
}

TEST_CASE("a port that was taken once is taken at the next try", "[doors]") {
  auto first = std::make_unique<Running>();
  Platform second({.port = first->Port()});
  REQUIRE_FALSE(second.Open());
  first.reset();
  REQUIRE(second.Open());
}

TEST_CASE("two servers beside each other know nothing of each other", "[doors]") {
  Running one, two;
  one.Task("t", "true");
  one.Launch("t", "e");
  one.Ended("e");
  CHECK(two.RawLaunch("t", "e").error_code() == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("gRPC and HTTP share the port", "[doors]") {
  Running platform;
  platform.Task("t", "true");
  const auto read = platform.Http("GET", "/api/v1/tasks/flytesnacks/development/t/v1").Json();
  CHECK(read["id"]["name"] == "t");
}

TEST_CASE("the object store answers on its own port, to who signs", "[doors]") {
  Running platform;
  CHECK(Call(platform.ObjectsPort(), "GET", "/minio/health/live").status == 200);
  CHECK(Call(platform.ObjectsPort(), "PUT", "/my-s3-bucket/x", "{}").status == 403);
}

TEST_CASE("the image registry answers on its own port", "[doors]") {
  Running platform;
  CHECK(Call(platform.ImagesPort(), "GET", "/v2/").body == "{}");
  CHECK(Call(platform.ImagesPort(), "GET", "/v2/_catalog").body == R"({"repositories":[]})");
  const auto addresses = platform.Http("GET", "/sandbox/v1/status").Json()["addresses"];
  CHECK(addresses["registry"] == "localhost:" + std::to_string(platform.ImagesPort()));
}

TEST_CASE("paths that are not there", "[doors]") {
  Running platform;
  CHECK(platform.Http("GET", "/api/v1/nothing").status == 404);
  CHECK(platform.Http("GET", "/sandbox/v1/nothing").status == 404);
  CHECK(platform.Http("GET", "/sandbox/v1/executions/flytesnacks/development/none").status == 404);
  CHECK(platform.Http("GET", "/sandbox/v1/executions/none").status == 404);
  CHECK(platform.Http("GET", "/sandbox/v1/logs/none").status == 404);
  CHECK(platform.Http("POST", "/sandbox/v1/status", "{}").status == 405);
}

TEST_CASE("what is no HTTP ends the connection, not the server", "[doors]") {
  Running platform;
  RawClient client(platform.Port());
  client.Send("\x01\x02\x03 nonsense\r\n\r\n");
  (void)client.ReadToEnd();
  CHECK(client.AtEnd());
  CHECK(platform.Http("GET", "/healthcheck").status == 200);
}

TEST_CASE("a client that connects and says nothing does not hold up the stop", "[doors]") {
  Running platform;
  RawClient silent(platform.Port()), half(platform.Port());
  half.Send("GET /healthcheck HT");
  (void)platform.Http("GET", "/healthcheck");
  const auto begun = std::chrono::steady_clock::now();
  platform.Stop();
  // Not the time that an open request has before it is cut off.
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
  for (RawClient* client : {&silent, &half}) {
    CHECK(client->ReadToEnd().empty());
    CHECK(client->AtEnd());
  }
}

TEST_CASE("log streams that are followed end with the server", "[doors]") {
  Running platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  const std::string pod = platform.Engine().Names()[0];
  RawClient follower(platform.Port());
  follower.Send("GET /sandbox/v1/logs/" + pod + "?follow=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(follower.ReadThrough("\r\n\r\n").find("200") != std::string::npos);
  platform.Stop();
  (void)follower.ReadToEnd();
  CHECK(follower.AtEnd());
}

TEST_CASE("a followed log of a silent pod asks the store nothing", "[doors]") {
  Running platform({.comment_pause = std::chrono::milliseconds(20)});
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  RawClient follower(platform.Port());
  follower.Send("GET /sandbox/v1/logs/" + platform.Engine().Names()[0] +
                "?follow=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(follower.ReadThrough("\r\n\r\n").find("200") != std::string::npos);
  EventReader clock(platform.Port(), "limits");  // It ticks each 20 ms.
  const auto pass = [&clock](int ticks) {
    for (int tick = 0; tick < ticks; ++tick) REQUIRE(clock.Next().comment);
  };
  clock.Next();
  pass(5);
  const size_t before = platform.Reads();
  pass(25);
  CHECK(platform.Reads() == before);
  // It was there all the time.
  platform.EndContainers("wait");
  CHECK(follower.ReadThrough("0\r\n\r\n").ends_with("0\r\n\r\n"));
}

TEST_CASE("a followed log ends when its pod does", "[doors]") {
  Running platform;
  platform.Task("t", "wait");
  platform.Launch("t", "e");
  platform.UntilRunning("e");
  auto followed = std::async(std::launch::async, [&, pod = platform.Engine().Names()[0]] {
    return platform.Http("GET", "/sandbox/v1/logs/" + pod + "?follow=1");
  });
  platform.EndContainers("wait");
  CHECK(followed.get().status == 200);
}

TEST_CASE("a health stream over gRPC tells at once, and ends with the server", "[doors]") {
  Running platform;
  grpc::GenericStub stub(
      grpc::CreateChannel("127.0.0.1:" + std::to_string(platform.Port()), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(&context, "/grpc.health.v1.Health/Watch", &queue);
  void* tag = nullptr;
  bool ok = false;
  const auto next = [&] { return queue.Next(&tag, &ok) && ok; };
  call->StartCall(nullptr);
  REQUIRE(next());
  const grpc::Slice nothing;
  call->WriteLast(grpc::ByteBuffer(&nothing, 1), grpc::WriteOptions(), nullptr);
  REQUIRE(next());
  grpc::ByteBuffer message;
  call->Read(&message, nullptr);
  REQUIRE(next());
  std::vector<grpc::Slice> slices;
  REQUIRE(message.Dump(&slices).ok());
  REQUIRE(slices.size() == 1);
  CHECK(std::string(reinterpret_cast<const char*>(slices[0].begin()), slices[0].size()) == "\x08\x01");  // SERVING
  platform.Stop();
  grpc::Status status;
  call->Finish(&status, nullptr);
  REQUIRE(next());
  CHECK_FALSE(status.ok());
}

TEST_CASE("calls while the server ends are answered or refused, never held", "[doors]") {
  Running platform;
  platform.Task("t", "true");
  std::atomic<bool> over = false;
  std::vector<std::thread> clients;
  std::atomic<int> answered = 0, refused = 0;
  for (int client = 0; client < 4; ++client) {
    clients.emplace_back([&] {
      auto stub = flyteidl::service::AdminService::NewStub(
          grpc::CreateChannel("127.0.0.1:" + std::to_string(platform.Port()), grpc::InsecureChannelCredentials()));
      while (!over) {
        admin::ProjectListRequest request;
        admin::Projects response;
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
        (stub->ListProjects(&context, request, &response).ok() ? answered : refused)++;
      }
    });
  }
  platform.Until([&] { return answered > 20; });
  platform.Stop();
  over = true;
  for (std::thread& client : clients) client.join();
  CHECK(answered > 20);
}

TEST_CASE("a state that a newer version wrote is refused, and stays as it is", "[doors]") {
  Platform platform;
  REQUIRE(platform.Open());
  platform.Stop();
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((platform.Folder() / "state.db").c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, "PRAGMA user_version = 999", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  const Status opened = platform.Open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().reason == "STATE_NEWER");
}

}  // namespace
}  // namespace sandbox::testing
