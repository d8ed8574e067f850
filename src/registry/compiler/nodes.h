#pragma once

// What a node is and gives: protocol/execution-engine 1.6.

#include "flyteidl/core/interface.pb.h"
#include "registry/compiler/workflow_builder.h"

namespace sandbox::registry::compiler {

// Makes sure that inputs and outputs are there and that each variable has a name and a type.
void CheckInterface(const std::string& node, flyteidl::core::TypedInterface& interface, Errors& errors);

// Finds the node's interface; it stays unknown when something was wrong. Nodes inside of a branch get their final ids.
// True when there was nothing wrong.
bool ResolveInterface(WorkflowBuilder& workflow, NodeBuilder& node);

// Everything about the node but the edges to it; true when there was nothing wrong.
bool CheckNode(WorkflowBuilder& workflow, NodeBuilder& node);

// The conditions, the default and the inner nodes of a branch, with the edges to the inner nodes.
void CheckBranch(WorkflowBuilder& workflow, NodeBuilder& node);

}  // namespace sandbox::registry::compiler
