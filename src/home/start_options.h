#pragma once

#include <cstdint>
#include <string>

namespace sandbox::home {

// How a sandbox is to be started, as its user said it.
struct StartOptions {
  uint16_t port_base = 30000;  // the platform listens on this + 80, the object store on + 2, the registry on it
  bool auto_ports = false;     // take free ports where those are taken
  std::string preset;          // of task resources; empty: the configuration's, else standard
};

}  // namespace sandbox::home
