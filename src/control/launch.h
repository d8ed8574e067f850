#pragma once

// From what is asked for to a LaunchRequest: what all ways of starting an execution share. Any thread.

#include "control/targets.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

// What preparing came to. The wrapper of a task is stored even when the launch is refused.
struct Prepared {
  Result<executor::LaunchRequest> launch;
  std::shared_ptr<const TaskWrapper> owed;  // null, or rows that are still to be stored
};

class Launcher {
 public:
  explicit Launcher(const RequestDeps& deps) : deps_(deps), targets_(*deps.plans) {}

  // Validation (protocol/control-plane 5.1), inputs, settings, record. Reads only.
  Prepared Prepare(MetadataReader& reader, LaunchSpec spec);
  // Hands the execution to the executor, and answers with its id.
  void Launch(Prepared prepared, Reply<ExecutionId> reply);

 private:
  Result<executor::LaunchRequest> Build(MetadataReader& reader, LaunchSpec& spec, const Target& target);

  const RequestDeps& deps_;
  Targets targets_;
};

// "a" and 19 characters at random.
std::string GenerateExecutionName(Entropy& entropy);

}  // namespace sandbox::control
