#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/context.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

// The report of the doctor (doctor::ToJson): of the running sandbox, which knows the images that tasks name and tries
// a container; else of this machine alone. A sandbox that was killed or does not answer is no reason to say nothing.
// With what this process's environment says of clients.
Result<nlohmann::json> Examine(const Context& context);

}  // namespace sandbox::cli
