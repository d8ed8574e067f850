#include "app/platform.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "api/console/embedded.h"
#include "app/config_places.h"
#include "app/machine.h"
#include "app/ports.h"
#include "app/settings_list.h"
#include "home/commit.h"
#include "home/owner.h"
#include "home/version.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/log.h"
#include "server/server.h"

namespace sandbox::app {
namespace {

api::About AboutThis(const home::Home& home, const Config& config) {
  api::About about;
  about.pid = getpid();
  about.version = kVersion;
  about.flyte_version = kFlyteVersion;
  about.commit = kCommit;
  about.preset = config.preset;
  about.started_at = std::chrono::system_clock::now();
  about.home = home.root;
  about.log = home.LogFile();
  about.logs = home.Logs();
  about.builds = home.Builds();
  about.database = home.Database();
  about.objects = home.Objects();
  about.client_file = home.ClientConfig();
  about.settings = SettingsOf(config);
  return about;
}

// What runs was removed, as it is when another one is put in its place.
bool IsReplaced() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string().ends_with(" (deleted)");
}

server::ServerOptions OptionsOf(const home::Home& home, const Config& config, const PortPlan& plan) {
  server::ServerOptions out;
  out.platform_port = plan.wanted.platform;
  out.objects_port = plan.wanted.objects;
  out.images_port = plan.wanted.images;
  out.any_port = plan.any;
  if (plan.wanted.task_platform != 0) out.task_platform_port = plan.wanted.task_platform;
  if (plan.wanted.task_objects != 0) out.task_objects_port = plan.wanted.task_objects;
  out.boot = home::BootId();
  out.registry = config.registry;
  if (Status added = AddProjects(config.projects_of_command, out.registry.projects); !added)
    Log(LogLevel::kError, "start", added.error().message);
  out.schedule_catch_up = config.schedule_catch_up;
  out.cpu_millis = config.capacity.cpu_millis;
  out.memory_bytes = config.capacity.memory_bytes;
  out.offloading = config.offloading;
  out.runs_kept = config.runs_kept;
  out.runs_bytes_max = config.runs_bytes_max;
  out.disk_reserve_bytes = config.disk_reserve_bytes;
  out.output_bytes_max = config.output_bytes_max;
  out.connectors = config.connectors;
  out.console = api::EmbeddedConsole();
  out.listen = config.listen;
  out.allowed_hosts = config.allowed_hosts;
  out.allowed_origins = config.allowed_origins;
  out.archives = home.Archives();
  out.about = AboutThis(home, config);
  out.events.replaced = IsReplaced;
  return out;
}

}  // namespace

Result<std::string> InstanceId(const home::Home& home) {
  std::ifstream existing(home.Instance());
  std::string id;
  if (existing >> id) return id;
  net::SystemEntropy entropy;
  id = HexNumber(entropy.Next(), 12);
  std::ofstream file(home.Instance());
  file << id << "\n";
  file.close();
  if (!file) return Internal(Cat("cannot write ", home.Instance().string()));
  return id;
}

struct Platform::Parts {
  PortPlan plan;
  std::unique_ptr<Machine> machine;
  std::unique_ptr<server::Server> server;
};

Platform::Platform(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Platform::~Platform() { Close(); }

Result<std::unique_ptr<Platform>> Platform::Open(const home::Home& home, const Config& config,
                                                 const home::StartOptions& options) {
  auto instance = InstanceId(home);
  if (!instance) return std::unexpected(std::move(instance.error()));
  std::map<std::string, std::string> labels = {{"sandbox.home", home.root.string()}};
  if (options.ephemeral) labels[home::kOwnerLabel] = home::ThisOwner();
  auto machine = Machine::Open(home, config, *instance, labels, options.in_container);
  if (!machine) return std::unexpected(std::move(machine.error()));
  const PortPlan plan = PlanPorts(home, options);
  auto server = server::Server::Open((*machine)->World(), OptionsOf(home, config, plan));
  if (!server) return std::unexpected(std::move(server.error()));
  auto parts = std::make_unique<Parts>();
  parts->plan = plan;
  parts->machine = std::move(*machine);
  parts->server = std::move(*server);
  return std::unique_ptr<Platform>(new Platform(std::move(parts)));
}

home::RuntimeInfo Platform::Info() const {
  const api::EngineState engine = parts_->machine->Engine();
  home::RuntimeInfo info;
  info.port = parts_->server->PlatformPort();
  info.s3_port = parts_->server->ObjectsPort();
  info.registry_port = parts_->server->ImagesPort();
  info.docker_socket = engine.note.empty() ? engine.address : "";
  info.docker_note = engine.note;
  return info;
}

home::Ports Platform::Ports() const {
  home::Ports out = parts_->plan.wanted;
  out.platform = parts_->server->PlatformPort();
  out.objects = parts_->server->ObjectsPort();
  out.images = parts_->server->ImagesPort();
  if (out.task_platform == 0) out.task_platform = out.platform;
  if (out.task_objects == 0) out.task_objects = out.objects;
  return out;
}

void Platform::Close() {
  if (!parts_->server) return;
  parts_->server->Close();
  parts_->machine->Stop();
  parts_->server.reset();
}

}  // namespace sandbox::app
