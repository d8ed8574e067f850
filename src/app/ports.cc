#include "app/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

namespace sandbox::app {
namespace {

namespace fs = std::filesystem;

constexpr uint16_t kPlatformOffset = 80, kObjectsOffset = 2, kUsualBase = 30000;
// Where the reference's services listen inside the cluster; tasks of the usual ports get these.
constexpr uint16_t kUsualTaskPlatformPort = 8089, kUsualTaskObjectsPort = 9000;
constexpr int kNamedFirst = 30100, kNamedLast = 32600, kNamedStep = 100;  // bases of named ones

home::Ports AtBase(int base) {
  home::Ports out;
  out.platform = static_cast<uint16_t>(base + kPlatformOffset);
  out.objects = static_cast<uint16_t>(base + kObjectsOffset);
  out.images = static_cast<uint16_t>(base);
  return out;
}

PortPlan PlanAtBase(uint16_t base, bool any) {
  PortPlan out{AtBase(base), any};
  if (base == kUsualBase && !any) {
    out.wanted.task_platform = kUsualTaskPlatformPort;
    out.wanted.task_objects = kUsualTaskObjectsPort;
  }
  return out;
}

// Neither in use nor kept by another sandbox, which may be stopped.
PortPlan FirstFree(const home::Home& home) {
  std::set<uint16_t> kept;
  for (const home::Instance& other : home::Instances()) {
    const auto ports = other.home.root == home.root ? std::nullopt : home::ReadPorts(other.home);
    if (ports) kept.insert({ports->platform, ports->objects, ports->images});
  }
  for (int base = kNamedFirst; base <= kNamedLast; base += kNamedStep) {
    const home::Ports ports = AtBase(base);
    const auto good = [&](uint16_t port) { return !kept.contains(port) && IsFreePort(port); };
    if (good(ports.platform) && good(ports.objects) && good(ports.images)) return {ports, false};
  }
  return {{}, true};
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

PortPlan PlanPorts(const home::Home& home, const home::StartOptions& options) {
  if (options.port_base) return PlanAtBase(*options.port_base, options.auto_ports);
  if (options.ephemeral) return {{}, true};
  if (const auto kept = home::ReadPorts(home)) return {*kept, options.auto_ports};
  if (home.IsDefault() || home.Name().empty()) return PlanAtBase(kUsualBase, options.auto_ports);
  PortPlan found = FirstFree(home);
  found.any |= options.auto_ports;
  return found;
}

bool IsFreePort(uint16_t port) {
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

std::string OwnerOfPort(uint16_t port) {
  const std::string holder = HolderOfPort(port);
  for (const home::Instance& each : home::Instances()) {
    const auto running = home::ReadRuntime(each.home);
    if (!running || (port != running->port && port != running->s3_port && port != running->registry_port)) continue;
    const std::string name = each.home.Name();
    return Cat(holder.empty() ? Cat("pid ", running->pid) : holder, ", the sandbox ",
               name.empty() ? "of " + each.home.root.string() : name);
  }
  return holder;
}

}  // namespace sandbox::app
