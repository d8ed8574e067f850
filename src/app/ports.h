#pragma once

// Which ports a sandbox is to listen on, and who has one.

#include <cstdint>
#include <string>

#include "home/home.h"
#include "home/instances.h"
#include "home/start_options.h"

namespace sandbox::app {

struct PortPlan {
  home::Ports wanted;  // 0: any; of those for tasks: the same as on loopback
  bool any = false;    // a free one is taken where a wanted one is not free
};

// As home::StartOptions says.
PortPlan PlanPorts(const home::Home& home, const home::StartOptions& options);

// On loopback, as a sandbox would bind it.
bool IsFreePort(uint16_t port);
// "minio (pid 812)" of who listens on a port of loopback; empty when it cannot be told. `proc`: "/proc".
std::string HolderOfPort(uint16_t port, const std::string& proc = "/proc");
// The same, and which sandbox of this user it is: "sandbox (pid 812), the sandbox ci".
std::string OwnerOfPort(uint16_t port);

}  // namespace sandbox::app
