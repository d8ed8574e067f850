#pragma once

// Resource texts of nodes ("with_overrides") that the reference's engine cannot read. Pure.

#include <optional>

#include "flyteidl/core/compiler.pb.h"
#include "sandbox/model/records.h"

namespace sandbox::control {

// The error of the whole execution; nullopt when every quantity can be read.
std::optional<model::ExecutionError> BadResourceOverride(const flyteidl::core::CompiledWorkflowClosure& workflow);

}  // namespace sandbox::control
