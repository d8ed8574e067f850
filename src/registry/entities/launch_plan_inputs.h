#pragma once

// What a launch plan's request has to fulfil beyond its ids: protocol/control-plane 3.5.

#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/core/interface.pb.h"
#include "sandbox/base/error.h"

namespace sandbox::registry {

// Checks the spec against the interface of its workflow. Returns the inputs that remain: those of the workflow without
// the fixed ones, each with its default or required.
Result<flyteidl::core::ParameterMap> CheckLaunchPlanSpec(const flyteidl::admin::LaunchPlanSpec& spec,
                                                         const flyteidl::core::TypedInterface& workflow);

// The cron text of the schedule's old form, which can be registered but not activated. Empty when it has another form.
const std::string& LegacyCron(const flyteidl::admin::Schedule& schedule);

}  // namespace sandbox::registry
