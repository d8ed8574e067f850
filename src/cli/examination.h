#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/context.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

// The report of the doctor (doctor::ToJson): of the running sandbox, which knows the images that tasks name and tries
// a container; else of this machine alone. A sandbox that was killed or does not answer is no reason to say nothing.
// With what this process's environment says of clients.
Result<nlohmann::json> Examine(const Context& context);
// Of this machine alone, without clients: what a start finds that is asked for in that way.
Result<nlohmann::json> ExamineStart(const Context& context, const home::StartOptions& options);

// One line for each check with what to do below it, and how many are which.
void PrintChecks(const nlohmann::json& report);

}  // namespace sandbox::cli
