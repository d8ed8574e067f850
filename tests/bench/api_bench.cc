// CreateTask and CreateExecution per second against a running sandbox, one client and eight, each call durable when
// answered.
//
//   bench_api HOST:PORT DIRECTORY [SECONDS [tasks|executions|fill]]
//
// `fill` registers 100,000 tasks first. DIRECTORY: on the disk of the sandbox's state, to measure how often a second it
// syncs. Start the sandbox with a DOCKER_HOST where nobody answers, so that tasks wait: an engine that starts a
// container for each execution takes the processor that is measured. The reference is a real Flyte v1.16.8 on a machine
// of this kind: CreateTask 410/s with one client, 579/s with eight.

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "bench/disk_sync.h"
#include "flyteidl/service/admin.grpc.pb.h"

namespace {

using Stub = flyteidl::service::AdminService::Stub;
using Clock = std::chrono::steady_clock;

constexpr double kReferenceOne = 410, kReferenceEight = 579;

std::string Unique(const char* prefix, int client, int i) {
  static const std::string run = std::to_string(Clock::now().time_since_epoch().count() % 1000000007);
  return std::string(prefix) + run + "-" + std::to_string(client) + "-" + std::to_string(i);
}

void CreateTask(Stub& stub, const std::string& name) {
  flyteidl::admin::TaskCreateRequest request;
  auto* id = request.mutable_id();
  id->set_resource_type(flyteidl::core::TASK);
  id->set_project("flytesnacks");
  id->set_domain("development");
  id->set_name(name);
  id->set_version("v1");
  auto* task = request.mutable_spec()->mutable_template_();
  task->set_type("python-task");
  task->mutable_metadata()->mutable_runtime()->set_version("1.0.0");
  (*task->mutable_interface()->mutable_outputs()->mutable_variables())["o0"].mutable_type()->set_simple(
      flyteidl::core::INTEGER);
  task->mutable_interface()->mutable_inputs();
  task->mutable_container()->set_image("busybox:latest");
  task->mutable_container()->add_args("true");
  grpc::ClientContext context;
  flyteidl::admin::TaskCreateResponse response;
  if (auto status = stub.CreateTask(&context, request, &response); !status.ok()) {
    std::fprintf(stderr, "CreateTask: %s\n", status.error_message().c_str());
    std::exit(1);
  }
}

void CreateExecution(Stub& stub, const std::string& task, const std::string& name) {
  flyteidl::admin::ExecutionCreateRequest request;
  request.set_project("flytesnacks");
  request.set_domain("development");
  request.set_name(name);
  auto* id = request.mutable_spec()->mutable_launch_plan();
  id->set_resource_type(flyteidl::core::TASK);
  id->set_project("flytesnacks");
  id->set_domain("development");
  id->set_name(task);
  id->set_version("v1");
  request.mutable_inputs();
  grpc::ClientContext context;
  flyteidl::admin::ExecutionCreateResponse response;
  if (auto status = stub.CreateExecution(&context, request, &response); !status.ok()) {
    std::fprintf(stderr, "CreateExecution: %s\n", status.error_message().c_str());
    std::exit(1);
  }
}

double PerSecond(const std::string& endpoint, int clients, double seconds,
                 const std::function<void(Stub&, int client, int i)>& call) {
  std::atomic<int> calls = 0;
  std::vector<std::thread> threads;
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  for (int client = 0; client < clients; ++client) {
    threads.emplace_back([&, client] {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
      auto stub = flyteidl::service::AdminService::NewStub(
          grpc::CreateCustomChannel(endpoint, grpc::InsecureChannelCredentials(), arguments));
      for (int i = 0; Clock::now() < end; ++i) {
        call(*stub, client, i);
        ++calls;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return calls / std::chrono::duration<double>(Clock::now() - begin).count();
}

void Fill(const std::string& endpoint) {
  constexpr int kRows = 100'000, kClients = 32;
  std::vector<std::thread> threads;
  for (int client = 0; client < kClients; ++client) {
    threads.emplace_back([&endpoint, client] {
      auto stub =
          flyteidl::service::AdminService::NewStub(grpc::CreateChannel(endpoint, grpc::InsecureChannelCredentials()));
      for (int i = client; i < kRows; i += kClients) CreateTask(*stub, Unique("bench.fill", client, i));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void Tasks(const std::string& endpoint, double seconds, const std::string& directory) {
  for (const auto& [clients, reference] : {std::pair{1, kReferenceOne}, {8, kReferenceEight}}) {
    const double syncs = sandbox::SyncsPerSecond(directory);
    const double rate = PerSecond(endpoint, clients, seconds, [clients = clients](Stub& stub, int client, int i) {
      CreateTask(stub, Unique("bench.t", clients * 10 + client, i));
    });
    std::printf("CreateTask       %d client(s): %8.0f/s   reference %4.0f/s   ratio %5.2f   disk syncs %5.0f/s\n",
                clients, rate, reference, rate / reference, syncs);
    std::fflush(stdout);
  }
}

void Executions(const std::string& endpoint, double seconds, const std::string& directory) {
  auto stub =
      flyteidl::service::AdminService::NewStub(grpc::CreateChannel(endpoint, grpc::InsecureChannelCredentials()));
  const std::string task = Unique("bench.run", 0, 0);
  CreateTask(*stub, task);
  for (int clients : {1, 8}) {
    const double syncs = sandbox::SyncsPerSecond(directory);
    const double rate = PerSecond(endpoint, clients, seconds, [&](Stub& each, int client, int i) {
      CreateExecution(each, task, Unique("b", clients * 10 + client, i));
    });
    std::printf("CreateExecution  %d client(s): %8.0f/s                                      disk syncs %5.0f/s\n",
                clients, rate, syncs);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_api HOST:PORT DIRECTORY [SECONDS [tasks|executions|fill]]\n");
    return 2;
  }
  const std::string endpoint = argv[1], directory = argv[2], only = argc > 4 ? argv[4] : "";
  const double seconds = argc > 3 ? std::atof(argv[3]) : 5;
  if (only == "fill") Fill(endpoint);
  if (only != "executions") Tasks(endpoint, seconds, directory);
  if (only != "tasks") Executions(endpoint, seconds, directory);
  return 0;
}
