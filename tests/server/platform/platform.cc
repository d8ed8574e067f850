#include "server/platform/platform.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include "net/asio_loop.h"
#include "net/run_on.h"
#include "objects/file_store.h"
#include "secrets/file_secrets.h"
#include "server/server.h"
#include "store/sqlite_store.h"

namespace sandbox::testing {
namespace {

class NoConnectors final : public ConnectorClient {
 public:
  void List(const std::string&, Done<std::vector<ConnectorInfo>> done) override { done(Away()); }
  void Create(const std::string&, const JobRequest&, Done<std::string> done) override { done(Away()); }
  void Execute(const std::string&, const JobRequest&, Done<JobResource> done) override { done(Away()); }
  void Get(const std::string&, const JobRef&, Done<JobResource> done) override { done(Away()); }
  void Delete(const std::string&, const JobRef&, std::function<void(Status)> done) override { done(Away()); }

 private:
  static std::unexpected<Error> Away() { return Fail(Code::kUnavailable, "AWAY", "no connector"); }
};

std::atomic<size_t> notices = 0;

constexpr char kPage[] = "<!doctype html><title>sandbox</title>";
constexpr api::ConsoleFile kConsole[] = {{"index.html", "text/html; charset=utf-8", "0", kPage, sizeof(kPage) - 1, 0}};

// Has image "present:v1"; a pull of "good" succeeds, any other fails.
class FewImages final : public Images {
 public:
  Result<std::vector<HostImage>> List() override {
    return std::vector<HostImage>{{"sha256:1", {"present:v1"}, 1024, Instant(std::chrono::seconds(1)), "linux/amd64"}};
  }
  void Pull(std::string reference, std::function<void(int64_t, int64_t)> progress,
            std::function<void(Status)> done) override {
    progress(512, 1024);
    done(reference == "good" ? Status() : Fail(Code::kUnavailable, "PULL_FAILED", "there is no such image"));
  }
};

doctor::Findings FindNothingWrong(const std::vector<std::string>&) {
  doctor::Findings out;
  out.engine = {"fake", "", "26.1", "1.45", {}, std::nullopt};
  out.config_file = "config.yaml";
  out.home = "home";
  return out;
}

class CountingNotifier final : public Notifier {
 public:
  void Notify(Notice) override { ++notices; }
};

class CountedReads final : public MetadataStore {
 public:
  explicit CountedReads(MetadataStore& inner) : inner_(inner) {}
  void Write(Work work, Done done) override { inner_.Write(std::move(work), std::move(done)); }
  void WriteBehind(Size size, Work work, Done committed, Done durable) override {
    inner_.WriteBehind(size, std::move(work), std::move(committed), std::move(durable));
  }
  void Read(const std::function<void(MetadataReader&)>& read) override {
    ++reads;
    inner_.Read(read);
  }

  std::atomic<size_t> reads = 0;

 private:
  MetadataStore& inner_;
};

}  // namespace

struct Platform::Process {
  Process(const std::filesystem::path& folder, std::unique_ptr<store::SqliteStore> opened, FakeEngine& engine,
          const PlatformOptions& options)
      : store(std::move(opened)),
        counted(*store),
        objects(std::move(objects::FileObjectStore::Open(folder / "objects").value())),
        secrets(folder / "secrets") {
    store->TellChanges(feed);
    net::RunOn(core_loop, [&] { runner = std::make_unique<FakeRunner>(engine, core_loop, clock); });
    const auto listen = [this](const std::string& address, uint16_t port) {
      return net::Listener::Bind(net_loop.Executor(), address, port);
    };
    world = std::make_unique<server::World>(server::World{clock,
                                                          entropy,
                                                          core_loop,
                                                          net_loop,
                                                          api_workers,
                                                          disk_workers,
                                                          small_write_workers,
                                                          object_workers,
                                                          feed,
                                                          counted,
                                                          *objects,
                                                          *runner,
                                                          connectors,
                                                          secrets,
                                                          notifier,
                                                          images,
                                                          listen,
                                                          [] { return std::optional<std::string>(); },
                                                          pods::Resources{4000, int64_t{8} << 30},
                                                          [](const auto&) {},
                                                          [] { return api::EngineState{"fake", "setting", ""}; },
                                                          look_workers,
                                                          FindNothingWrong,
                                                          options.disk_space,
                                                          [] {}});
  }

