#pragma once

// Executions that begin, and how they go on: what `run`, `watch`, `relaunch` and `recover` print.

#include <string>

#include "cli/client.h"
#include "cli/context.h"
#include "cli/target.h"

namespace sandbox::cli {

// The id of a new execution, and how to look at it.
void PrintLaunched(const Context& context, const home::RuntimeInfo& info, const Place& place, const std::string& id);

// What to say of a name for a new execution that another has.
std::string NameTaken(const Place& place, const std::string& name);

// Follows an execution to its end: on a terminal its tree as it changes, else a line for each change; with -o json or
// yaml its row at the end (ExecutionRow) only. `target` is one that was found. The process's exit code, 7 when it
// fails, 8 when it is aborted.
int Follow(const Context& context, Client& client, const Target& target);

}  // namespace sandbox::cli
