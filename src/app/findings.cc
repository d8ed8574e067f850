#include "app/findings.h"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <utility>

#include "app/ports.h"
#include "docker/client.h"

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
  asio::io_context context;
  docker::Client client(context.get_executor(), address);
  Result<Answered> out = Internal("nothing was asked");
  asio::co_spawn(context, Ask(client), [&](std::exception_ptr failure, Result<Answered> answered) {
    out = failure ? Result<Answered>(Internal("the Docker client threw")) : std::move(answered);
    client.Close();
  });
  context.run();
  return out;
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

std::vector<doctor::PortFound> Ports(const home::Home& home, const std::optional<home::RuntimeInfo>& running) {
  using State = doctor::PortFound::State;
  if (!running) {
    const home::Ports wanted = PlanPorts(home, {}).wanted;
    return {LookAtPort("platform", wanted.platform), LookAtPort("object store", wanted.objects),
            LookAtPort("image registry", wanted.images)};
  }
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

// The first of the variables that is set; each is known in two spellings.
std::pair<std::string, std::string> Variable(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return {name, value};
  }
  return {};
}

doctor::ProxyFound Proxy() {
  doctor::ProxyFound out;
  out.variable = Variable({"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}).first;
  const std::string without = Variable({"no_proxy", "NO_PROXY"}).second;
  const std::string listed = Cat(",", without, ",");
  out.spares_machine = without == "*" || (listed.contains(",localhost,") && listed.contains(",127.0.0.1,"));
  return out;
}

}  // namespace

doctor::Findings Gather(const Asked& asked) {
  doctor::Findings out;
  out.config_file = asked.home.Config().string();
  const auto config = LoadConfig(asked.home.Config(), "");
  if (!config) out.config_error = OneLine(config.error().message);
  out.engine = FindEngine(asked.engine, config ? config->docker_host : "");
  out.ports = Ports(asked.home, asked.running);
  const fs::path folder = Existing(asked.home.root);
  out.home = folder.string();
  if (::access(folder.c_str(), W_OK | X_OK) != 0) out.home_error = std::strerror(errno);
  std::error_code error;
  if (const auto space = fs::space(folder, error); !error)
    out.disk = doctor::DiskFound{folder.string(), space.available};
  out.architecture = Architecture();
  out.proxy = Proxy();
  out.memory_available_bytes = AvailableMemory();
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) out.open_files_max = files.rlim_cur;
  return out;
}

}  // namespace sandbox::app
