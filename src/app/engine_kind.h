#pragma once

#include <string>

#include "docker/engine_address.h"

namespace sandbox::app {

struct EngineKind {
  bool podman = false;
  std::string gateway;  // Podman's: this machine's address for its containers; empty: not known
};

// Asks an engine what it is. One that does not answer within some seconds is taken for Docker.
EngineKind AskKind(const docker::EngineAddress& address);

}  // namespace sandbox::app
