#pragma once

// One simulated run from a seed: a graph, its failures, the order of everything, clock jumps and crashes; then perhaps
// an execution that repeats or recovers the first one; and beside them perhaps a schedule.

#include <cstdint>
#include <ostream>
#include <string>

#include "fake_runner.h"

namespace sandbox::sim {

struct Verdict {
  std::string failure;  // empty: all invariants held, and the outcome is what the oracle says
  uint64_t digest = 0;  // of everything that happened; the same for the same seed
  uint64_t rows = 0;    // of the rows that are left at the end
  uint32_t crashes = 0;
  std::string end;        // phase of the (last) execution
  std::string undecided;  // why the oracle does not know that outcome for certain; empty: it does
  uint32_t ticks = 0;     // of the schedule
  bool repeated = false;
};

// `trace` gets a line for everything that happens; may be null.
Verdict Simulate(uint32_t seed, Bug bug, std::ostream* trace);

}  // namespace sandbox::sim