  void StopThreads() {
    net_loop.Stop();
    api_workers.Stop();
    disk_workers.Stop();
    small_write_workers.Stop();
    object_workers.Stop();
    look_workers.Stop();
    core_loop.Stop();
    store->Close();
  }

  net::SystemClock clock;
  net::SystemEntropy entropy;
  feed::Feed feed;
  NoConnectors connectors;
  CountingNotifier notifier;
  FewImages images;
  net::WorkerPool api_workers{2}, disk_workers{2}, small_write_workers{1}, object_workers{2}, look_workers{1};
  std::unique_ptr<store::SqliteStore> store;
  CountedReads counted;
  std::unique_ptr<objects::FileObjectStore> objects;
  secrets::FileSecrets secrets;
  net::LoopThread core_loop, net_loop;
  std::unique_ptr<FakeRunner> runner;
  std::unique_ptr<server::World> world;
  std::unique_ptr<server::Server> server;
};

Platform::Platform(PlatformOptions options) : options_(options) {
  std::string folder = (std::filesystem::temp_directory_path() / "sandbox-platform-XXXXXX").string();
  folder_ = mkdtemp(folder.data());
  notices = 0;
}

Platform::~Platform() {
  Stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Platform::Need(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}
void Platform::Need(const grpc::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.error_message());
}

ObjectStore& Platform::Objects() { return *process_->objects; }
void Platform::Tell(Change change) { process_->feed.Publish({std::move(change)}); }
void Platform::Write(MetadataStore::Work work) {
  std::promise<Status> done;
  process_->store->Write(std::move(work), [&done](const Status& status) { done.set_value(status); });
  Need(done.get_future().get());
}
size_t Platform::Reads() const { return process_->counted.reads; }

Status Platform::Open() {
  auto store = store::SqliteStore::Open(folder_ / "state.db");
  if (!store) return std::unexpected(std::move(store.error()));
  process_ = std::make_unique<Process>(folder_, std::move(*store), engine_, options_);
  server::ServerOptions options;
  options.platform_port = options_.port;
  options.objects_port = 0;
  options.disk_reserve_bytes = options_.disk_reserve_bytes;
  options.images_port = 0;
  options.cpu_millis = options_.cpu_millis;
  options.memory_bytes = options_.memory_bytes;
  options.registry.task_resources.defaults["cpu"] = "500m";
  options.archives = folder_ / "archives";
  options.events.ring_events = options_.ring_events;
  options.events.queue_events = options_.queue_events;
  options.events.comment_pause = options_.comment_pause;
  options.events.replaced = options_.replaced;
  options.allowed_hosts = {"mybox.local"};
  options.allowed_origins = {"http://localhost:3000"};
  options.console = kConsole;
  options.about.logs = folder_ / "logs";
  options.about.builds = folder_ / "builds";
  options.about.settings = {{"preset", "standard", "default"},
                            {"task_resources.defaults.cpu", "500m", "config.yaml:2"}};
  options.about.version = "test";
  options.about.flyte_version = "v1.16.8";
  auto server = server::Server::Open(*process_->world, std::move(options));
  if (!server) {
    process_->StopThreads();
    process_.reset();
    return std::unexpected(std::move(server.error()));
  }
  process_->server = std::move(*server);
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  stub_ = flyteidl::service::AdminService::NewStub(
      grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(Port()), grpc::InsecureChannelCredentials(), arguments));
  return {};
}

void Platform::Stop() {
  if (!process_) return;
  process_->server->Close();
  Kill();
}

void Platform::Kill() {
  if (!process_) return;
  process_->StopThreads();
  process_->server.reset();
  process_.reset();
}

uint16_t Platform::Port() const { return process_->server->PlatformPort(); }
uint16_t Platform::ObjectsPort() const { return process_->server->ObjectsPort(); }
uint16_t Platform::ImagesPort() const { return process_->server->ImagesPort(); }
size_t Platform::Notices() const { return notices; }

