#pragma once

// Literals whose value is an object of its own: protocol/execution-engine 4.4. They are passed on as they are; this is
// for where the engine looks into one. Pure.

#include <set>
#include <string>
#include <vector>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/engine/run.h"

namespace sandbox::engine {

// Finds values among those that were read. What was not is remembered, so that all of a node's can be read at once.
class ValueLookup {
 public:
  // `values` outlives it.
  explicit ValueLookup(const OffloadedValues& values) : values_(values) {}

  // What the literal is worth: itself, unless it is offloaded. Reason NOT_READ when its object has to be read first.
  Result<const flyteidl::core::Literal*> Find(const flyteidl::core::Literal& literal);
  // With everything inside of it. Fails for one that has itself inside, or more than anybody writes.
  Result<flyteidl::core::Literal> FindAll(const flyteidl::core::Literal& literal, int depth = 0);

  // In no order of meaning, each once.
  std::vector<std::string> Missing() const { return {missing_.begin(), missing_.end()}; }
  bool Complete() const { return missing_.empty(); }

 private:
  const OffloadedValues& values_;
  std::set<std::string> missing_;
  int opened_ = 0;
};

// Whether it is offloaded, or something inside of it is.
bool HasOffloaded(const flyteidl::core::Literal& literal);

// Whether the task was made by an SDK that can read offloaded literals, and write them.
bool KnowsOffloading(const flyteidl::core::TaskTemplate& task);

inline constexpr std::string_view kOffloadingSince = "1.13.14";  // of flytekit

}  // namespace sandbox::engine
