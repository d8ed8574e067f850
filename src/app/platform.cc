#include "app/platform.h"

#include <unistd.h>

#include <fstream>

#include "api/console/embedded.h"
#include "app/machine.h"
#include "app/settings_list.h"
#include "home/version.h"
#include "sandbox/base/encoding.h"
#include "server/server.h"

namespace sandbox::app {
namespace {

constexpr uint16_t kPlatformOffset = 80, kObjectsOffset = 2, kImagesOffset = 0, kUsualBase = 30000;
// Where the reference's services listen inside the cluster; tasks of the usual ports get these.
constexpr uint16_t kUsualTaskPlatformPort = 8089, kUsualTaskObjectsPort = 9000;

api::About AboutThis(const home::Home& home, const Config& config) {
  api::About about;
  about.pid = getpid();
  about.version = kVersion;
  about.flyte_version = kFlyteVersion;
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

server::ServerOptions OptionsOf(const home::Home& home, const Config& config, const home::StartOptions& start) {
  server::ServerOptions out;
  out.platform_port = static_cast<uint16_t>(start.port_base + kPlatformOffset);
  out.objects_port = static_cast<uint16_t>(start.port_base + kObjectsOffset);
  out.images_port = static_cast<uint16_t>(start.port_base + kImagesOffset);
  out.any_port = start.auto_ports;
  if (start.port_base == kUsualBase && !start.auto_ports) {
    out.task_platform_port = kUsualTaskPlatformPort;
    out.task_objects_port = kUsualTaskObjectsPort;
  }
  out.registry = config.registry;
  out.schedule_catch_up = config.schedule_catch_up;
  out.cpu_millis = config.capacity.cpu_millis;
  out.memory_bytes = config.capacity.memory_bytes;
  out.offloading = config.offloading;
  out.output_bytes_max = config.output_bytes_max;
  out.connectors = config.connectors;
  out.console = api::EmbeddedConsole();
  out.allowed_hosts = config.allowed_hosts;
  out.allowed_origins = config.allowed_origins;
  out.archives = home.Archives();
  out.about = AboutThis(home, config);
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
  std::unique_ptr<Machine> machine;
  std::unique_ptr<server::Server> server;
};

Platform::Platform(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Platform::~Platform() { Close(); }

Result<std::unique_ptr<Platform>> Platform::Open(const home::Home& home, const Config& config,
                                                 const home::StartOptions& options) {
  auto instance = InstanceId(home);
  if (!instance) return std::unexpected(std::move(instance.error()));
  auto machine = Machine::Open(home, config, *instance);
  if (!machine) return std::unexpected(std::move(machine.error()));
  auto server = server::Server::Open((*machine)->World(), OptionsOf(home, config, options));
  if (!server) return std::unexpected(std::move(server.error()));
  auto parts = std::make_unique<Parts>();
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

void Platform::Close() {
  if (!parts_->server) return;
  parts_->server->Close();
  parts_->machine->Stop();
  parts_->server.reset();
}

}  // namespace sandbox::app
