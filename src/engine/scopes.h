#pragma once

// The structure of a run: which nodes there are. Shared by the step and by what rebuilds a run from its rows.

#include <optional>

#include "sandbox/engine/run.h"

namespace sandbox::engine {

// Adds the nodes of one workflow, none of them reached yet, inside of `parent`'s current attempt. The scope's place.
uint32_t OpenWorkflow(Run& run, std::shared_ptr<const Plan> plan, const Graph& graph, std::optional<uint32_t> parent);
// Opens the items of an array node in the same way.
uint32_t OpenItems(Run& run, uint32_t array, uint32_t count);
// The branch node takes one of its choices, a place in its graph: the others are dropped.
void Choose(Run& run, uint32_t branch, uint32_t choice);
// Choices that were not reached never will be: nothing waits for them, and they need no inputs.
void DropChoices(Run& run, uint32_t branch, std::optional<uint32_t> but = std::nullopt);

}  // namespace sandbox::engine
