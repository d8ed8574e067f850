#include "app/platform.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <thread>
#include <vector>

#include "api/gateway/gateway.h"
#include "api/grpc/server.h"
#include "api/local/local_api.h"
#include "api/s3/operations.h"
#include "api/s3/presign.h"
#include "api/s3/s3_server.h"
#include "api/v1/catalog.h"
#include "api/v1/catalog_methods.h"
#include "api/v1/execution_methods.h"
#include "api/v1/registry_methods.h"
#include "app/capacity.h"
#include "app/network.h"
#include "cli/version.h"
#include "connectors/grpc/grpc_connectors.h"
#include "docker/engine_address.h"
#include "executor/executor.h"
#include "net/asio_loop.h"
#include "net/front_door.h"
#include "net/http.h"
#include "notify/notices.h"
#include "notify/notify.h"
#include "objects/file_store.h"
#include "pods/admission/admission_runner.h"
#include "pods/admission/launch_fit.h"
#include "pods/secrets/secret_runner.h"
#include "runner/docker_runner.h"
#include "sandbox/base/log.h"
#include "sandbox/control/requests.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/registry/registry.h"
#include "schedules/scheduler.h"
#include "secrets/file_secrets.h"
#include "store/sqlite_store.h"

namespace sandbox::app {
namespace {

constexpr uint16_t kPlatformOffset = 80, kObjectsOffset = 2, kUsualBase = 30000;
// Where the reference's services listen inside the cluster; tasks of the usual ports get these.
constexpr uint16_t kUsualTaskPlatformPort = 8089, kUsualTaskObjectsPort = 9000;
constexpr auto kBridgeRetry = std::chrono::seconds(2);
constexpr auto kUploadsKept = std::chrono::hours(24 * 7);
constexpr auto kUploadsLook = std::chrono::hours(24);
const s3::Credentials kCredentials{"minio", "miniostorage"};

using ServeSocket = std::function<boost::asio::awaitable<void>(boost::asio::ip::tcp::socket)>;

// Runs on the loop and waits for it.
void RunOn(net::LoopThread& loop, const std::function<void()>& work) {
  std::promise<void> done;
  loop.Post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

struct Engine {
  docker::EngineAddress address;
  std::string note;  // why none answered at start; empty when one did
};

Engine FindEngine(const std::string& setting) {
  auto found = docker::ResolveEngine(setting);
  if (found) return {*found, ""};
  // The user's word, or the usual socket, is asked again until it answers.
  const char* variable = std::getenv("DOCKER_HOST");
  const std::string wanted = !setting.empty() ? setting : variable != nullptr ? variable : "";
  auto fallback = docker::ParseEngineAddress(wanted.empty() ? "unix:///var/run/docker.sock" : wanted);
  if (!fallback) fallback = docker::ParseEngineAddress("unix:///var/run/docker.sock");
  return {*fallback, found.error().message};
}

}  // namespace

Result<std::string> InstanceId(const cli::Home& home) {
  std::ifstream existing(home.Instance());
  std::string id;
  if (existing >> id) return id;
  net::SystemEntropy entropy;
  static constexpr char kDigits[] = "0123456789abcdef";
  uint64_t bits = entropy.Next();
  for (int i = 0; i < 12; ++i, bits >>= 4) id += kDigits[bits & 15];
  std::ofstream file(home.Instance());
  file << id << "\n";
  file.close();
  if (!file) return Internal(Cat("cannot write ", home.Instance().string()));
  return id;
}

struct Platform::Parts {
  net::SystemClock clock;
  net::SystemEntropy entropy;
  Engine engine;
  std::unique_ptr<net::WorkerPool> api_workers = std::make_unique<net::WorkerPool>(4);
  std::unique_ptr<net::WorkerPool> disk_workers = std::make_unique<net::WorkerPool>(4);
  std::unique_ptr<net::WorkerPool> s3_workers =
      std::make_unique<net::WorkerPool>(16);  // an upload holds one through its sync
  std::unique_ptr<net::WorkerPool> notice_workers =
      std::make_unique<net::WorkerPool>(1);  // others may take long to answer
  std::unique_ptr<store::SqliteStore> store;
  std::unique_ptr<objects::FileObjectStore> objects;
  std::unique_ptr<net::LoopThread> core_loop = std::make_unique<net::LoopThread>();
  std::unique_ptr<notify::NoticeSender> notifier;
  std::unique_ptr<runner::DockerRunner> runner;
  std::unique_ptr<secrets::FileSecrets> secrets;
  std::unique_ptr<pods::SecretRunner> secret_runner;
  std::unique_ptr<pods::AdmissionRunner> admission;
  std::unique_ptr<CapacityProbe> capacity_probe;
  // Of the machine that containers run on, or as configured; 0 until it is known.
  std::atomic<int64_t> cpu_millis = 0, memory_bytes = 0;
  std::unique_ptr<connectors::GrpcConnectors> connectors;
  std::unique_ptr<executor::Executor> core;
  std::unique_ptr<registry::Registry> registry;
  std::unique_ptr<s3::PresignSigner> signer;
  std::unique_ptr<s3::S3Server> s3;
  std::unique_ptr<control::Requests> requests;
  std::unique_ptr<schedules::Scheduler> scheduler;
  std::unique_ptr<api::DataCatalog> data_catalog;
  std::unique_ptr<api::CacheService> cache_service;
  api::MethodTable methods;
  std::unique_ptr<net::LoopThread> net_loop = std::make_unique<net::LoopThread>();
  std::unique_ptr<api::GrpcServer> grpc;
  ServeSocket serve_platform, serve_objects;
  struct Door {
    std::unique_ptr<net::Listener> listener;
    const ServeSocket Parts::* serve;
    bool accepts = false;
  };
  std::vector<Door> doors;
  std::unique_ptr<Loop::Timer> bridge_timer, uploads_timer;
  uint16_t port = 0, objects_port = 0;
  uint16_t task_port = 0, task_objects_port = 0;
  bool closed = false;

