#pragma once

// Ephemeral sandboxes leave nothing: at their end they remove what they made, and every start removes what others that
// were killed have left. A killed one is told by its lock, which nobody holds, and in Docker by its owner
// (home/owner.h). Blocks.

#include <string>

#include "home/home.h"

namespace sandbox::app {

// Containers, volumes, the data directory and its entry in the index. `docker_socket`: empty: the usual one.
void RemoveEphemeral(const home::Home& home, const std::string& docker_socket);
// The directory alone: before anything was made in Docker.
void RemoveEphemeralHome(const home::Home& home);
// `docker_socket`: the engine's address; empty: none answers, and nothing is done.
void SweepEphemeral(const std::string& docker_socket);

}  // namespace sandbox::app
