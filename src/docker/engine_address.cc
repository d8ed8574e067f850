#include "docker/engine_address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

namespace sandbox::docker {
namespace {

constexpr int kProbeTimeoutMs = 2000;

std::unexpected<Error> BadAddress(std::string_view text, std::string_view why) {
  return Fail(Code::kInvalidArgument, "ENGINE_ADDRESS", Cat("\"", text, "\" is no Docker Engine address: ", why));
}

std::string ConnectAndClose(int fd, const sockaddr* address, socklen_t length) {
  if (fd < 0) return std::strerror(errno);
  std::string why;
  fcntl(fd, F_SETFL, O_NONBLOCK);
  if (::connect(fd, address, length) != 0) {
    if (errno == EINPROGRESS) {
      pollfd waiting{fd, POLLOUT, 0};
      int error = ETIMEDOUT;
      socklen_t size = sizeof(error);
      if (::poll(&waiting, 1, kProbeTimeoutMs) == 1) getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) why = std::strerror(error);
    } else {
      why = std::strerror(errno);
    }
  }
  ::close(fd);
  return why;
}

std::string ProbeUnix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return "the path is too long for a Unix socket";
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return ConnectAndClose(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), reinterpret_cast<sockaddr*>(&address),
                         sizeof(address));
}

std::string ProbeTcp(const EngineAddress& engine) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(engine.host.c_str(), std::to_string(engine.port).c_str(), &hints, &found);
      error != 0)
    return gai_strerror(error);
  std::string why = "no address";
  for (addrinfo* each = found; each != nullptr && !why.empty(); each = each->ai_next) {
    why = ConnectAndClose(::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), each->ai_addr, each->ai_addrlen);
  }
  freeaddrinfo(found);
  return why;
}

nlohmann::json ParseJson(const std::string& text) { return nlohmann::json::parse(text, nullptr, false); }

std::string TextAt(const nlohmann::json& object, std::initializer_list<const char*> path) {
  const nlohmann::json* at = &object;
  for (const char* key : path) {
    if (!at->is_object() || !at->contains(key)) return "";
    at = &(*at)[key];
  }
  return at->is_string() ? at->get<std::string>() : "";
}

// The endpoint of a named docker context; empty when there is no such context.
std::string ContextHost(const std::string& name, const std::string& docker_home, const EngineEnvironment& environment) {
  const std::string root = docker_home + "/contexts/meta";
  for (const std::string& folder : environment.folders(root)) {
    const nlohmann::json meta = ParseJson(environment.read_file(Cat(root, "/", folder, "/meta.json")));
    if (TextAt(meta, {"Name"}) == name) return TextAt(meta, {"Endpoints", "docker", "Host"});
  }
  return "";
}

struct Choice {
  std::string text;
  std::string source;
};

// What the user asked for; nullopt when nothing was asked.
Result<std::optional<Choice>> AskedFor(const std::string& setting, const EngineEnvironment& environment) {
  if (!setting.empty()) return Choice{setting, "setting"};
  if (const std::string host = environment.variable("DOCKER_HOST"); !host.empty()) return Choice{host, "DOCKER_HOST"};
  std::string docker_home = environment.variable("DOCKER_CONFIG");
  if (docker_home.empty()) docker_home = environment.variable("HOME") + "/.docker";
  std::string context = environment.variable("DOCKER_CONTEXT");
  std::string source = "DOCKER_CONTEXT " + context;
  if (context.empty()) {
    context = TextAt(ParseJson(environment.read_file(docker_home + "/config.json")), {"currentContext"});
    source = Cat("context ", context, " of ", docker_home, "/config.json");
  }
  if (context.empty() || context == "default") return std::nullopt;
  std::string host = ContextHost(context, docker_home, environment);
  if (!host.empty()) return Choice{std::move(host), std::move(source)};
  return Fail(Code::kUnavailable, "ENGINE_UNREACHABLE",
              Cat("no Docker Engine: ", source, ": there is no such context; see `docker context ls`"));
}

}  // namespace

