#pragma once

#include <cstddef>
#include <string>

#include "home/home.h"
#include "sandbox/base/error.h"

namespace sandbox::app {

// Removes every container and volume of the data directory from the Docker Engine, as home::Host says.
Result<size_t> RemoveContainers(const home::Home& home, const std::string& docker_socket);

}  // namespace sandbox::app
