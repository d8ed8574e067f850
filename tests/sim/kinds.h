#pragma once

// Nodes of every kind for the simulation: tasks of a workflow become something else with the same interface (x, and
// o0).

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "flyteidl/core/compiler.pb.h"

namespace sandbox::sim {

// The task whose container writes a workflow instead of outputs.
inline constexpr const char* kDynamicTask = "dynamic";
// What it writes: core.DynamicJobSpec.
std::string DynamicJob();
// That as a workflow.
flyteidl::core::CompiledWorkflowClosure DynamicClosure();

// The workflow that launch-plan nodes run, by a launch plan of the same name.
inline constexpr const char* kChildWorkflow = "child";
std::shared_ptr<const flyteidl::core::CompiledWorkflowClosure> ChildClosure();

// Replaces some of the primary workflow's task nodes, adds what they need to the closure, and sometimes a failure node.
// `signals` gets the ids of the signals that gates wait for.
void DiversifyNodes(flyteidl::core::CompiledWorkflowClosure& closure, std::mt19937_64& random,
                    std::vector<std::string>& signals);

}  // namespace sandbox::sim
