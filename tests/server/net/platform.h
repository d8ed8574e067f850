#pragma once

// A front door over a toy table: GetVersion answers, GetProject fails as its id says, CreateTask answers when told.

#include <future>

#include "api/gateway/gateway.h"
#include "api/grpc/server.h"
#include "api/method.h"
#include "flyteidl/service/admin.pb.h"
#include "net/asio_loop.h"
#include "net/front_door.h"

namespace sandbox::testing {

inline api::MethodTable ToyTable(std::function<void(Reply<flyteidl::admin::TaskCreateResponse>)> on_create_task) {
  api::MethodTable table;
  table.Add<flyteidl::admin::GetVersionRequest, flyteidl::admin::GetVersionResponse>(
      "flyteidl.service.AdminService/GetVersion", [](const auto&) {
        flyteidl::admin::GetVersionResponse response;
        response.mutable_control_plane_version()->set_version("v1.16.8");
        return Result<flyteidl::admin::GetVersionResponse>(response);
      });
  table.Add<flyteidl::admin::ProjectGetRequest, flyteidl::admin::Project>(
      "flyteidl.service.AdminService/GetProject",
      [](const flyteidl::admin::ProjectGetRequest& request) -> Result<flyteidl::admin::Project> {
        if (request.id() == "throw") throw std::runtime_error("a planted failure");
        if (request.id() == "unknown") return Fail(Code::kUnknown, "X", "unknown");
        if (request.id() == "long") return InvalidArgument(std::string(100'000, '\n'));
        if (request.id() == "details") {
          Error error{Code::kAlreadyExists, "X", "with details"};
          flyteidl::admin::CreateWorkflowFailureReason reason;
          reason.mutable_exists_identical_structure()->mutable_id()->set_name("n");
          error.details.push_back(
              {"type.googleapis.com/flyteidl.admin.CreateWorkflowFailureReason", reason.SerializeAsString()});
          return std::unexpected(error);
        }
        if (request.id() == "missing") return NotFound("project [missing] not found");
        flyteidl::admin::Project project;
        project.set_id(request.id());
        return project;
      });
  table.AddAsync<flyteidl::admin::TaskCreateRequest, flyteidl::admin::TaskCreateResponse>(
      "flyteidl.service.AdminService/CreateTask",
      [on_create_task](const auto&, Reply<flyteidl::admin::TaskCreateResponse> reply) {
        on_create_task(std::move(reply));
      });
  return table;
}

class Platform {
 public:
  Platform() {
    auto bound = net::Listener::Bind(loop.Executor(), "127.0.0.1", 0);
    if (!bound) throw std::runtime_error(bound.error().message);
    listener = std::move(*bound);
    net::FrontDoorOptions door;
    door.http2 = [this](int fd) { grpc.AddConnection(fd); };
    door.http = api::MakeGateway(table, {workers, {}});
    door.first_bytes_timeout = std::chrono::seconds(1);
    loop.Post([this, door] { listener->Accept(net::MakeFrontDoor(door)); });
  }
  ~Platform() {
    grpc.Shutdown();
    workers.Stop();
    loop.Stop();
  }

  std::string Address() const { return "127.0.0.1:" + std::to_string(listener->Port()); }

  std::promise<Reply<flyteidl::admin::TaskCreateResponse>> create_task;
  api::MethodTable table = ToyTable([this](auto reply) { create_task.set_value(std::move(reply)); });
  net::LoopThread loop;
  net::WorkerPool workers{2};
  api::GrpcServer grpc{table, {workers}};
  std::unique_ptr<net::Listener> listener;
};

}  // namespace sandbox::testing
