#include "app/machine.h"

#include "app/capacity.h"
#include "app/engine_kind.h"
#include "app/findings.h"
#include "app/network.h"
#include "app/ports.h"
#include "app/reach.h"
#include "connectors/grpc/grpc_connectors.h"
#include "docker/engine_address.h"
#include "home/instances.h"
#include "net/run_on.h"
#include "notify/notify.h"
#include "objects/file_store.h"
#include "runner/docker_images.h"
#include "runner/docker_runner.h"
#include "runner/trial.h"
#include "secrets/file_secrets.h"
#include "store/sqlite_store.h"

namespace sandbox::app {
namespace {

struct FoundEngine {
  docker::EngineAddress address;
  std::string note;  // why none answered at start; empty when one did
  EngineKind kind;
};

FoundEngine FindEngine(const std::string& setting) {
  auto found = docker::ResolveEngine(setting);
  if (found) return {*found, "", AskKind(*found)};
  return {docker::EngineToAwait(setting), found.error().message, {}};
}

std::optional<server::DiskSpace> SpaceOf(const std::filesystem::path& folder) {
  std::error_code failure;
  const auto space = std::filesystem::space(folder, failure);
  if (failure) return std::nullopt;
  return server::DiskSpace{space.available, space.capacity};
}

}  // namespace

struct Machine::Parts {
  net::SystemClock clock;
  net::SystemEntropy entropy;
  feed::Feed feed;
  FoundEngine engine;
  net::WorkerPool api_workers{4}, disk_workers{4}, small_write_workers{1}, object_workers{16};
  net::WorkerPool notice_workers{1};  // others may take long to answer
  net::WorkerPool look_workers{1};    // so may containers
  std::unique_ptr<store::SqliteStore> store;
  std::unique_ptr<objects::FileObjectStore> objects;
  net::LoopThread core_loop, net_loop;
  std::unique_ptr<notify::NoticeSender> notifier;
  std::unique_ptr<secrets::FileSecrets> secrets;
  std::unique_ptr<connectors::GrpcConnectors> connectors;
  std::unique_ptr<runner::DockerRunner> runner;
  std::unique_ptr<runner::DockerImages> images;
  std::unique_ptr<runner::Trial> trial;
  std::unique_ptr<CapacityProbe> capacity_probe;
  home::Home home;
  bool in_container = false;
  std::unique_ptr<server::World> world;

