#include "app/findings.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "docker/client.h"

namespace sandbox::app {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

constexpr uint16_t kUsualPlatform = 30080, kUsualObjects = 30002, kUsualImages = 30000;

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
  }
  const docker::EngineEnvironment environment = docker::SystemEngineEnvironment();
  for (const std::string& path : docker::WellKnownSockets(environment)) {
    const docker::EngineAddress each{path, "", 0, "well-known"};
    if (each.ToString() != out.address) out.others.push_back({each.ToString(), environment.probe(each)});
  }
  return out;
}

// On loopback, as the sandbox would bind it.
bool IsFree(uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && ::listen(fd, 1) == 0;
  const bool taken = !bound && errno == EADDRINUSE;
  ::close(fd);
  return !taken;
}

doctor::PortFound LookAtPort(const char* what, uint16_t port) {
  if (IsFree(port)) return {what, port, doctor::PortFound::State::kFree, ""};
  return {what, port, doctor::PortFound::State::kTaken, HolderOfPort(port)};
}

std::vector<doctor::PortFound> Ports(const std::optional<home::RuntimeInfo>& running) {
  using State = doctor::PortFound::State;
  if (!running) {
    return {LookAtPort("platform", kUsualPlatform), LookAtPort("object store", kUsualObjects),
            LookAtPort("image registry", kUsualImages)};
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

// Inodes of sockets that listen on a port, from a table of /proc/net.
void AddListeners(const std::string& table, uint16_t port, std::vector<std::string>& inodes) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream in(line);
    std::string index, local, remote, state, queues, timer, retransmit, uid, timeout, inode;
    in >> index >> local >> remote >> state >> queues >> timer >> retransmit >> uid >> timeout >> inode;
    uint32_t number = 0;
    const size_t colon = local.rfind(':');
    if (state != "0A" || colon == std::string::npos) continue;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), number, 16);
    if (number == port) inodes.push_back(Cat("socket:[", inode, "]"));
  }
}

}  // namespace

std::string HolderOfPort(uint16_t port, const std::string& proc) {
  std::vector<std::string> inodes;
  for (const char* table : {"/net/tcp", "/net/tcp6"}) AddListeners(proc + table, port, inodes);
  std::error_code ignored;
  for (fs::directory_iterator process(proc, ignored), end; !ignored && process != end; process.increment(ignored)) {
    const std::string pid = process->path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code closed;
    for (fs::directory_iterator file(process->path() / "fd", closed), last; !closed && file != last;
         file.increment(closed)) {
      std::error_code gone;
      if (std::ranges::find(inodes, fs::read_symlink(file->path(), gone).string()) == inodes.end()) continue;
      // The name of the file that runs: a program may call its threads what it likes.
      std::string name = fs::read_symlink(process->path() / "exe", gone).filename();
      if (name.empty()) std::getline(std::ifstream(process->path() / "comm"), name);
      return Cat(name, " (pid ", pid, ")");
    }
  }
  return "";
}

doctor::Findings Gather(const Asked& asked) {
  doctor::Findings out;
  out.config_file = asked.home.Config().string();
  const auto config = LoadConfig(asked.home.Config(), "");
  if (!config) out.config_error = OneLine(config.error().message);
  out.engine = FindEngine(asked.engine, config ? config->docker_host : "");
  out.ports = Ports(asked.running);
  const fs::path folder = Existing(asked.home.root);
  out.home = folder.string();
  if (::access(folder.c_str(), W_OK | X_OK) != 0) out.home_error = std::strerror(errno);
  std::error_code error;
  if (const auto space = fs::space(folder, error); !error)
    out.disk = doctor::DiskFound{folder.string(), space.available};
  out.memory_available_bytes = AvailableMemory();
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) out.open_files_max = files.rlim_cur;
  return out;
}

}  // namespace sandbox::app
