#pragma once

#include <cstddef>
#include <string>

#include "home/home.h"
#include "sandbox/base/error.h"

namespace sandbox::app {

// Removes every container and volume of the data directory from the Docker Engine, as home::Host says.
Result<size_t> RemoveContainers(const home::Home& home, const std::string& docker_socket);
// How many containers there are.
Result<size_t> CountContainers(const home::Home& home, const std::string& docker_socket);
// Removes containers and volumes of ephemeral sandboxes whose process is gone; how many containers there were.
Result<size_t> RemoveOwnerless(const std::string& docker_socket);

}  // namespace sandbox::app