  // Of this machine, for task containers.
  std::optional<std::string> TaskAddress() const {
    if (in_container) return OwnAddress();
    return engine.kind.gateway.empty() ? DockerBridgeAddress() : engine.kind.gateway;
  }
  // The same as containers are told it: an address, or what the engine makes one of. Podman 4.3 knows no such word.
  std::string PlatformIp() const {
    const auto own = in_container || engine.kind.podman ? TaskAddress() : std::nullopt;
    return own.value_or("host-gateway");
  }
  void OnCoreLoop(const std::string& instance, const std::map<std::string, std::string>& labels);
  api::EngineState State() const { return {engine.address.ToString(), engine.address.source, engine.note}; }
  doctor::Findings Find(const std::vector<std::string>& images_to_try);
  void Wire();
};

void Machine::Parts::OnCoreLoop(const std::string& instance, const std::map<std::string, std::string>& labels) {
  runner::DockerRunnerOptions options;
  options.engine = engine.address;
  options.podman = engine.kind.podman;
  options.instance = instance;
  options.labels = labels;
  options.log_dir = home.Logs();
  options.platform_ip = PlatformIp();
  options.on_log = [this](const std::string& pod_namespace, const std::string& pod, uint64_t bytes, uint64_t lines,
                          bool complete) { feed.Publish({LogChange{pod_namespace, pod, bytes, lines, complete}}); };
  options.on_sample = [this](const AttemptId& attempt, const std::string& pod, const model::UsageSample& sample) {
    if (!feed.Wanted().Has<UsageChange>()) return;
    feed.Publish({UsageChange{attempt, pod, sample.at_ms, sample.cpu_millis, sample.memory_bytes}});
  };
  runner = std::make_unique<runner::DockerRunner>(core_loop.Executor(), core_loop, clock, disk_workers, options);
  connectors = std::make_unique<connectors::GrpcConnectors>(core_loop);
}

doctor::Findings Machine::Parts::Find(const std::vector<std::string>& images_to_try) {
  const auto reach = [&] {
    const home::Ports ports = home::ReadPorts(home).value_or(home::Ports{});
    return TryReach(*trial, images_to_try, {ports.task_platform, ports.task_objects});
  };
  return Gather({home, home::ReadRuntime(home), engine.address, {}, reach});
}

void Machine::Parts::Wire() {
  const auto listen = [this](const std::string& address, uint16_t port) {
    auto listener = net::Listener::Bind(net_loop.Executor(), address, port);
    if (!listener && listener.error().reason == "PORT_TAKEN") {
      if (const std::string owner = OwnerOfPort(port); !owner.empty())
        listener.error().message = Cat("port ", port, " on ", address, " is in use by ", owner);
    }
    return listener;
  };
  const auto find_capacity = [this](std::function<void(pods::Resources)> found) {
    capacity_probe =
        std::make_unique<CapacityProbe>(core_loop.Executor(), engine.address, engine.kind.podman, std::move(found));
  };
  world = std::make_unique<server::World>(
      server::World{clock,
                    entropy,
                    core_loop,
                    net_loop,
                    api_workers,
                    disk_workers,
                    small_write_workers,
                    object_workers,
                    feed,
                    *store,
                    *objects,
                    *runner,
                    *connectors,
                    *secrets,
                    *notifier,
                    *images,
                    listen,
                    [this] { return TaskAddress(); },
                    HostResources(),
                    find_capacity,
                    [this] { return State(); },
                    look_workers,
                    [this](const std::vector<std::string>& images_to_try) { return Find(images_to_try); },
                    [this] { return SpaceOf(home.root); },
                    [this] { connectors->Close(); },
                    in_container});
}

Machine::Machine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Machine::~Machine() { Stop(); }

Result<std::unique_ptr<Machine>> Machine::Open(const home::Home& home, const Config& config,
                                               const std::string& instance,
                                               const std::map<std::string, std::string>& labels, bool in_container) {
  std::unique_ptr<Machine> machine(new Machine(std::make_unique<Parts>()));
  Parts& p = *machine->parts_;
  auto store = store::SqliteStore::Open(home.Database());
  if (!store) return std::unexpected(std::move(store.error()));
  p.store = std::move(*store);
  p.store->TellChanges(p.feed);
  auto objects = objects::FileObjectStore::Open(home.Objects());
  if (!objects) return std::unexpected(std::move(objects.error()));
  p.objects = std::move(*objects);
  p.engine = FindEngine(config.docker_host);
  p.home = home;
  p.in_container = in_container;
  p.images = std::make_unique<runner::DockerImages>(p.engine.address);
  p.trial = std::make_unique<runner::Trial>(p.engine.address, runner::TrialOptions{instance, labels, p.PlatformIp()});
  p.notifier = std::make_unique<notify::NoticeSender>(config.notifications, p.notice_workers);
  p.secrets = std::make_unique<secrets::FileSecrets>(home.Secrets());
  net::RunOn(p.core_loop, [&] { p.OnCoreLoop(instance, labels); });
  p.Wire();
  return machine;
}

server::World& Machine::World() { return *parts_->world; }
api::EngineState Machine::Engine() const { return parts_->State(); }

void Machine::Stop() {
  Parts& p = *parts_;
  if (p.runner) {
    net::RunOn(p.core_loop, [&] {
      p.runner.reset();
      p.capacity_probe.reset();
    });
  }
  if (p.images) p.images->Close();
  if (p.trial) p.trial->Close();
  p.net_loop.Stop();
  p.api_workers.Stop();
  if (p.notifier) p.notifier->Close();
  p.notice_workers.Stop();
  p.look_workers.Stop();
  p.disk_workers.Stop();
  p.small_write_workers.Stop();
  p.object_workers.Stop();
  p.core_loop.Stop();
  if (p.store) p.store->Close();
}

}  // namespace sandbox::app
