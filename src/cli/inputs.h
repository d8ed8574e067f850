#pragma once

// The inputs of a launch as they are typed: INPUT=VALUE, or a file of JSON.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::cli {

// What can be given: {NAME: {"type": core.LiteralType, "required": bool, "default": core.Literal or null}}.
// Of a launch plan its expected inputs, of a task the variables of its interface, which are all required.
nlohmann::json InputsOfLaunchPlan(const nlohmann::json& launch_plan);
nlohmann::json InputsOfTask(const nlohmann::json& task);

// {NAME: core.Literal}. `words` are INPUT=VALUE; `file` is an object of values, which words take the place of. Reason
// BAD_VALUE names the input and its type, or what there is.
Result<nlohmann::json> ParseInputs(const nlohmann::json& expected, const std::vector<std::string>& words,
                                   const nlohmann::json& file);

// A line for each: "x (integer)", "y (string, "a" when it is left out)".
std::string InputsText(const nlohmann::json& expected);

}  // namespace sandbox::cli
