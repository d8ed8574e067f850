#pragma once

// What the benches over gRPC share: connections of their own, names that were never used, and the two calls.

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "flyteidl/service/admin.grpc.pb.h"

namespace sandbox::bench {

using Stub = flyteidl::service::AdminService::Stub;
using Clock = std::chrono::steady_clock;

inline double SecondsSince(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

// On a connection that nobody shares.
inline std::unique_ptr<Stub> Connect(const std::string& endpoint) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return flyteidl::service::AdminService::NewStub(
      grpc::CreateCustomChannel(endpoint, grpc::InsecureChannelCredentials(), arguments));
}

inline std::string Unique(const std::string& prefix, int client, int i) {
  static const std::string run = std::to_string(Clock::now().time_since_epoch().count() % 1000000007);
  return prefix + run + "-" + std::to_string(client) + "-" + std::to_string(i);
}

// A bench measures calls that succeed: everything else ends it.
inline void Need(const grpc::Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s: %s\n", what, status.error_message().c_str());
  std::exit(1);
}

inline void FillTaskId(const std::string& name, flyteidl::core::Identifier& id) {
  id.set_resource_type(flyteidl::core::TASK);
  id.set_project("flytesnacks");
  id.set_domain("development");
  id.set_name(name);
  id.set_version("v1");
}

// A container task that runs `true`. `cpu` is what it asks for; empty: the platform's default.
inline void CreateTask(Stub& stub, const std::string& name, const std::string& cpu = "", bool has_output = true) {
  flyteidl::admin::TaskCreateRequest request;
  FillTaskId(name, *request.mutable_id());
  auto* task = request.mutable_spec()->mutable_template_();
  task->set_type(has_output ? "python-task" : "raw-container");
  task->mutable_metadata()->mutable_runtime()->set_version("1.0.0");
  task->mutable_interface()->mutable_inputs();
  if (has_output)
    (*task->mutable_interface()->mutable_outputs()->mutable_variables())["o0"].mutable_type()->set_simple(
        flyteidl::core::INTEGER);
  task->mutable_container()->set_image("busybox:latest");
  task->mutable_container()->add_args("true");
  if (!cpu.empty()) {
    auto* resource = task->mutable_container()->mutable_resources()->add_requests();
    resource->set_name(flyteidl::core::Resources::CPU);
    resource->set_value(cpu);
    *task->mutable_container()->mutable_resources()->add_limits() = *resource;
  }
  grpc::ClientContext context;
  flyteidl::admin::TaskCreateResponse response;
  Need(stub.CreateTask(&context, request, &response), "CreateTask");
}

inline void CreateExecution(Stub& stub, const std::string& task, const std::string& name) {
  flyteidl::admin::ExecutionCreateRequest request;
  request.set_project("flytesnacks");
  request.set_domain("development");
  request.set_name(name);
  FillTaskId(task, *request.mutable_spec()->mutable_launch_plan());
  request.mutable_inputs();
  grpc::ClientContext context;
  flyteidl::admin::ExecutionCreateResponse response;
  Need(stub.CreateExecution(&context, request, &response), "CreateExecution");
}

inline flyteidl::core::WorkflowExecution::Phase PhaseOf(Stub& stub, const std::string& name) {
  flyteidl::admin::WorkflowExecutionGetRequest request;
  request.mutable_id()->set_project("flytesnacks");
  request.mutable_id()->set_domain("development");
  request.mutable_id()->set_name(name);
  grpc::ClientContext context;
  flyteidl::admin::Execution response;
  Need(stub.GetExecution(&context, request, &response), "GetExecution");
  return response.closure().phase();
}

}  // namespace sandbox::bench
