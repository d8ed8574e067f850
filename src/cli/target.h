#pragma once

// Executions as users name them: by the whole name, by a beginning that only one has, or as @latest, the newest of the
// project and domain that no other has started; and what they name in one. Every verb that takes EXECUTION or
// EXECUTION/NODE finds it here.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/client.h"
#include "cli/context.h"
#include "cli/options.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

struct Target {
  std::string execution;  // as it was typed; its whole name once a call below has found it
  std::string node;       // of EXECUTION/NODE, as it was typed; empty: the whole execution
  Place place;
  bool takes_node = false;
};

// The argument, for verbs that are about an execution, and for those that are also about a node of it.
void ExecutionArgument(Options& options, Target& target);
void OptionalExecutionArgument(Options& options, Target& target, const std::string& text);
// `what`: of which pod it is when several fit.
void NodeArgument(Options& options, Target& target, const std::string& what);

// Its tree, all that is known about it (Client::Everything), and what its page shows (Client::Run). They complete
// `target`: without -p and -d, an execution that is in one other place only is taken from there. NOT_FOUND says what
// there is: several with that beginning are listed.
Result<nlohmann::json> FindTree(Client& client, Target& target);
Result<nlohmann::json> FindEverything(Client& client, Target& target);
Result<nlohmann::json> FindRun(Client& client, Target& target);

// The pods of what is named, as PodsIn has them. NOT_FOUND when there is no such node, or no pod, with what shows why.
Result<std::vector<nlohmann::json>> FindPods(const Context& context, const nlohmann::json& tree, const Target& target);

struct Attempt {
  nlohmann::json pod;       // as PodsIn has it
  nlohmann::json commands;  // Client::AttemptCommands
};
// Of that attempt, counted from 0, of what is named; -1: the one that failed last, else the last one.
Result<Attempt> FindAttempt(const Context& context, Client& client, Target& target, int attempt);

}  // namespace sandbox::cli
