#pragma once

#include <optional>
#include <string>

namespace sandbox::app {

// The address of this machine on the Docker bridge (interface docker0), by which task containers reach it. Nullopt when
// there is no such interface (yet).
std::optional<std::string> DockerBridgeAddress();

}  // namespace sandbox::app
