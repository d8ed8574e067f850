#include "app/findings.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "app/ports.h"
#include "docker/calls.h"
#include "docker/client.h"
#include "home/mounts.h"

namespace sandbox::app {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

struct Answered {
  docker::EngineInfo version;
  std::optional<Duration> clock_ahead;
};

asio::awaitable<Result<Answered>> Ask(docker::Client& client) {
  auto version = co_await client.Version();
  if (!version) co_return std::unexpected(std::move(version.error()));
  Answered out{std::move(*version), std::nullopt};
  const Instant before = std::chrono::system_clock::now();
  const auto info = co_await client.Info();
  const Instant after = std::chrono::system_clock::now();
  // The engine told its time somewhere in between: what is within that is no difference.
  if (info && info->time != Instant{}) {
    out.clock_ahead = info->time < before  ? info->time - before
                      : info->time > after ? info->time - after
                                           : Duration::zero();
  }
  co_return out;
}

Result<Answered> AskEngine(const docker::EngineAddress& address) {
  return docker::Calls(address).Run<Answered>([](docker::Client& client) { return Ask(client); });
}

// In one line.
std::string OneLine(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ') || text.ends_with('.')) text.pop_back();
  return text;
}

doctor::EngineFound FindEngine(const std::optional<docker::EngineAddress>& known, const std::string& setting) {
  doctor::EngineFound out;
  Result<docker::EngineAddress> address = known ? *known : docker::ResolveEngine(setting);
  out.address = address ? address->ToString() : "unix:///var/run/docker.sock";
  if (!address) {
    out.why = OneLine(address.error().message);
  } else if (auto answered = AskEngine(*address); !answered) {
    out.why = OneLine(answered.error().message);
  } else {
    if (answered->version.podman) out.product = "Podman";
    out.version = answered->version.version;
    out.api_version = answered->version.api_version;
    out.clock_ahead = answered->clock_ahead;
    out.architecture = answered->version.architecture;
  }
  const docker::EngineEnvironment environment = docker::SystemEngineEnvironment();
  for (const std::string& path : docker::WellKnownSockets(environment)) {
    const docker::EngineAddress each{path, "", 0, "well-known"};
    if (each.ToString() != out.address) out.others.push_back({each.ToString(), environment.probe(each)});
  }
  return out;
}

doctor::PortFound LookAtPort(const char* what, uint16_t port) {
  if (port == 0 || IsFreePort(port)) return {what, port, doctor::PortFound::State::kFree, ""};
  return {what, port, doctor::PortFound::State::kTaken, OwnerOfPort(port)};
}

std::vector<doctor::PortFound> PlannedPorts(const home::Home& home, const home::StartOptions& options) {
  const PortPlan plan = PlanPorts(home, options);
  const auto look = [&plan](const char* what, uint16_t port) {
    return LookAtPort(what, plan.any && !IsFreePort(port) ? uint16_t{0} : port);
  };
  return {look("platform", plan.wanted.platform), look("object store", plan.wanted.objects),
          look("image registry", plan.wanted.images)};
}

std::vector<doctor::PortFound> Ports(const home::Home& home, const std::optional<home::RuntimeInfo>& running,
                                     const home::StartOptions& options) {
  using State = doctor::PortFound::State;
  if (!running) return PlannedPorts(home, options);
  return {{"platform", running->port, State::kOurs, ""},
          {"object store", running->s3_port, State::kOurs, ""},
          {"image registry", running->registry_port, State::kOurs, ""}};
}

// The folder itself, or the nearest above it that there is.
fs::path Existing(fs::path path) {
  std::error_code ignored;
  while (!fs::exists(path, ignored) && path.has_parent_path() && path != path.parent_path()) path = path.parent_path();
  return path;
}

// Where the engine keeps images unless it is told otherwise.
bool IsOnDiskOfImages(const fs::path& folder) {
  struct stat own{}, images{};
  return ::stat(folder.c_str(), &own) == 0 && ::stat("/var/lib/docker", &images) == 0 && own.st_dev == images.st_dev;
}

std::optional<uint64_t> AvailableMemory() {
  std::ifstream file("/proc/meminfo");
  for (std::string name; file >> name;) {
    uint64_t kibibytes = 0;
    if (name == "MemAvailable:" && file >> kibibytes) return kibibytes << 10;
    file.ignore(256, '\n');
  }
  return std::nullopt;
}

std::string Architecture() {
  utsname machine{};
  if (uname(&machine) != 0) return "";
  const std::string name = machine.machine;
  return name == "x86_64" ? "amd64" : name == "aarch64" ? "arm64" : name;
}

void LookAtHome(const fs::path& root, doctor::Findings& out) {
  const fs::path folder = Existing(root);
  out.home = folder.string();
  std::error_code error;
  int failure = 0;
  if (!fs::is_directory(folder, error)) {
    failure = ENOTDIR;
  } else if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    failure = errno;
  }
  if (failure != 0) out.home_error = std::strerror(failure);
  out.home_denied = failure == EACCES || failure == EPERM;
  out.home_network = home::NetworkTypeOf(folder);
  if (const auto space = fs::space(folder, error); !error)
    out.disk = doctor::DiskFound{folder.string(), space.available, IsOnDiskOfImages(folder)};
}

}  // namespace

doctor::Findings Gather(const Asked& asked) {
  doctor::Findings out;
  out.config_file = asked.home.Config().string();
  const auto config = LoadConfig(asked.home.Config(), asked.options);
  if (!config) out.config_error = OneLine(config.error().message);
  out.engine = FindEngine(asked.engine, config ? config->docker_host : "");
  out.ports = Ports(asked.home, asked.running, asked.options);
  LookAtHome(asked.home.root, out);
  out.architecture = Architecture();
  out.proxy = doctor::ReadProxy([](const char* name) -> const char* { return std::getenv(name); });
  out.memory_available_bytes = AvailableMemory();
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) out.open_files_max = files.rlim_cur;
  if (out.engine.why.empty() && asked.reach) out.reach = asked.reach();
  return out;
}

}  // namespace sandbox::app