std::vector<std::string> WellKnownSockets(const EngineEnvironment& environment) {
  const std::string home = environment.variable("HOME");
  const std::string runtime = environment.variable("XDG_RUNTIME_DIR");
  std::vector<std::string> sockets = {"/var/run/docker.sock"};
  if (!runtime.empty()) sockets.push_back(runtime + "/docker.sock");
  if (!home.empty()) {
    for (const char* tail : {"/.docker/run/docker.sock", "/.docker/desktop/docker.sock", "/.colima/default/docker.sock",
                             "/.rd/docker.sock", "/.orbstack/run/docker.sock", "/.lima/docker/sock/docker.sock"}) {
      sockets.push_back(home + tail);
    }
  }
  if (!runtime.empty()) sockets.push_back(runtime + "/podman/podman.sock");
  sockets.push_back("/run/podman/podman.sock");
  return sockets;
}

std::string EngineAddress::ToString() const {
  return socket_path.empty() ? Cat("tcp://", host, ":", port) : "unix://" + socket_path;
}

Result<EngineAddress> ParseEngineAddress(std::string_view text) {
  EngineAddress address;
  if (text.starts_with("unix://")) text.remove_prefix(7);
  if (text.starts_with("/")) {
    address.socket_path = text;
    return address;
  }
  std::string_view rest = text;
  if (rest.starts_with("tcp://")) {
    rest.remove_prefix(6);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return BadAddress(text, "use unix:///path or tcp://host:port");
  }
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return BadAddress(text, "host and port are needed");
  const std::string_view port = rest.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || address.port == 0)
    return BadAddress(text, "the port is no number from 1 to 65535");
  address.host = rest.substr(0, colon);
  if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']')
    address.host = address.host.substr(1, address.host.size() - 2);
  return address;
}

EngineEnvironment SystemEngineEnvironment() {
  EngineEnvironment environment;
  environment.variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  environment.read_file = [](const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    return text.str();
  };
  environment.folders = [](const std::string& path) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (std::filesystem::directory_iterator at(path, ignored), end; !ignored && at != end; at.increment(ignored))
      names.push_back(at->path().filename().string());
    return names;
  };
  environment.probe = [](const EngineAddress& engine) {
    return engine.socket_path.empty() ? ProbeTcp(engine) : ProbeUnix(engine.socket_path);
  };
  return environment;
}

Result<EngineAddress> ResolveEngine(const std::string& setting, const EngineEnvironment& environment) {
  Result<std::optional<Choice>> asked = AskedFor(setting, environment);
  if (!asked) return std::unexpected(asked.error());
  std::vector<Choice> choices;
  if (*asked) {
    choices.push_back(**asked);
  } else {
    for (std::string& path : WellKnownSockets(environment)) choices.push_back({"unix://" + path, "well-known"});
  }
  std::string tried;
  for (Choice& choice : choices) {
    Result<EngineAddress> address = ParseEngineAddress(choice.text);
    std::string why = address ? environment.probe(*address) : address.error().message;
    if (why.empty()) {
      address->source = std::move(choice.source);
      return address;
    }
    tried += Cat("\n  ", choice.text, " (", choice.source, "): ", why);
  }
  return Fail(Code::kUnavailable, "ENGINE_UNREACHABLE", Cat("no Docker Engine answers; is it running? Tried:", tried));
}

EngineAddress EngineToAwait(const std::string& setting, const EngineEnvironment& environment) {
  EngineAddress out{"/var/run/docker.sock", "", 0, "well-known"};
  const Result<std::optional<Choice>> asked = AskedFor(setting, environment);
  if (!asked || !*asked) return out;
  if (auto named = ParseEngineAddress((*asked)->text)) {
    out = std::move(*named);
    out.source = (*asked)->source;
  }
  return out;
}

}  // namespace sandbox::docker
