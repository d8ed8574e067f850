#pragma once

// What can never run is refused before anything of it does. Pure.

#include "flyteidl/core/compiler.pb.h"
#include "pods/admission/admission.h"
#include "sandbox/base/error.h"
#include "sandbox/model/records.h"

namespace sandbox::pods {

// Fails with the first task of the workflow, its sub-workflows included, that asks for more than all of `capacity` (0:
// unknown or unlimited). What dynamic tasks and launch plans start is looked at when they do.
Status CheckFits(const flyteidl::core::CompiledWorkflowClosure& workflow, const model::ExecutionRecord& execution,
                 const Resources& capacity);

}  // namespace sandbox::pods
