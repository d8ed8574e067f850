#include "server/protocols.h"

#include <sys/utsname.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "api/gateway/call.h"
#include "api/gateway/gateway.h"
#include "api/gateway/guard.h"
#include "api/kube/kube_server.h"
#include "api/local/deck_watch.h"
#include "api/local/machine_api.h"
#include "api/local/object_calls.h"
#include "api/local/uploads.h"
#include "api/metrics/metrics.h"
#include "api/v1/catalog_methods.h"
#include "api/v1/execution_methods.h"
#include "api/v1/registry_methods.h"
#include "api/v1/upload_path.h"
#include "net/front_door.h"
#include "pods/admission/launch_fit.h"
#include "sandbox/base/age.h"
#include "sandbox/base/log.h"

namespace sandbox::server {
namespace {

constexpr auto kCollecting = std::chrono::seconds(1);  // at once: a stop waits for it
constexpr auto kRunsRecent = std::chrono::hours(1);    // what ended since is not forgotten for its size

control::RequestDeps Deps(World& world, const ServerOptions& options, Runtime& runtime) {
  control::RequestDeps deps{options.registry,   world.store, world.objects,
                            runtime.Executor(), world.clock, world.entropy};
  deps.plans = runtime.Plans();
  deps.inputs_bytes_max = std::max(deps.inputs_bytes_max, options.output_bytes_max);
  deps.fits = [&runtime](const executor::LaunchRequest& launch) {
    return pods::CheckFits(launch.plan->Closure(), launch.record, runtime.Capacity());
  };
  deps.takes_work = [&runtime] { return runtime.TakesWork(); };
  return deps;
}

std::function<MachineChange()> MachineOf(Runtime& runtime) {
  return [&runtime] {
    const api::Usage usage = runtime.Load();
    return MachineChange{usage.cpu_millis_total,  usage.cpu_millis_used, usage.memory_bytes_total,
                         usage.memory_bytes_used, usage.pods_running,    usage.pods_waiting};
  };
}

// Pages of another build have to be loaded again: it says which page this is.
std::string BuildOf(const ServerOptions& options) {
  const auto page = std::ranges::find(options.console, std::string_view("index.html"), &api::ConsoleFile::path);
  return Cat(options.about.version, page == options.console.end() ? "" : Cat("-", page->hash));
}

api::EventHubOptions EventsOf(const ServerOptions& options, Runtime& runtime) {
  api::EventHubOptions out = options.events;
  out.version = options.about.version;
  out.build = BuildOf(options);
  out.logs = options.about.logs;
  out.machine = MachineOf(runtime);
  return out;
}

api::UploadDeps UploadsOf(World& world, ObjectStore& objects, const ServerOptions& options) {
  const std::string bucket = options.registry.layout.bucket;
  const auto key = [bucket](const std::string& project, const std::string& domain,
                            const std::string& name) -> Result<std::string> {
    auto path = api::MakeUploadPath(bucket, {project, domain, name});
    if (!path) return std::unexpected(std::move(path.error()));
    return std::move(path->key);
  };
  const auto free = [folder = options.about.objects]() -> std::optional<uint64_t> {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    return error ? std::nullopt : std::optional<uint64_t>(space.available);
  };
  return {objects, bucket, world.object_workers.Executor(), key, free};
}

api::About AboutThis(const ServerOptions& options, const Doors& doors) {
  api::About about = options.about;
  about.build = BuildOf(options);
  about.platform = Cat("localhost:", doors.platform.port);
  about.console = Cat("http://localhost:", doors.platform.port, "/console");
  about.object_store = Cat("http://localhost:", doors.objects.port);
  about.registry = Cat("localhost:", doors.images.port);
  return about;
}

// As Kubernetes names them.
std::string ArchitectureOf(std::string_view machine) {
  return std::string(machine == "x86_64" ? "amd64" : machine == "aarch64" ? "arm64" : machine);
}

kube::KubeDeps KubeOf(World& world, const ServerOptions& options, Runtime& runtime, const Doors& doors) {
  const auto machine = [&world, &runtime, about = options.about] {
    const api::Usage load = runtime.Load();
    const api::EngineState engine = world.engine_state();
    utsname system{};
    uname(&system);
    return kube::MachineFacts{
        about.version,         engine.address,          engine.note,    about.started_at,
        load.cpu_millis_total, load.memory_bytes_total, system.release, ArchitectureOf(system.machine)};
  };
  const auto delete_pod = [&world, &runtime](const AttemptId& id, Duration grace, std::function<void(bool)> done) {
    world.core_loop.Post(
        [&runtime, id, grace, done = std::move(done)] { done(runtime.Executor().DeletePod(id, grace)); });
  };
  const auto domains = [known = options.registry.domains] {
    std::vector<std::string> ids;
    for (const registry::DomainEntry& each : known) ids.push_back(each.id);
    return ids;
  };
  return {world.store,
          world.secrets,
          world.feed,
          world.clock,
          world.net_loop.Executor(),
          world.disk_workers.Executor(),
          options.about.logs,
          Cat("localhost:", doors.platform.port),
          options.about.version,
          domains,
          machine,
          delete_pod};
}

api::GuardOptions GuardOf(World& world, const ServerOptions& options) {
  std::vector<std::string> hosts = options.allowed_hosts;
  for (const std::string& address : options.listen)
    hosts.push_back(address.find(':') == std::string::npos ? address : Cat("[", address, "]"));
  return {std::move(hosts), options.allowed_origins, world.bridge_address};
}

}  // namespace

Protocols::Protocols(World& world, const ServerOptions& options, Runtime& runtime,
                     std::unique_ptr<oci::ImageStore> images, const Doors& doors)
    : clock_(world.clock),
      runs_kept_(options.runs_kept),
      runs_bytes_max_(options.runs_bytes_max),
      collector_(world.store, world.objects, options.registry.layout, options.about.logs),
      registry_(options.registry, world.store, world.objects, world.clock),
      signer_(Cat("http://localhost:", doors.objects.port), {kAccessKey, kSecretKey}, world.clock),
      requests_(Deps(world, options, runtime)),
      definitions_(registry_),
      executions_(
          {requests_, world.store, world.objects, signer_, world.clock, world.entropy, options.registry.layout}),
      data_catalog_({world.store, world.objects, world.clock, options.registry.layout}),
      cache_service_({world.store, world.objects, world.clock, options.registry.layout}),
      run_plans_(runtime.Plans()),
      events_(world.net_loop.Executor(), world.disk_workers.Executor(), world.store, world.feed, world.clock,
              run_plans_, EventsOf(options, runtime)),
      guarded_objects_(world.objects, [&runtime] { return runtime.TakesWork(); }),
      images_(std::move(images)),
      oci_(*images_, world.clock, world.entropy, world.object_workers.Executor()) {
  // Off the loop: it reads the store.
  runtime.Executor().SetLaunchChild([this, &world](const engine::LaunchChild& child, const NodeExecutionId& parent,
                                                   std::function<void(Status)> done) {
    world.disk_workers.Run(
        [this, child, parent, done = std::move(done)] { requests_.LaunchChild(child, parent, done); });
  });
  const auto fire = [this](const control::ScheduledTick& tick, std::function<void(Status)> done) {
    requests_.FireSchedule(tick, [done = std::move(done)](const auto& created) {
      done(created ? Status() : std::unexpected(created.error()));
    });
  };
  scheduler_ = std::make_unique<schedules::Scheduler>(
      schedules::SchedulerDeps{world.core_loop, world.api_workers, world.clock, world.store, fire},
      schedules::SchedulerConfig{options.schedule_catch_up});
  scheduler_->Follow(world.feed);
  notices_ =
      std::make_unique<notify::NoticeReader>(world.feed, world.store, world.disk_workers, world.clock, world.notifier);
  api::AddRegistryMethods(methods_, definitions_);
  api::AddExecutionMethods(methods_, executions_, {options.about.flyte_version, "", ""});
  api::AddCatalogMethods(methods_, data_catalog_, cache_service_);
  grpc_ = std::make_unique<api::GrpcServer>(methods_, api::GrpcOptions{world.api_workers});
  doors.platform.handler = PlatformHandler(world, options, runtime, doors);

  const Endpoint& objects = doors.objects;
  const std::vector<std::string> hosts = {Cat("localhost:", objects.port), Cat("127.0.0.1:", objects.port),
                                          Cat("flyte-sandbox-minio.flyte:", objects.task_port)};
  s3_ = std::make_unique<s3::S3Server>(guarded_objects_, world.clock, world.object_workers.Executor(),
                                       s3::ServerOptions{{kAccessKey, kSecretKey}, hosts});
  api::DeckWatchDeps decks{world.store, world.feed, options.registry.layout, world.object_workers.Executor()};
  doors.objects.handler = [handler =
                               api::WatchDecks(std::move(decks), s3_->Handler())](boost::asio::ip::tcp::socket socket) {
    return net::ServeHttp(std::move(socket), "", handler, {});
  };
  // Nobody signs there: the guard keeps the pages of other sites out.
  doors.images.handler =
      [handler = api::MakeGuard(GuardOf(world, options), oci_.Handler())](boost::asio::ip::tcp::socket socket) {
        return net::ServeHttp(std::move(socket), "", handler, {});
      };
}

bool Protocols::CollectRuns() {
  const Instant now = clock_.Now();
  retention::Limits limits{.bytes = runs_bytes_max_, .recent = now - kRunsRecent};
  if (runs_kept_) limits.before = now - *runs_kept_;
  const auto done =
      collector_.Collect(limits, retention::Collector::Mode::kRemove, std::chrono::steady_clock::now() + kCollecting);
  if (!done) {
    Log(LogLevel::kError, "retention", Cat("old runs stay for now: ", done.error().message));
    return false;
  }
  if (done->runs > 0)
    Log(LogLevel::kInfo, "retention",
        Cat(runs_kept_ ? Cat("runs older than ", FormatAge(*runs_kept_)) : "the oldest runs", " removed: ", done->runs,
            "; objects: ", done->objects, "; logs: ", done->logs, "; bytes: ", done->bytes));
  return done->more;
}

ServeSocket Protocols::PlatformHandler(World& world, const ServerOptions& options, Runtime& runtime,
                                       const Doors& doors) {
  const auto call = [this](std::string_view method, const google::protobuf::Message& request) {
    return api::CallForJson(methods_, method, request);
  };
  api::LocalApiDeps local{world.store,
                          world.objects,
                          world.images,
                          options.about.logs,
                          world.disk_workers.Executor(),
                          world.engine_state,
                          [&runtime] { return runtime.Load(); },
                          AboutThis(options, doors),
                          world.feed,
                          run_plans_,
                          options.registry,
                          &events_,
                          call,
                          [&runtime] { return runtime.Problems(); }};
  api::GatewayOptions gateway{world.api_workers};
  // With its slash: the links to pods' logs begin with /kubernetes-dashboard.
  gateway.prefixes.push_back({Cat(kube::kRoot, "/"), kube::MakeKube(KubeOf(world, options, runtime, doors))});
  gateway.prefixes.push_back({"/sandbox/v1/uploads/", api::MakeUploads(UploadsOf(world, guarded_objects_, options))});
  gateway.prefixes.push_back(
      {"/metrics", api::MakeMetrics({world.store, world.disk_workers.Executor(), options.about.version,
                                     options.about.started_at, options.about.objects, MachineOf(runtime),
                                     [&runtime] { return runtime.Problems().size(); }})});
  const net::HttpHandler machine =
      api::MakeMachineApi({world.store,
                           world.disk_workers.Executor(),
                           &events_,
                           {world.store, call},
                           world.secrets,
                           world.images,
                           world.look_workers.Executor(),
                           world.find,
                           options.about.builds,
                           {collector_, world.clock, {options.runs_kept, options.runs_bytes_max}}});
  for (const std::string& path : api::MachinePaths()) gateway.prefixes.push_back({path, machine});
  const api::ObjectCallDeps stored{world.objects, world.store, run_plans_, options.registry.layout,
                                   world.object_workers.Executor()};
  gateway.prefixes.push_back({"/sandbox/v1/objects", api::MakeObjectCalls(stored)});
  gateway.prefixes.push_back({"/sandbox/v1/decks/", api::MakeDecks(stored)});
  gateway.prefixes.push_back({"/sandbox/v1/values", api::MakeValues(stored)});
  gateway.prefixes.push_back({"/sandbox/v1/", api::MakeLocalApi(std::move(local))});
  gateway.pages = [console = api::Console(options.console)](const net::HttpRequest& request,
                                                            const api::PagePath& path) {
    return console.Answer(request, {path.raw, path.decoded, path.query});
  };
  net::FrontDoorOptions door;
  door.http2 = [this](int fd) { grpc_->AddConnection(fd); };
  door.http = api::MakeGuard(GuardOf(world, options), api::MakeGateway(methods_, std::move(gateway)));
  return net::MakeFrontDoor(std::move(door));
}

}  // namespace sandbox::server
