#pragma once

// Identifiers of the definitions <-> ours. Pure.

#include "flyteidl/core/identifier.pb.h"
#include "sandbox/base/ids.h"

namespace sandbox::idl {

ExecutionId FromIdl(const flyteidl::core::WorkflowExecutionIdentifier& id);
NodeExecutionId FromIdl(const flyteidl::core::NodeExecutionIdentifier& id);
AttemptId FromIdl(const flyteidl::core::TaskExecutionIdentifier& id);
flyteidl::core::WorkflowExecutionIdentifier ToIdl(const ExecutionId& id);
flyteidl::core::NodeExecutionIdentifier ToIdl(const NodeExecutionId& id);

}  // namespace sandbox::idl
