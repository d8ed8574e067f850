#pragma once

#include <optional>
#include <string>

namespace sandbox::app {

// The address of this machine on the Docker bridge (interface docker0), by which task containers reach it. Nullopt when
// there is no such interface (yet).
std::optional<std::string> DockerBridgeAddress();

// The address of this machine's first interface that leads outside. In a container: by which the containers of its
// network reach it.
std::optional<std::string> OwnAddress();

}  // namespace sandbox::app
