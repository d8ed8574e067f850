// The calls to connector services, against a service over real sockets.

#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <mutex>

#include "connectors/grpc/grpc_connectors.h"
#include "flyteidl/service/agent.grpc.pb.h"
#include "net/asio_loop.h"

// Older services speak in deprecated fields.
#pragma clang diagnostic ignored "-Wdeprecated-declarations"

using namespace sandbox;
using namespace std::chrono_literals;

namespace {

namespace admin = flyteidl::admin;
namespace service = flyteidl::service;
using model::TaskPhase;

// What the service answers, and what it was asked.
struct Script {
  std::mutex mutex;
  admin::CreateTaskRequest created;
  admin::GetTaskRequest got;
  admin::DeleteTaskRequest deleted;
  std::vector<admin::ExecuteTaskSyncRequest> streamed;
  admin::ListAgentsResponse agents;
  grpc::Status status = grpc::Status::OK;
  std::string job = "job-1";
  admin::Resource resource;
  bool silent_stream = false;
  std::promise<void> arrived;        // a held call is there
  std::shared_future<void> release;  // when valid, CreateTask and GetTask wait for it
  std::atomic<int> at_once = 0, most_at_once = 0;

  void Hold() {
    const int now = ++at_once;
    for (int most = most_at_once; now > most && !most_at_once.compare_exchange_weak(most, now);) {
    }
    if (now == 1) arrived.set_value();
    release.wait();
    --at_once;
  }
};

class Metadata final : public service::AgentMetadataService::Service {
 public:
  explicit Metadata(Script& script) : script_(script) {}
  grpc::Status ListAgents(grpc::ServerContext*, const admin::ListAgentsRequest*,
                          admin::ListAgentsResponse* response) override {
    *response = script_.agents;
    return script_.status;
  }

 private:
  Script& script_;
};

class Async final : public service::AsyncAgentService::Service {
 public:
  explicit Async(Script& script) : script_(script) {}
  grpc::Status CreateTask(grpc::ServerContext*, const admin::CreateTaskRequest* request,
                          admin::CreateTaskResponse* response) override {
    if (script_.release.valid()) script_.Hold();
    const std::lock_guard lock(script_.mutex);
    script_.created = *request;
    response->set_resource_meta(script_.job);
    return script_.status;
  }
  grpc::Status GetTask(grpc::ServerContext*, const admin::GetTaskRequest* request,
                       admin::GetTaskResponse* response) override {
    if (script_.release.valid()) script_.Hold();
    const std::lock_guard lock(script_.mutex);
    script_.got = *request;
    *response->mutable_resource() = script_.resource;
    return script_.status;
  }
  grpc::Status DeleteTask(grpc::ServerContext*, const admin::DeleteTaskRequest* request,
                          admin::DeleteTaskResponse*) override {
    const std::lock_guard lock(script_.mutex);
    script_.deleted = *request;
    return script_.status;
  }

 private:
  Script& script_;
};

class Sync final : public service::SyncAgentService::Service {
 public:
  explicit Sync(Script& script) : script_(script) {}
  grpc::Status ExecuteTaskSync(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<admin::ExecuteTaskSyncResponse, admin::ExecuteTaskSyncRequest>* stream) override {
    admin::ExecuteTaskSyncRequest request;
    while (stream->Read(&request)) {
      const std::lock_guard lock(script_.mutex);
      script_.streamed.push_back(request);
    }
    if (script_.silent_stream || !script_.status.ok()) return script_.status;
    admin::ExecuteTaskSyncResponse response;
    *response.mutable_header()->mutable_resource() = script_.resource;
    stream->Write(response);
    response.mutable_outputs();
    stream->Write(response);
    return grpc::Status::OK;
  }

 private:
  Script& script_;
};

class Server {
 public:
  explicit Server(Script& script, bool with_metadata = true) : metadata_(script), async_(script), sync_(script) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    if (with_metadata) builder.RegisterService(&metadata_);
    builder.RegisterService(&async_);
    builder.RegisterService(&sync_);
    server_ = builder.BuildAndStart();
  }
  ~Server() { server_->Shutdown(std::chrono::system_clock::now()); }
  std::string Address() const { return Cat("127.0.0.1:", port_); }

