#pragma once

// The platform's view of a task's resource requests: protocol/control-plane 4.2.

#include "flyteidl/core/tasks.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/registry/registry.h"

namespace sandbox::registry {

// Quantities parse, are named once, fit their own limits and the platform's. Tasks with neither a container nor a pod
// pass.
Status CheckTaskResources(const flyteidl::core::TaskTemplate& task, const TaskResources& platform);

}  // namespace sandbox::registry
