#pragma once

// What a node waits for, as a record: {code, text, since, node, display, ...amounts}. The codes are those of the
// schema Wait in docs/reference/local-api.yaml.

#include <nlohmann/json_fwd.hpp>

#include "api/local/run_lookup.h"

namespace sandbox::api {

// Null: it has ended, or it runs.
nlohmann::json WaitOf(RunLookup& run, const model::NodeRecord& record, const NodePlace& place);
// What a node that has not begun waits for. `id` is its unique id; `running` how many nodes of the run count for
// max_parallelism. Null: nothing that can be told of it, as it is about to begin or its turn has not come.
nlohmann::json WaitToBegin(RunLookup& run, const std::string& id, const NodePlace& place, uint64_t running);
// Why an attempt's pod does not run yet; null: it does, or has no pod.
nlohmann::json WaitOfPod(const model::TaskRecord& attempt);
// {gate, signal_id, type} of a gate; null: the node is none.
nlohmann::json GateOf(const NodePlace& place);

// What people call a node: its name without the module and what flytekit adds for maps; else its task's; else its id.
std::string DisplayName(const model::NodeRecord& record, const NodePlace& place);

}  // namespace sandbox::api
