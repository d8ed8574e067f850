#pragma once

// What is asked for when an execution is to be started: plain structs, whatever protocol they come from.

#include <optional>
#include <string>

#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/ids.h"
#include "sandbox/base/time.h"

namespace sandbox::control {

// Why there is an execution.
struct LaunchOrigin {
  int mode = 0;                           // admin.ExecutionMetadata.Mode
  std::optional<NodeExecutionId> parent;  // the launch-plan node that starts it
  std::optional<ExecutionId> reference;   // what it repeats or recovers
  std::optional<Instant> scheduled_at;    // of a schedule's tick
};

struct LaunchSpec {
  ExecutionId id;   // without a name: one is made up
  EntityId target;  // a launch plan or a task
  flyteidl::core::LiteralMap inputs;
  LaunchOrigin origin;
  // What the execution sets itself and is read back. The target and what `origin` has replace what it says of these.
  flyteidl::admin::ExecutionSpec settings;
};

// The same again, with the inputs that the caller of the first one gave.
struct RelaunchSpec {
  ExecutionId of;
  std::string name;  // of the new one; empty: one is made up
  bool overwrite_cache = false;
};

// The same again, but what the first one got done.
struct RecoverSpec {
  ExecutionId of;
  std::string name;
  std::optional<NodeExecutionId> parent;  // a node that recovers its child
};

struct ScheduledTick {
  EntityId launch_plan;
  Instant active_since{};
  Instant at{};
  std::string kickoff_argument;  // empty: none
};

}  // namespace sandbox::control
