#pragma once

// Where the Docker Engine listens, and how that was found out.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::docker {

struct EngineAddress {
  std::string socket_path;  // Unix socket; empty for TCP
  std::string host;         // TCP
  uint16_t port = 0;
  std::string source;  // what named it: "setting", "DOCKER_HOST", "context desktop-linux", "well-known"

  std::string ToString() const;  // "unix:///var/run/docker.sock", "tcp://127.0.0.1:2375"
};

// "unix:///path", "/path", "tcp://host:port", "http://host:port". Others (ssh, npipe) are UNIMPLEMENTED, reason
// ENGINE_ADDRESS.
Result<EngineAddress> ParseEngineAddress(std::string_view text);

// The world that ResolveEngine looks at; a fake in tests.
struct EngineEnvironment {
  std::function<std::string(const char* name)> variable;                     // empty when unset
  std::function<std::string(const std::string& path)> read_file;             // empty when unreadable
  std::function<std::vector<std::string>(const std::string& path)> folders;  // names of the folders in a folder
  std::function<std::string(const EngineAddress&)> probe;  // why a connection is refused; empty when it is accepted
};
EngineEnvironment SystemEngineEnvironment();

// Where engines usually listen, the most usual first.
std::vector<std::string> WellKnownSockets(const EngineEnvironment& environment);

// The first of: `setting`, DOCKER_HOST, DOCKER_CONTEXT, the current context of ~/.docker/config.json, well-known
// sockets. The first three are the user's word: when one of them is given, nothing behind it is tried. Blocks for a
// moment (connects to local sockets). Error: UNAVAILABLE, reason ENGINE_UNREACHABLE; its message lists what was tried
// and why each was refused.
Result<EngineAddress> ResolveEngine(const std::string& setting,
                                    const EngineEnvironment& environment = SystemEngineEnvironment());

// Where one is waited for when none answers: the one that the user named, as above, else the most usual socket.
EngineAddress EngineToAwait(const std::string& setting,
                            const EngineEnvironment& environment = SystemEngineEnvironment());

}  // namespace sandbox::docker
