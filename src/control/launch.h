#pragma once

// From a checked request to a LaunchRequest: what all ways of starting an execution share.

#include <optional>

#include "control/single_task.h"
#include "flyteidl/admin/execution.pb.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

// What preparing came to. The wrapper of a task is stored even when the launch is refused.
struct Prepared {
  Result<executor::LaunchRequest> launch;
  std::shared_ptr<const TaskWrapper> wrapper;  // null, or rows that are still to be stored
};

// Validation (protocol/control-plane 5.1), inputs, settings, record. Reads only.
Prepared PrepareLaunch(MetadataReader& reader, const RequestDeps& deps,
                       flyteidl::admin::ExecutionCreateRequest request);

// "a" and 19 characters at random.
std::string GenerateExecutionName(Entropy& entropy);

// Keeps copies of the inputs in the object store, where users look for them, then hands the execution to the core.
// Files that cannot be written are logged: the inputs in force are those of the record.
void Launch(const RequestDeps& deps, Prepared prepared, Reply<flyteidl::admin::ExecutionCreateResponse> reply);

}  // namespace sandbox::control
