#include "api/grpc/server.h"

#include <absl/synchronization/mutex.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_posix.h>

#include <chrono>
#include <mutex>

#include "api/grpc/call.h"
#include "api/grpc/dynamic_service.h"
#include "api/grpc/fallback_service.h"
#include "api/grpc/health.h"
#include "api/grpc/status.h"
#include "api/grpc/stream_call.h"
#include "api/service_descriptors.h"

namespace sandbox::api {

namespace {

constexpr std::chrono::seconds kShutdownGrace{1};

bool IsServed(const std::string& service) {
  return service != "flyteidl.service.AuthMetadataService" && service != "flyteidl.service.IdentityService";
}

// Debian's Abseil looks for deadlocks at every lock that gRPC takes, which costs a few percent of each call.
void LeaveDeadlocksToTests() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

// Clients ping every 30 s (some every 10 s) on idle connections; the defaults would send them GOAWAY "too_many_pings".
void SetArguments(grpc::ServerBuilder* builder, const GrpcOptions& options) {
  builder->SetMaxReceiveMessageSize(options.message_bytes_max);
  builder->SetMaxSendMessageSize(-1);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 1000);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
  builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 64 * 1024);
}

}  // namespace

struct GrpcServer::Impl {
  Impl(const MethodTable& table, GrpcOptions given) : methods(table), options(given) {
    LeaveDeadlocksToTests();
    AddHealthMethods(health);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    SetArguments(&builder, options);
    for (const google::protobuf::ServiceDescriptor* descriptor : ServiceDescriptors()) {
      if (!IsServed(descriptor->full_name())) continue;
      names.push_back(descriptor->full_name());
      services.push_back(std::make_unique<DynamicService>(
          *descriptor,
          [this](const std::string& method, grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                 grpc::ByteBuffer* response) { return Dispatch(method, context, request, response); }));
    }
    names.emplace_back(kHealthService);
    services.push_back(std::make_unique<DynamicService>(
        std::string(kHealthService), std::vector<std::string>{"Check"},
        [this](const std::string& method, grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
               grpc::ByteBuffer* response) { return Dispatch(method, context, request, response); }));
    fallback = std::make_unique<FallbackService>(names, [this](std::string_view name) { return Find(name); }, streams);
    for (const auto& service : services) builder.RegisterService(service.get());
    builder.RegisterCallbackGenericService(fallback.get());
    server = builder.BuildAndStart();
    SANDBOX_CHECK(server != nullptr, "gRPC does not start");
  }

  const Method* Find(std::string_view name) const {
    const Method* method = health.Find(name);
    return method != nullptr ? method : methods.Find(name);
  }

  grpc::ServerUnaryReactor* Dispatch(const std::string& name, grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const Method* method = Find(name);
    if (method == nullptr || !method->call) {
      reactor->Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, UnknownMethodText(name, names)));
      return reactor;
    }
    auto call = std::make_shared<Call>(registry, *method, reactor, *request, response);
    if (registry->Add(call)) {
      options.workers.Run([call] { Call::Run(call); });
    } else {
      call->Finish(std::unexpected(ShuttingDown()));
    }
    return reactor;
  }

  const MethodTable& methods;
  GrpcOptions options;
  std::shared_ptr<CallRegistry> registry = std::make_shared<CallRegistry>();
  std::vector<std::string> names;
  std::vector<std::unique_ptr<DynamicService>> services;
  MethodTable health;
  std::shared_ptr<StreamCalls> streams = std::make_shared<StreamCalls>(options.workers);
  std::unique_ptr<FallbackService> fallback;
  std::unique_ptr<grpc::Server> server;
  std::once_flag stopped;
};

GrpcServer::GrpcServer(const MethodTable& methods, GrpcOptions options)
    : impl_(std::make_unique<Impl>(methods, options)) {}

GrpcServer::~GrpcServer() { Shutdown(); }

void GrpcServer::AddConnection(int fd) { grpc::AddInsecureChannelFromFd(impl_->server.get(), fd); }

void GrpcServer::Shutdown() {
  std::call_once(impl_->stopped, [this] {
    impl_->registry->Close();
    impl_->streams->Close();
    impl_->server->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
    impl_->server->Wait();
  });
}

}  // namespace sandbox::api
