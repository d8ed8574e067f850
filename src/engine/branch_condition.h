#pragma once

// Which way a branch node goes: protocol/execution-engine 5.5. Pure.

#include <optional>
#include <set>
#include <string>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "sandbox/model/records.h"

namespace sandbox::engine {

struct Chosen {
  uint32_t choice = 0;                         // place in GraphNode::choices
  std::optional<model::ExecutionError> error;  // then there is no choice
};

// The inputs that its conditions compare.
std::set<std::string> ComparedInputs(const flyteidl::core::IfElseBlock& blocks);

Chosen EvaluateBranch(const flyteidl::core::IfElseBlock& blocks, const flyteidl::core::LiteralMap& inputs);

}  // namespace sandbox::engine