  Result<uint16_t> Bind(const std::string& address, uint16_t port, bool any_port, const ServeSocket Parts::* serve);
  void AcceptAll();
  Status BindHost(const cli::StartOptions& options);
  bool BindBridge();
  void WatchBridge();
  void WatchUploads();
  void LeaveConnectors();
  void WireCore(const cli::Home& home, const Config& config, const std::string& instance);
  void WireApi(const cli::Home& home, const Config& config);
  api::About AboutThis(const cli::Home& home, const Config& config) const;
  api::Usage LoadNow() const;
  std::vector<api::Problem> ProblemsNow() const;
};

// Binds only: AcceptAll starts to serve. Any port is taken when `any_port` and the wanted one is taken.
Result<uint16_t> Platform::Parts::Bind(const std::string& address, uint16_t wanted, bool any_port,
                                       const ServeSocket Parts::* serve) {
  auto listener = net::Listener::Bind(net_loop->Executor(), address, wanted);
  if (!listener && any_port) listener = net::Listener::Bind(net_loop->Executor(), address, 0);
  if (!listener) {
    Error error = std::move(listener.error());
    if (error.reason == "PORT_TAKEN")
      error.message += "; move all ports with --port-base N, or take free ones with --auto-ports";
    return std::unexpected(std::move(error));
  }
  const uint16_t bound = (*listener)->Port();
  doors.push_back({std::move(*listener), serve, false});
  return bound;
}

void Platform::Parts::AcceptAll() {
  for (Door& door : doors) {
    if (door.accepts) continue;
    door.accepts = true;
    const ServeSocket serve = this->*door.serve;
    net_loop->Post([&listener = *door.listener, serve] { listener.Accept(serve); });
  }
}

Status Platform::Parts::BindHost(const cli::StartOptions& options) {
  auto platform = Bind("127.0.0.1", static_cast<uint16_t>(options.port_base + kPlatformOffset), options.auto_ports,
                       &Parts::serve_platform);
  if (!platform) return std::unexpected(std::move(platform.error()));
  auto objects_bound = Bind("127.0.0.1", static_cast<uint16_t>(options.port_base + kObjectsOffset), options.auto_ports,
                            &Parts::serve_objects);
  if (!objects_bound) return std::unexpected(std::move(objects_bound.error()));
  port = *platform;
  objects_port = *objects_bound;
  const bool usual = options.port_base == kUsualBase && !options.auto_ports;
  task_port = usual ? kUsualTaskPlatformPort : port;
  task_objects_port = usual ? kUsualTaskObjectsPort : objects_port;
  return {};
}

// Where task containers reach the platform. False while there is no bridge.
bool Platform::Parts::BindBridge() {
  const auto address = DockerBridgeAddress();
  if (!address) return false;
  for (const auto& [wanted, serve] :
       {std::pair{task_port, &Parts::serve_platform}, std::pair{task_objects_port, &Parts::serve_objects}}) {
    if (auto bound = Bind(*address, wanted, false, serve); !bound)
      Log(LogLevel::kError, "network", Cat("tasks cannot reach the platform: ", bound.error().message));
  }
  return true;
}

void Platform::Parts::WatchBridge() {
  bridge_timer = core_loop->At(clock.Now() + kBridgeRetry, [this] {
    if (!BindBridge()) return WatchBridge();
    AcceptAll();
  });
}

// On the core loop: removes uploads in parts that were not finished for a week.
void Platform::Parts::WatchUploads() {
  s3_workers->Run([this] {
    const size_t removed = s3::ExpireUploads(*objects, clock.Now() - kUploadsKept);
    if (removed > 0) Log(LogLevel::kInfo, "objects", Cat(removed, " uploads in parts were never finished: removed"));
  });
  uploads_timer = core_loop->At(clock.Now() + kUploadsLook, [this] { WatchUploads(); });
}

// Jobs that are being created get their answer, and it is stored: otherwise the next start would create them again.
void Platform::Parts::LeaveConnectors() {
  connectors->Close();
  // Two commits at most: one that was under way, and the one with the answer.
  for (int i = 0; i < 2; ++i) {
    RunOn(*core_loop, [] {});
    std::promise<void> written;
    store->Write([](MetadataWriter&) -> Status { return {}; }, [&](const Status&) { written.set_value(); });
    written.get_future().wait();
  }
}

void Platform::Parts::WireCore(const cli::Home& home, const Config& config, const std::string& instance) {
  runner::DockerRunnerOptions options;
  options.engine = engine.address;
  options.instance = instance;
  options.log_dir = home.Logs();
  executor::ExecutorConfig settings;
  settings.archives = home.Archives();
  settings.layout = config.registry.layout;
  settings.connectors = config.connectors;
  settings.output_bytes_max = config.output_bytes_max;
  settings.offloading = config.offloading;
  settings.log_link = Cat("http://localhost:", port, "/kubernetes-dashboard/#/log/{ns}/{pod}/pod?namespace={ns}");
  settings.console_url = Cat("http://localhost:", port, "/console");
  settings.default_env = {
      {"FLYTE_AWS_ENDPOINT", Cat("http://flyte-sandbox-minio.flyte:", task_objects_port)},
      {"FLYTE_AWS_ACCESS_KEY_ID", kCredentials.access_key},
      {"FLYTE_AWS_SECRET_ACCESS_KEY", kCredentials.secret_key},
      {"FLYTE_PLATFORM_URL", Cat("flyte-sandbox-grpc.flyte:", task_port)},
      {"FLYTE_PLATFORM_INSECURE", "true"},
  };
  const pods::Resources host = HostResources();
  const Config::Capacity& wanted = config.capacity;
  const auto capacity = [wanted](const pods::Resources& machine) {
    return pods::Resources{wanted.cpu_millis.value_or(machine.cpu_millis),
                           wanted.memory_bytes.value_or(machine.memory_bytes)};
  };
  cpu_millis = wanted.cpu_millis.value_or(0);
  memory_bytes = wanted.memory_bytes.value_or(0);
  const auto found = [this, capacity](const pods::Resources& machine) {
    const pods::Resources all = capacity(machine);
    cpu_millis = all.cpu_millis;
    memory_bytes = all.memory_bytes;
    admission->SetCapacity(all);
  };
  notifier = std::make_unique<notify::NoticeSender>(config.notifications, *notice_workers);
  const auto tell = [this](const model::ExecutionRecord& record) {
    for (Notice& notice : notify::NoticesOf(record)) notifier->Notify(std::move(notice));
  };
  secrets = std::make_unique<secrets::FileSecrets>(home.Secrets());
  RunOn(*core_loop, [&] {
    runner = std::make_unique<runner::DockerRunner>(core_loop->Executor(), *core_loop, clock, options);
    secret_runner = std::make_unique<pods::SecretRunner>(*runner, *secrets, *core_loop, *disk_workers, clock);
    admission = std::make_unique<pods::AdmissionRunner>(*secret_runner, *core_loop, clock, capacity(host));
    connectors = std::make_unique<connectors::GrpcConnectors>(*core_loop);
    core = std::make_unique<executor::Executor>(
        executor::ExecutorDeps{*core_loop, *disk_workers, clock, *store, *objects, *admission, tell, connectors.get()},
        settings);
    admission->SetWanted([this](const AttemptId& id) { return core->IsLive(id); });
    capacity_probe = std::make_unique<CapacityProbe>(core_loop->Executor(), engine.address, found);
  });
}

api::About Platform::Parts::AboutThis(const cli::Home& home, const Config& config) const {
  api::About about;
  about.pid = getpid();
  about.version = kVersion;
  about.flyte_version = kFlyteVersion;
  about.preset = config.preset;
  about.started_at = std::chrono::system_clock::now();
  about.platform = Cat("localhost:", port);
  about.console = Cat("http://localhost:", port, "/console");
  about.object_store = Cat("http://localhost:", objects_port);
  about.home = home.root;
  about.log = home.LogFile();
  about.database = home.Database();
  about.objects = home.Objects();
  about.client_file = home.ClientConfig();
  return about;
}

api::Usage Platform::Parts::LoadNow() const {
  const pods::AdmissionRunner::PodLoad load = admission->Load();
  return {cpu_millis, load.used.cpu_millis, memory_bytes, load.used.memory_bytes, load.running, load.waiting};
}

std::vector<api::Problem> Platform::Parts::ProblemsNow() const {
  std::vector<api::Problem> out;
  for (executor::WriteTrouble& trouble : core->WriteTroubles())
    out.push_back({std::move(trouble.message), trouble.failures, trouble.since});
  return out;
}

void Platform::Parts::WireApi(const cli::Home& home, const Config& config) {
  registry = std::make_unique<registry::Registry>(config.registry, *store, *objects, clock);
  signer = std::make_unique<s3::PresignSigner>(Cat("http://localhost:", objects_port), kCredentials, clock);
  control::RequestDeps deps{config.registry, *registry, *store, *objects, *core, *signer, clock, entropy};
  deps.inputs_bytes_max = std::max(deps.inputs_bytes_max, config.output_bytes_max);
  deps.fits = [this](const executor::LaunchRequest& launch) {
    return pods::CheckFits(*launch.compiled, launch.record, {cpu_millis, memory_bytes});
  };
  requests = std::make_unique<control::Requests>(std::move(deps));
  // Off the loop: it reads the store and writes the inputs' copies.
  core->SetLaunchChild([this](const engine::LaunchChild& child, const NodeExecutionId& parent,
                              std::function<void(Status)> done) {
    disk_workers->Run([this, child, parent, done = std::move(done)] { requests->LaunchChild(child, parent, done); });
  });
  const auto fire = [this](const control::ScheduledTick& tick, std::function<void(Status)> done) {
    requests->FireSchedule(tick, [done = std::move(done)](const auto& created) {
      done(created ? Status() : std::unexpected(created.error()));
    });
  };
  scheduler =
      std::make_unique<schedules::Scheduler>(schedules::SchedulerDeps{*core_loop, *api_workers, clock, *store, fire},
                                             schedules::SchedulerConfig{config.schedule_catch_up});
  registry->OnLaunchPlanUpdate([this] { scheduler->Changed(); });
  api::AddRegistryMethods(methods, *registry);
  api::AddExecutionMethods(methods, *requests, {kFlyteVersion, "", ""});
  const api::CatalogDeps catalog{*store, *objects, clock, config.registry.layout};
  data_catalog = std::make_unique<api::DataCatalog>(catalog);
  cache_service = std::make_unique<api::CacheService>(catalog);
  api::AddCatalogMethods(methods, *data_catalog, *cache_service);
  grpc = std::make_unique<api::GrpcServer>(methods, api::GrpcOptions{*api_workers});

  api::LocalApiDeps local{*store,
                          home.Logs(),
                          disk_workers->Executor(),
                          [this] { return api::EngineState{engine.address.ToString(), engine.note}; },
                          [this] { return LoadNow(); },
                          AboutThis(home, config),
                          [this] { return ProblemsNow(); }};
  api::GatewayOptions options{*api_workers};
  options.prefixes.push_back({"/sandbox/v1/", api::MakeLocalApi(std::move(local))});
  net::FrontDoorOptions door;
  door.http2 = [this](int fd) { grpc->AddConnection(fd); };
  door.http = api::MakeGateway(methods, std::move(options));
  serve_platform = net::MakeFrontDoor(std::move(door));
  const std::vector<std::string> hosts = {Cat("localhost:", objects_port), Cat("127.0.0.1:", objects_port),
                                          Cat("flyte-sandbox-minio.flyte:", task_objects_port)};
  s3 = std::make_unique<s3::S3Server>(*objects, clock, s3_workers->Executor(), s3::ServerOptions{kCredentials, hosts});
  serve_objects = [s3_handler = s3->Handler()](boost::asio::ip::tcp::socket socket) {
    return net::ServeHttp(std::move(socket), "", s3_handler, {});
  };
}

Platform::Platform(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Platform::~Platform() { Close(); }

Result<std::unique_ptr<Platform>> Platform::Open(const cli::Home& home, const Config& config,
                                                 const cli::StartOptions& options) {
  auto parts = std::make_unique<Parts>();
  Parts& p = *parts;
  std::unique_ptr<Platform> platform(new Platform(std::move(parts)));
  auto instance = InstanceId(home);
  if (!instance) return std::unexpected(std::move(instance.error()));
  auto store = store::SqliteStore::Open(home.Database());
  if (!store) return std::unexpected(std::move(store.error()));
  p.store = std::move(*store);
  auto objects = objects::FileObjectStore::Open(home.Objects());
  if (!objects) return std::unexpected(std::move(objects.error()));
  p.objects = std::move(*objects);
  if (Status made = p.objects->CreateBucket(config.registry.layout.bucket); !made)
    return std::unexpected(std::move(made.error()));
  p.engine = FindEngine(config.docker_host);

  if (Status bound = p.BindHost(options); !bound) return std::unexpected(std::move(bound.error()));
  p.WireCore(home, config, *instance);
  p.WireApi(home, config);
  if (!p.BindBridge()) p.WatchBridge();

  std::promise<Status> seeded;
  p.registry->Seed([&](Status status) { seeded.set_value(std::move(status)); });
  if (Status status = seeded.get_future().get(); !status) return std::unexpected(std::move(status.error()));
  std::promise<Status> recovered;
  p.core_loop->Post([&] { p.core->Recover([&](Status status) { recovered.set_value(std::move(status)); }); });
  if (Status status = recovered.get_future().get(); !status) return std::unexpected(std::move(status.error()));
  p.AcceptAll();
  p.core_loop->Post([&p] { p.WatchUploads(); });
  p.core_loop->Post([&p] { p.scheduler->Start(); });
  return platform;
}

cli::RuntimeInfo Platform::Info() const {
  cli::RuntimeInfo info;
  info.port = parts_->port;
  info.s3_port = parts_->objects_port;
  info.docker_socket = parts_->engine.note.empty() ? parts_->engine.address.ToString() : "";
  info.docker_note = parts_->engine.note;
  return info;
}

void Platform::Close() {
  Parts& p = *parts_;
  if (p.closed) return;
  p.closed = true;
  p.bridge_timer.reset();
  if (p.scheduler) RunOn(*p.core_loop, [&] { p.scheduler->Stop(); });
  RunOn(*p.net_loop, [&] {
    for (Parts::Door& door : p.doors) door.listener->Close();
  });
  if (p.grpc) p.grpc->Shutdown();
  p.net_loop->Stop();
  p.api_workers->Stop();
  if (p.connectors) p.LeaveConnectors();
  if (p.runner) {
    RunOn(*p.core_loop, [&] {
      p.runner.reset();
      p.uploads_timer.reset();
      p.capacity_probe.reset();
    });
  }
  if (p.notifier) p.notifier->Close();
  p.notice_workers->Stop();
  p.disk_workers->Stop();
  p.s3_workers->Stop();
  p.core_loop->Stop();
}

}  // namespace sandbox::app
