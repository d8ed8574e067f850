#pragma once

// The conditions of a branch node: protocol/execution-engine 1.6, and comparisons of attributes, which the reference
// refuses.

#include "flyteidl/core/workflow.pb.h"
#include "registry/compiler/workflow_builder.h"

namespace sandbox::registry::compiler {

// Collects what is wrong with the conditions of all cases: `branch` is the node, its interface is known or its errors
// have been collected.
void CheckConditions(WorkflowBuilder& workflow, NodeBuilder& branch, const flyteidl::core::IfElseBlock& block);

}  // namespace sandbox::registry::compiler
