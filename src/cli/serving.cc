#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/client_config.h"
#include "cli/http_client.h"
#include "cli/place.h"
#include "cli/verbs.h"
#include "cli/version.h"

namespace sandbox::cli {
namespace {

bool GrpcAnswers(uint16_t port) {
  // One unary call of the health service, without its generated code: an empty request is "the whole server".
  auto channel = grpc::CreateChannel(Cat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
  context.set_wait_for_ready(true);
  grpc::CompletionQueue queue;
  const grpc::Slice empty;
  const grpc::ByteBuffer request(&empty, 1);
  auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  queue.Shutdown();
  return ok && status.ok();
}

bool S3Answers(uint16_t port) {
  namespace http = boost::beast::http;
  boost::asio::io_context context;
  boost::beast::tcp_stream stream(context);
  boost::beast::error_code failure;
  stream.connect({boost::asio::ip::address_v4::loopback(), port}, failure);
  if (failure) return false;
  http::request<http::empty_body> request(http::verb::get, "/", 11);
  request.set(http::field::host, Cat("localhost:", port));
  http::write(stream, request, failure);
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> response;
  if (!failure) http::read(stream, buffer, response, failure);
  return !failure && response.result_int() < 500;
}

}  // namespace

bool WaitUntilServing(const RuntimeInfo& info, int timeout_ms, std::string& why) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  do {
    if (!GetStream(info, "/healthcheck", [](std::string_view) {})) {
      why = Cat("HTTP on port ", info.port);
    } else if (!GrpcAnswers(info.port)) {
      why = Cat("gRPC on port ", info.port);
    } else if (!S3Answers(info.s3_port)) {
      why = Cat("the object store on port ", info.s3_port);
    } else {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  } while (std::chrono::steady_clock::now() < deadline);
  return false;
}

int PrintBanner(const Common& common, const RuntimeInfo& info, bool already_running) {
  if (common.json) {
    const nlohmann::json json = {
        {"version", info.version},
        {"endpoint", Cat("localhost:", info.port)},
        {"console", Cat("http://localhost:", info.port, "/console")},
        {"object_store", Cat("http://localhost:", info.s3_port)},
        {"docker", info.docker_socket},
        {"docker_note", info.docker_note},
        {"state", common.home.root.string()},
        {"log", common.home.LogFile().string()},
        {"pid", info.pid},
        {"client_file", common.home.ClientConfig().string()},
        {"already_running", already_running},
    };
    std::printf("%s\n", json.dump(2).c_str());
    return kExitOk;
  }
  std::printf("sandbox %s (Flyte %s) %s\n\n", info.version.c_str(), kFlyteVersion,
              already_running ? "is already running" : "is ready");
  std::printf("  endpoint      localhost:%u\n", info.port);
  std::printf("  console       http://localhost:%u/console\n", info.port);
  std::printf("  object store  http://localhost:%u  (minio / miniostorage, bucket my-s3-bucket)\n", info.s3_port);
  if (info.docker_socket.empty()) {
    std::printf("  docker        not reachable: tasks wait until it is (%s)\n", info.docker_note.c_str());
  } else {
    std::printf("  docker        %s\n", info.docker_socket.c_str());
  }
  std::printf("  resources     preset %s\n", info.preset.c_str());
  std::printf("  state         %s\n", common.home.root.c_str());
  std::printf("  log           %s\n", common.home.LogFile().c_str());
  std::printf("  clients       export FLYTECTL_CONFIG=%s\n", ClientConfigToShow(common.home).c_str());
  std::printf("  stop          %s\n", CommandLine(common, "stop").c_str());
  return kExitOk;
}

}  // namespace sandbox::cli
