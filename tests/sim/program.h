#pragma once

// What the simulated containers do. Functions of the attempt's name, of its input and of the seed's salt: the fakes act
// them out, the oracle knows them, and neither depends on when anything happens.

#include <cstdint>

#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/ids.h"

namespace sandbox::sim {

// How a container ends.
enum class Fate {
  kSuccess,
  kExit1,
  kRecoverable,
  kFatal,
  kNoOutputs,
  kOutOfMemory,
  kVanishes,
  kNoImage,
  kKilled,
  kStartError,
  kHangs
};

struct Program {
  uint64_t salt = 0;
  uint32_t failures = 0;  // of 1000 attempts
  uint32_t hangs = 0;     // of 1000 attempts: they run until something stops them
};

// The node that runs when the whole workflow failed. It has no time-out, so it does not hang.
inline constexpr const char* kFailureNode = "efn";

Fate FateOf(const Program& program, const AttemptId& id);
// The output o0 of a task whose input is x: a number from 1 to 3. The same for the same x, so that it matters to no one
// who made it.
flyteidl::core::Literal OutputFor(const Program& program, const flyteidl::core::Literal& x);
// A value in a form that is the same for equal values.
std::string TextOf(const flyteidl::core::Literal& value);
flyteidl::core::Literal Number(int64_t value);

}  // namespace sandbox::sim
