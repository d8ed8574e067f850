#pragma once

// What `run` can launch, by the name that a user knows it by.

#include <nlohmann/json.hpp>
#include <string>

#include "cli/client.h"
#include "cli/context.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

struct Launchable {
  nlohmann::json id;      // of the task or launch plan, as ExecutionSpec.launch_plan takes it
  nlohmann::json inputs;  // as ParseInputs takes them
};

// A launch plan, a workflow (by its launch plan of the same name) or a task, in this order. `name` is the whole name,
// or its last part when no other has it. An empty version: of a launch plan the active one, else the newest. NOT_FOUND
// says what is near, or how to register.
Result<Launchable> FindLaunchable(Client& client, const Place& place, const std::string& name,
                                  const std::string& version);

}  // namespace sandbox::cli