 private:
  Metadata metadata_;
  Async async_;
  Sync sync_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// The client, on a loop of its own. Calls are made there and waited for here.
class Client {
 public:
  explicit Client(Duration patience = 10s) : connectors(std::make_unique<connectors::GrpcConnectors>(loop, patience)) {}
  ~Client() {
    connectors->Close();
    loop.Stop();
  }
  template <typename T>
  Result<T> Call(const std::function<void(std::function<void(Result<T>)>)>& call) {
    auto answer = std::make_shared<std::promise<Result<T>>>();
    loop.Post([&] { call([answer](Result<T> result) { answer->set_value(std::move(result)); }); });
    return answer->get_future().get();
  }
  Result<std::string> Create(const std::string& address, const JobRequest& request) {
    return Call<std::string>([&](auto done) { connectors->Create(address, request, done); });
  }
  Result<JobResource> Execute(const std::string& address, const JobRequest& request) {
    return Call<JobResource>([&](auto done) { connectors->Execute(address, request, done); });
  }
  Result<JobResource> Get(const std::string& address, const JobRef& job) {
    return Call<JobResource>([&](auto done) { connectors->Get(address, job, done); });
  }

  net::LoopThread loop;
  std::unique_ptr<connectors::GrpcConnectors> connectors;
};

JobRequest Request() {
  JobRequest out;
  out.id = {{{"p", "d", "e"}, "n0"}, 2};
  out.type = {"query", 3};
  flyteidl::core::TaskTemplate task;
  task.set_type("query");
  out.task_template = task.SerializeAsString();
  flyteidl::core::LiteralMap inputs;
  (*inputs.mutable_literals())["x"].mutable_scalar()->mutable_primitive()->set_integer(5);
  out.inputs = inputs.SerializeAsString();
  out.output_prefix = "s3://bucket/prefix";
  out.metadata.task = {EntityKind::kTask, "p", "d", "t", "v1"};
  out.metadata.pod_namespace = "p-d";
  out.metadata.labels = {{"l", "1"}};
  out.metadata.annotations = {{"a", "2"}};
  out.metadata.service_account = "account";
  out.metadata.envs = {{"E", "3"}};
  out.metadata.attempts_max = 4;
  out.metadata.interruptible = true;
  flyteidl::core::Identity identity;
  identity.set_iam_role("role");
  out.metadata.identity = identity.SerializeAsString();
  return out;
}

void CheckMetadata(const admin::TaskExecutionMetadata& metadata) {
  CHECK(metadata.task_execution_id().task_id().name() == "t");
  CHECK(metadata.task_execution_id().node_execution_id().node_id() == "n0");
  CHECK(metadata.task_execution_id().node_execution_id().execution_id().name() == "e");
  CHECK(metadata.task_execution_id().retry_attempt() == 2);
  CHECK(metadata.namespace_() == "p-d");
  CHECK(metadata.labels().at("l") == "1");
  CHECK(metadata.annotations().at("a") == "2");
  CHECK(metadata.k8s_service_account() == "account");
  CHECK(metadata.environment_variables().at("E") == "3");
  CHECK(metadata.max_attempts() == 4);
  CHECK(metadata.interruptible());
  CHECK(metadata.identity().iam_role() == "role");
}

TEST_CASE("connectors of a service are listed, those of older ones too", "[connectors]") {
  Script script;
  auto& modern = *script.agents.add_agents();
  modern.set_is_sync(true);
  modern.add_supported_task_types("ask");
  auto& category = *modern.add_supported_task_categories();
  category.set_name("ask");
  category.set_version(2);
  script.agents.add_agents()->add_supported_task_types("old");
  Server server(script);
  Client client;
  const auto listed =
      client.Call<std::vector<ConnectorInfo>>([&](auto done) { client.connectors->List(server.Address(), done); });
  REQUIRE(listed);
  REQUIRE(listed->size() == 2);
  CHECK(listed->at(0).types == std::vector<JobType>{{"ask", 2}});
  CHECK(listed->at(0).sync);
  CHECK(listed->at(1).types == std::vector<JobType>{{"old", 0}});
  CHECK_FALSE(listed->at(1).sync);
}

TEST_CASE("a service without the metadata service says so", "[connectors]") {
  Script script;
  Server server(script, false);
  Client client;
  const auto listed =
      client.Call<std::vector<ConnectorInfo>>([&](auto done) { client.connectors->List(server.Address(), done); });
  REQUIRE_FALSE(listed);
  CHECK(listed.error().code == Code::kUnimplemented);
}

TEST_CASE("the life of a job over the wire", "[connectors]") {
  Script script;
  Server server(script);
  Client client;
  const auto job = client.Create(server.Address(), Request());
  REQUIRE(job);
  CHECK(*job == "job-1");
  CHECK(script.created.template_().type() == "query");
  CHECK(script.created.inputs().literals().at("x").scalar().primitive().integer() == 5);
  CHECK(script.created.output_prefix() == "s3://bucket/prefix");
  CheckMetadata(script.created.task_execution_metadata());

  script.resource.set_phase(flyteidl::core::TaskExecution::RUNNING);
  script.resource.set_message("half way");
  auto& link = *script.resource.add_log_links();
  link.set_uri("http://x");
  link.set_name("Console");
  for (const char* key : {"a", "b", "c", "d"})
    (*script.resource.mutable_custom_info()->mutable_fields())[key].set_number_value(1);
  const JobRef ref{{"query", 3}, "job-1", "s3://bucket/prefix"};
  const auto running = client.Get(server.Address(), ref);
  REQUIRE(running);
  CHECK(running->phase == TaskPhase::kRunning);
  CHECK(running->message == "half way");
  CHECK(running->logs == std::vector<model::TaskLog>{{"http://x", "Console"}});
  CHECK_FALSE(running->outputs);
  CHECK_FALSE(running->custom_info.empty());
  CHECK(script.got.resource_meta() == "job-1");
  CHECK(script.got.task_category().name() == "query");
  CHECK(script.got.task_category().version() == 3);
  CHECK(script.got.output_prefix() == "s3://bucket/prefix");
  // The same bytes each time, or each poll would look like news.
  for (int i = 0; i < 20; ++i) CHECK(client.Get(server.Address(), ref) == *running);

  script.resource.set_phase(flyteidl::core::TaskExecution::FAILED);
  script.resource.mutable_agent_error()->set_code("QuotaExceeded");
  script.resource.mutable_outputs();
  const auto failed = client.Get(server.Address(), ref);
  CHECK(failed->phase == TaskPhase::kFailed);
  CHECK(failed->error_code == "QuotaExceeded");
  CHECK(failed->outputs == "");

  const auto deleted = client.Call<void>([&](auto done) { client.connectors->Delete(server.Address(), ref, done); });
  CHECK(deleted);
  CHECK(script.deleted.resource_meta() == "job-1");
  CHECK(script.deleted.task_category().version() == 3);
}

TEST_CASE("the deprecated state stands in for a phase", "[connectors]") {
  Script script;
  Server server(script);
  Client client;
  const std::pair<admin::State, TaskPhase> states[] = {{admin::PENDING, TaskPhase::kInitializing},
                                                       {admin::RUNNING, TaskPhase::kRunning},
                                                       {admin::SUCCEEDED, TaskPhase::kSucceeded},
                                                       {admin::RETRYABLE_FAILURE, TaskPhase::kRetryableFailed},
                                                       {admin::PERMANENT_FAILURE, TaskPhase::kFailed}};
  for (const auto& [state, phase] : states) {
    script.resource.set_state(state);
    CHECK(client.Get(server.Address(), {})->phase == phase);
  }
  script.resource.set_phase(static_cast<flyteidl::core::TaskExecution::Phase>(9));
  const auto odd = client.Get(server.Address(), {});
  REQUIRE_FALSE(odd);
  CHECK(odd.error().message == "unknown execution phase [9].");
}

TEST_CASE("a synchronous call sends header and inputs, and takes the first header", "[connectors]") {
  Script script;
  script.resource.set_phase(flyteidl::core::TaskExecution::SUCCEEDED);
  script.resource.set_message("done");
  Server server(script);
  Client client;
  const auto done = client.Execute(server.Address(), Request());
  REQUIRE(done);
  CHECK(done->phase == TaskPhase::kSucceeded);
  CHECK(done->message == "done");
  REQUIRE(script.streamed.size() == 2);
  CHECK(script.streamed[0].header().template_().type() == "query");
  CHECK(script.streamed[0].header().output_prefix() == "s3://bucket/prefix");
  CheckMetadata(script.streamed[0].header().task_execution_metadata());
  CHECK(script.streamed[1].inputs().literals().at("x").scalar().primitive().integer() == 5);

  script.silent_stream = true;
  const auto silent = client.Execute(server.Address(), Request());
  REQUIRE_FALSE(silent);
  CHECK(silent.error().message == "EOF");
  script.status = grpc::Status(grpc::INTERNAL, "failed to do it");
  const auto failed = client.Execute(server.Address(), Request());
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Code::kInternal);
  CHECK(failed.error().message == "rpc error: code = Internal desc = failed to do it");
}

