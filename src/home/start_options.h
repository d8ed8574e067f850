#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sandbox::home {

// How a sandbox is to be started, as its user said it.
struct StartOptions {
  // The platform listens on this + 80, the object store on + 2, the registry on it. None: those that the data directory
  // had the last time; at its first start 30000, and for `--name` the first free ones.
  std::optional<uint16_t> port_base;
  bool auto_ports = false;  // take free ports where those are taken
  std::string preset;       // of task resources; empty: the configuration's, else standard
  std::string log_level;    // empty: the configuration's, else info
  std::string docker_host;  // where the Docker Engine listens; empty: the configuration's, else it is looked for
  bool ephemeral = false;   // on free ports, and over when the parent process is
  // This process is in a container beside those of tasks: they reach it by its own address on their network, and
  // where its ports are published they come in by that address, too.
  bool in_container = false;
  std::vector<std::string> projects;  // to create besides the configuration's
};

}  // namespace sandbox::home
