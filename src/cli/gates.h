#pragma once

// Gates of executions: which one is meant, and giving it a value.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/context.h"
#include "cli/target.h"
#include "cli/tree.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

// The open gate of that name, in the execution or one that it launched. An empty name: the only one, an approval or
// not as `approval` says. Errors name what the execution waits for.
Result<OpenSignal> FindGate(Client& client, Target target, const std::string& name, bool approval);

// The command line that gives it one.
std::string HowToSet(const Context& context, const OpenSignal& signal);

// Gives the gate its value, a core.Literal, and prints it. The process's exit code.
int SetGate(const Context& context, Client& client, const OpenSignal& gate, const nlohmann::json& literal);

}  // namespace sandbox::cli