void Platform::EndContainers(const std::string& command, int exit_code) {
  net::RunOn(process_->core_loop, [&] { process_->runner->EndAll(command, exit_code); });
}

void Platform::Task(const std::string& name, const std::string& command, int retries) {
  admin::TaskCreateRequest request;
  request.mutable_id()->set_resource_type(idl::TASK);
  request.mutable_id()->set_project("flytesnacks");
  request.mutable_id()->set_domain("development");
  request.mutable_id()->set_name(name);
  request.mutable_id()->set_version("v1");
  auto* task = request.mutable_spec()->mutable_template_();
  task->set_type("python-task");
  task->mutable_metadata()->mutable_runtime()->set_version("1.0.0");
  task->mutable_metadata()->mutable_retries()->set_retries(static_cast<uint32_t>(retries));
  task->mutable_interface()->mutable_inputs();
  task->mutable_interface()->mutable_outputs();
  task->mutable_container()->set_image("image:v1");
  task->mutable_container()->add_args(command);
  grpc::ClientContext context;
  admin::TaskCreateResponse response;
  Need(stub_->CreateTask(&context, request, &response));
}

grpc::Status Platform::RawLaunch(const std::string& task, const std::string& name) {
  admin::ExecutionCreateRequest request;
  request.set_project("flytesnacks");
  request.set_domain("development");
  request.set_name(name);
  auto* plan = request.mutable_spec()->mutable_launch_plan();
  plan->set_resource_type(idl::TASK);
  plan->set_project("flytesnacks");
  plan->set_domain("development");
  plan->set_name(task);
  plan->set_version("v1");
  auto* notification = request.mutable_spec()->mutable_notifications()->add_notifications();
  notification->add_phases(idl::WorkflowExecution::SUCCEEDED);
  notification->mutable_email()->add_recipients_email("a@example.org");
  request.mutable_inputs();
  grpc::ClientContext context;
  admin::ExecutionCreateResponse response;
  return stub_->CreateExecution(&context, request, &response);
}

void Platform::Launch(const std::string& task, const std::string& name) { Need(RawLaunch(task, name)); }

grpc::Status Platform::RawAbort(const std::string& name) {
  admin::ExecutionTerminateRequest request;
  request.mutable_id()->set_project("flytesnacks");
  request.mutable_id()->set_domain("development");
  request.mutable_id()->set_name(name);
  request.set_cause("the test said so");
  grpc::ClientContext context;
  admin::ExecutionTerminateResponse response;
  return stub_->TerminateExecution(&context, request, &response);
}

void Platform::Abort(const std::string& name) { Need(RawAbort(name)); }

admin::Execution Platform::Get(const std::string& name) {
  admin::WorkflowExecutionGetRequest request;
  request.mutable_id()->set_project("flytesnacks");
  request.mutable_id()->set_domain("development");
  request.mutable_id()->set_name(name);
  grpc::ClientContext context;
  admin::Execution response;
  Need(stub_->GetExecution(&context, request, &response));
  return response;
}

void Platform::Until(const std::function<bool()>& done) {
  const auto last = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!done()) {
    if (std::chrono::steady_clock::now() > last) throw std::runtime_error("it did not happen within five seconds");
    std::this_thread::yield();
  }
}

admin::Execution Platform::Ended(const std::string& name) {
  admin::Execution out;
  Until([&] {
    out = Get(name);
    const auto phase = out.closure().phase();
    return phase == idl::WorkflowExecution::SUCCEEDED || phase == idl::WorkflowExecution::FAILED ||
           phase == idl::WorkflowExecution::ABORTED || phase == idl::WorkflowExecution::TIMED_OUT;
  });
  return out;
}

void Platform::UntilRunning(const std::string& name) {
  Until([&] {
    for (const auto& pod : Http("GET", "/sandbox/v1/pods").Json()["pods"]) {
      if (pod["execution"] == name && pod["status"] == "Running") return true;
    }
    return false;
  });
}

}  // namespace sandbox::testing
