#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <thread>

#include "flyteidl/service/admin.grpc.pb.h"
#include "flyteidl/service/auth.grpc.pb.h"
#include "server/net/platform.h"
#include "server/net/raw_client.h"

namespace sandbox {
namespace {

namespace admin = flyteidl::admin;
using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;
using testing::Platform;
using testing::RawClient;

std::unique_ptr<flyteidl::service::AdminService::Stub> Admin(const Platform& platform) {
  return flyteidl::service::AdminService::NewStub(
      grpc::CreateChannel(platform.Address(), grpc::InsecureChannelCredentials()));
}

grpc::Status GetProject(const Platform& platform, const std::string& id, admin::Project* project) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  admin::ProjectGetRequest request;
  request.set_id(id);
  return Admin(platform)->GetProject(&context, request, project);
}

TEST_CASE("one port speaks gRPC and HTTP") {
  Platform platform;
  admin::Project project;
  REQUIRE(GetProject(platform, "flytesnacks", &project).ok());
  CHECK(project.id() == "flytesnacks");

  RawClient client(platform.listener->Port());
  client.Send("GET /api/v1/version HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n");
  CHECK_THAT(client.ReadAnswer(),
             StartsWith("HTTP/1.1 200") &&
                 EndsWith(R"({"control_plane_version":{"Build":"","Version":"v1.16.8","BuildTime":""}})"));
  CHECK(GetProject(platform, "again", &project).ok());
}

TEST_CASE("a connection that does not decide is closed") {
  Platform platform;
  RawClient client(platform.listener->Port());
  SECTION("nothing comes") {}
  SECTION("half a preface comes") { client.Send("P"); }
  SECTION("the client leaves") { client.FinishSending(); }
  CHECK(client.AtEnd());
}

TEST_CASE("the first bytes may come one at a time, and a wrong preface is no HTTP request") {
  Platform platform;
  RawClient client(platform.listener->Port());
  SECTION("slow") {
    for (char c : std::string("PUT /healthcheck HTTP/1.1\r\nHost: x\r\n\r\n")) client.Send(std::string(1, c));
    CHECK_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 200"));
  }
  SECTION("garbage") {
    client.Send("\x01\x02\x03 garbage\r\n\r\n");
    CHECK_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 400"));
  }
  SECTION("a preface and then garbage ends in gRPC") {
    client.Send("PRI * NOPE\r\n\r\n");
    client.FinishSending();
    CHECK_THAT(client.ReadToEnd(), !StartsWith("HTTP"));
  }
}

TEST_CASE("errors keep their code, text and details") {
  Platform platform;
  admin::Project project;
  CHECK(GetProject(platform, "missing", &project).error_code() == grpc::StatusCode::NOT_FOUND);
  CHECK(GetProject(platform, "missing", &project).error_message() == "project [missing] not found");
  CHECK(GetProject(platform, "unknown", &project).error_code() == grpc::StatusCode::INTERNAL);
  CHECK(GetProject(platform, "throw", &project).error_code() == grpc::StatusCode::INTERNAL);
  const grpc::Status details = GetProject(platform, "details", &project);
  CHECK(details.error_code() == grpc::StatusCode::ALREADY_EXISTS);
  CHECK_THAT(details.error_details(),
             StartsWith("\x08\x06\x12\x0cwith details\x1a") && Contains("flyteidl.admin.CreateWorkflowFailureReason"));
}

TEST_CASE("a text that is too long for a trailer is cut") {
  Platform platform;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 32 * 1024);
  const auto stub = flyteidl::service::AdminService::NewStub(
      grpc::CreateCustomChannel(platform.Address(), grpc::InsecureChannelCredentials(), arguments));
  grpc::ClientContext context;
  admin::ProjectGetRequest request;
  request.set_id("long");
  admin::Project project;
  const grpc::Status status = stub->GetProject(&context, request, &project);
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(status.error_message().size() < 6000);
  CHECK_THAT(status.error_message(), EndsWith("... (cut)"));
}

TEST_CASE("what is not there is UNIMPLEMENTED by name") {
  Platform platform;
  grpc::ClientContext context;
  admin::WorkflowCreateResponse response;
  const grpc::Status missing = Admin(platform)->CreateWorkflow(&context, {}, &response);
  CHECK(missing.error_code() == grpc::StatusCode::UNIMPLEMENTED);
  CHECK(missing.error_message() == "unknown method CreateWorkflow for service flyteidl.service.AdminService");

  const auto stub = flyteidl::service::AuthMetadataService::NewStub(
      grpc::CreateChannel(platform.Address(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext other;
  flyteidl::service::OAuth2MetadataResponse metadata;
  const grpc::Status auth = stub->GetOAuth2Metadata(&other, {}, &metadata);
  CHECK(auth.error_code() == grpc::StatusCode::UNIMPLEMENTED);
  CHECK(auth.error_message() == "unknown service flyteidl.service.AuthMetadataService");
}

TEST_CASE("messages: large ones pass, compressed ones pass, too large ones are refused") {
  Platform platform;
  admin::Project project;
  CHECK(GetProject(platform, std::string(5'000'000, 'x'), &project).error_code() ==
        grpc::StatusCode::RESOURCE_EXHAUSTED);  // our own receive limit
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetCompressionAlgorithm(GRPC_COMPRESS_GZIP);
  const auto stub = flyteidl::service::AdminService::NewStub(
      grpc::CreateCustomChannel(platform.Address(), grpc::InsecureChannelCredentials(), arguments));
  for (const auto& [size, code] :
       {std::pair(10'000'000, grpc::StatusCode::OK), std::pair(80'000'000, grpc::StatusCode::RESOURCE_EXHAUSTED)}) {
    grpc::ClientContext context;
    admin::ProjectGetRequest request;
    request.set_id(std::string(static_cast<size_t>(size), 'x'));
    CHECK(stub->GetProject(&context, request, &project).error_code() == code);
  }
}

TEST_CASE("an answer may come later, from any thread") {
  Platform platform;
  std::thread answer([&] { platform.create_task.get_future().get()(admin::TaskCreateResponse()); });
  grpc::ClientContext context;
  admin::TaskCreateResponse response;
  CHECK(Admin(platform)->CreateTask(&context, {}, &response).ok());
  answer.join();
}

TEST_CASE("shutdown ends open calls, and the answer that comes after it is ignored") {
  auto platform = std::make_unique<Platform>();
  const auto stub = Admin(*platform);
  auto reply = platform->create_task.get_future();
  grpc::Status status;
  std::thread caller([&] {
    grpc::ClientContext context;
    admin::TaskCreateResponse response;
    status = stub->CreateTask(&context, {}, &response);
  });
  const auto late = reply.get();
  const auto before = std::chrono::steady_clock::now();
  platform->grpc.Shutdown();
  caller.join();
  CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(3));
  late(admin::TaskCreateResponse());
}

TEST_CASE("a call that its client gave up is over when the answer comes") {
  Platform platform;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  admin::TaskCreateResponse response;
  CHECK(Admin(platform)->CreateTask(&context, {}, &response).error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
  platform.create_task.get_future().get()(admin::TaskCreateResponse());
}

}  // namespace
}  // namespace sandbox
