#pragma once

// What the simulated registry has.

#include <string>
#include <vector>

#include "graphs.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::sim {

inline constexpr const char* kDomain = "development";  // where executions are; definitions are in a domain of their own

// Launch plan of the child workflow with a schedule: in the executions' domain.
EntityId TickPlan();
// The text of its cron schedule.
inline constexpr const char* kTicks = "* * * * *";

EntityId WorkflowPlan();
// The project, the graph's workflow, the child workflow, and launch plans of both.
Status Register(MetadataWriter& writer, const SimGraph& graph);

}  // namespace sandbox::sim
