#pragma once

// What feeds the inputs of a node: protocol/execution-engine 1.4.

#include <google/protobuf/repeated_ptr_field.h>

#include "flyteidl/core/interface.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "registry/compiler/workflow_builder.h"

namespace sandbox::registry::compiler {

// Checks the node's bindings against `parameters`, enters the edges that they make and the node ids that promises left
// out.
void CheckBindings(WorkflowBuilder& workflow, NodeBuilder& node, const flyteidl::core::VariableMap& parameters,
                   Edges edges);

// The types that the node's bindings bring, for nodes whose inputs are whatever is bound. Only upstream edges are
// entered.
flyteidl::core::VariableMap TypesOfBindings(WorkflowBuilder& workflow, NodeBuilder& node);

// Adds the edges of a node's upstream ids (both directions only) and of its bindings. Nothing without an interface.
void AddNodeEdges(WorkflowBuilder& workflow, NodeBuilder& node, Edges edges);

// Whether a binding feeds the variable.
bool IsBound(const flyteidl::core::Node& node, const std::string& variable);

// The outputs of a node under their aliases; collects what is wrong with the aliases.
flyteidl::core::VariableMap EffectiveOutputs(NodeBuilder& node, Errors& errors);

}  // namespace sandbox::registry::compiler
