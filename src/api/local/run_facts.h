#pragma once

// What matters most of a run: how far it is, what is under way, what failed first. The rows of executions and the
// sentence on top of a run are made of it.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/local/run_lookup.h"

namespace sandbox::api {

// A node that runs or waits, or one that failed; an item of an array too.
struct NodeFacts {
  model::NodeRecord record;
  std::optional<model::TaskRecord> attempt;  // the newest
  NodePlace place;
  std::string display;  // of an item: that of its array, and "[3]"
  nlohmann::json wait;  // null: it runs, or has ended
};

struct RunFacts {
  model::ExecutionRecord execution;
  // Of the nodes at the top of its workflow.
  uint64_t total = 0, done = 0, running = 0, failed = 0;
  // What runs or waits, without nodes that only hold others; empty once the execution has ended.
  std::vector<NodeFacts> open;
  std::optional<NodeFacts> failure;  // the first one: of what failed by itself, not because of a node inside of it
  uint64_t counted = 0;              // nodes that count for max_parallelism
  // Filled in for the story only: nodes that could begin, if max_parallelism let them; of tasks, how many there were
  // and how many came from the cache; the nodes behind the failure that never began.
  uint64_t waiting_for_turn = 0, tasks = 0, cached = 0, behind = 0;
};

// What rows of executions need: some counts, and the rows that are open or failed.
RunFacts GatherFacts(RunLookup& run);
// The same with what the story needs besides; reads the whole run when it has ended.
RunFacts GatherAllFacts(RunLookup& run);

// The first failure: the earliest by time among those without a failure inside of them. Null: none.
const model::NodeRecord* FirstFailure(const std::vector<model::NodeRecord>& failed);
// Of the waits of a run the one that says most: what a person has to do something about, then what holds up most. Null:
// something runs, or nothing waits.
const NodeFacts* MainWait(const std::vector<NodeFacts>& open);

}  // namespace sandbox::api
