#include "cli/serving.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "cli/client_config.h"
#include "home/version.h"

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

}  // namespace

bool WaitUntilServing(const home::RuntimeInfo& info, int timeout_ms, std::string& why) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  Client client(info);
  do {
    if (!client.Ping()) {
      why = Cat("HTTP on port ", info.port);
    } else if (!GrpcAnswers(info.port)) {
      why = Cat("gRPC on port ", info.port);
    } else if (!HttpAnswers(info.s3_port)) {
      why = Cat("the object store on port ", info.s3_port);
    } else if (!HttpAnswers(info.registry_port)) {
      why = Cat("the image registry on port ", info.registry_port);
    } else {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  } while (std::chrono::steady_clock::now() < deadline);
  return false;
}

namespace {

nlohmann::json BannerJson(const Context& context, const home::RuntimeInfo& info, bool already_running) {
  const std::string name = context.home.Name();
  return {
      {"name", name.empty() ? nlohmann::json() : nlohmann::json(name)},
      {"version", info.version},
      {"endpoint", Cat("localhost:", info.port)},
      {"console", Cat("http://localhost:", info.port, "/console")},
      {"object_store", Cat("http://localhost:", info.s3_port)},
      {"registry", Cat("localhost:", info.registry_port)},
      {"docker", info.docker_socket},
      {"docker_note", info.docker_note},
      {"home", context.home.root.string()},
      {"state", context.home.root.string()},
      {"log", context.home.LogFile().string()},
      {"pid", info.pid},
      {"client_file", context.home.ClientConfig().string()},
      {"already_running", already_running},
  };
}

}  // namespace

Status WriteReadyFile(const Context& context, const home::RuntimeInfo& info, const std::filesystem::path& file) {
  nlohmann::json json = BannerJson(context, info, false);
  for (const auto& [name, value] : ClientVariables(context.home, info)) json["env"][name] = value;
  const std::filesystem::path temporary = file.string() + ".new";
  std::ofstream out(temporary);
  out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  out.close();
  std::error_code failure;
  if (out) std::filesystem::rename(temporary, file, failure);
  if (!out || failure) return Internal(Cat("cannot write ", file.string()));
  return {};
}

void PrintBanner(const Context& context, const home::RuntimeInfo& info, bool already_running) {
  if (context.printer.IsData()) return context.printer.Data(BannerJson(context, info, already_running));
  const std::string name = context.home.Name();
  std::printf("sandbox %s%s (Flyte %s) %s\n\n", name.empty() || name == "default" ? "" : (name + " ").c_str(),
              info.version.c_str(), kFlyteVersion, already_running ? "is already running" : "is ready");
  std::printf("  endpoint      localhost:%u\n", info.port);
  std::printf("  console       http://localhost:%u/console\n", info.port);
  std::printf("  object store  http://localhost:%u  (minio / miniostorage, bucket my-s3-bucket)\n", info.s3_port);
  std::printf("  registry      localhost:%u  (docker push localhost:%u/NAME:TAG)\n", info.registry_port,
              info.registry_port);
  if (info.docker_socket.empty()) {
    std::printf("  docker        not reachable: tasks wait until it is (%s)\n", info.docker_note.c_str());
  } else {
    std::printf("  docker        %s\n", info.docker_socket.c_str());
  }
  std::printf("  resources     preset %s\n", info.preset.c_str());
  std::printf("  state         %s\n", context.home.root.c_str());
  std::printf("  log           %s\n", context.home.LogFile().c_str());
  std::printf("  clients       export FLYTECTL_CONFIG=%s\n", ClientConfigToShow(context.home).c_str());
  std::printf("  stop          %s\n", CommandLine(context, "stop").c_str());
}

void PublishClientConfigs(const Context& context, const home::RuntimeInfo& info) {
  std::vector<std::string> notes;
  if (Status written = WriteClientConfigs(context.home, info, notes); !written)
    std::fprintf(stderr, "warning: %s\n", written.error().message.c_str());
  for (const std::string& note : notes) std::fprintf(stderr, "note: %s\n", note.c_str());
}

}  // namespace sandbox::cli