TEST_CASE("errors keep the code of the service and read as the reference's", "[connectors]") {
  Script script;
  script.status = grpc::Status(grpc::NOT_FOUND, "Cannot find connector for task type: query.");
  Server server(script);
  Client client;
  const auto failed = client.Create(server.Address(), Request());
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Code::kNotFound);
  CHECK(failed.error().message == "rpc error: code = NotFound desc = Cannot find connector for task type: query.");
  script.status = grpc::Status::OK;
  script.job = std::string(2'000'000, 'x');
  const auto large = client.Create(server.Address(), Request());
  REQUIRE_FALSE(large);
  CHECK(large.error().message == "the connector's resource_meta has 2000000 bytes, allowed are 1048576");
}

TEST_CASE("what a service sends is bounded before it is kept", "[connectors]") {
  Script script;
  script.resource.set_phase(flyteidl::core::TaskExecution::RUNNING);
  std::string message(16 * 1024 - 1, 'x');
  message += "\xC3\xA9 and more";
  script.resource.set_message(message);
  for (int i = 0; i < 200; ++i)
    script.resource.add_log_links()->set_uri(i == 0 ? std::string(10'000, 'u') : Cat("http://x/", i));
  (*script.resource.mutable_custom_info()->mutable_fields())["a"].set_string_value(std::string(300'000, 'i'));
  Server server(script);
  Client client;
  const auto running = client.Get(server.Address(), {});
  REQUIRE(running);
  CHECK(running->message == std::string(16 * 1024 - 1, 'x') + "...");
  CHECK(running->logs.size() == 99);
  CHECK(running->custom_info.empty());
  script.status = grpc::Status(grpc::INTERNAL, "bytes \xFF");
  CHECK(client.Get(server.Address(), {}).error().message == "rpc error: code = Internal desc = bytes ?");
}

TEST_CASE("a service that is away is UNAVAILABLE, and is reached again when it is back", "[connectors]") {
  Script script;
  Client client;
  std::string address;
  {
    Server server(script);
    address = server.Address();
    CHECK(client.Create(address, Request()));
  }
  const auto away = client.Create(address, Request());
  REQUIRE_FALSE(away);
  CHECK(away.error().code == Code::kUnavailable);
  CHECK(away.error().message.starts_with("rpc error: code = Unavailable desc = "));
}

TEST_CASE("a call that takes too long ends with the reference's words", "[connectors]") {
  Script script;
  std::promise<void> release;
  script.release = release.get_future().share();
  Server server(script);
  {
    Client client(200ms);
    const auto late = client.Create(server.Address(), Request());
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Code::kDeadlineExceeded);
    CHECK(late.error().message == "rpc error: code = DeadlineExceeded desc = context deadline exceeded");
  }
  release.set_value();
}

TEST_CASE("at most 32 calls of a service are under way at once", "[connectors]") {
  Script script;
  std::promise<void> release;
  script.release = release.get_future().share();
  Server server(script);
  Client client;
  constexpr int kCalls = 100;
  std::atomic<int> answered = 0;
  std::promise<void> all;
  client.loop.Post([&] {
    for (int i = 0; i < kCalls; ++i) {
      client.connectors->Get(server.Address(), {}, [&](const Result<JobResource>&) {
        if (++answered == kCalls) all.set_value();
      });
    }
  });
  script.arrived.get_future().wait();
  release.set_value();
  all.get_future().wait();
  CHECK(script.most_at_once <= 32);
}

TEST_CASE("closing lets a creation end and be told, and drops questions", "[connectors]") {
  Script script;
  std::promise<void> release;
  script.release = release.get_future().share();
  Server server(script);
  Client client;
  std::promise<std::string> created;
  std::atomic<bool> asked = false;
  client.loop.Post([&] {
    client.connectors->Create(server.Address(), Request(),
                              [&](Result<std::string> job) { created.set_value(job.value_or("")); });
    client.connectors->Get(server.Address(), {}, [&](const Result<JobResource>&) { asked = true; });
  });
  script.arrived.get_future().wait();
  auto closed = std::async(std::launch::async, [&] { client.connectors->Close(); });
  CHECK(closed.wait_for(100ms) == std::future_status::timeout);
  release.set_value();
  closed.wait();
  CHECK(created.get_future().get() == "job-1");
  CHECK_FALSE(asked);
}

}  // namespace
