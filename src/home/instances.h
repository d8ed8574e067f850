#pragma once

// The sandboxes of this user: the ports that each keeps, and an index of their data directories, a file for each in
// $XDG_STATE_HOME/sandbox/instances (~/.local/state by default). Data directories below ~/.flyte are found without it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "home/home.h"
#include "sandbox/base/error.h"

namespace sandbox::home {

// Kept in the data directory: containers that run know them.
struct Ports {
  uint16_t platform = 0, objects = 0, images = 0;
  uint16_t task_platform = 0, task_objects = 0;  // on the bridge, for tasks
};

std::optional<Ports> ReadPorts(const Home& home);
Status WritePorts(const Home& home, const Ports& ports);

struct Instance {
  Home home;
  std::string version;     // that was started there last; empty: not known
  bool ephemeral = false;  // to be removed when nothing runs there
};

// Adds the data directory to the index, or writes its entry anew.
Status Remember(const Instance& instance);
void Forget(const Home& home);
// Those of the index and those below ~/.flyte, by path; the default one first. Entries of directories that are gone are
// dropped, but for those of ephemeral ones, whose containers may be left.
std::vector<Instance> Instances();

// A new directory for an ephemeral sandbox.
Result<Home> MakeEphemeral();
// Directories of ephemeral sandboxes, whether they run or not: those in the folder for temporary files and those of the
// index. Only of this user: who else may write there could name what is to be removed. Those of the index may be gone.
std::vector<Home> EphemeralHomes();

}  // namespace sandbox::home
