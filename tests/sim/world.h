#pragma once

// One simulated run from a seed: a graph, its failures, the order of everything, and crashes.

#include <cstdint>
#include <string>

#include "fakes.h"

namespace sandbox::sim {

struct Verdict {
  std::string failure;  // empty: all invariants held
  uint64_t digest = 0;  // of everything that happened; the same for the same seed
  uint32_t crashes = 0;
  std::string end;      // phase of the execution
};

Verdict Simulate(uint32_t seed, Bug bug);

}  // namespace sandbox::sim
