#pragma once

// Which way a branch node goes: protocol/execution-engine 5.5. Pure.

#include <map>
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

// The inputs of a branch node that are attributes of an output, as their user wrote them ("c.inner.n").
using AttributeInputs = std::map<std::string, std::string>;
AttributeInputs FindAttributeInputs(const google::protobuf::RepeatedPtrField<flyteidl::core::Binding>& bindings);

// None equals none alone, and cannot be ordered. Numbers of attributes are compared by value, other values only with
// those of their own type.
Chosen EvaluateBranch(const flyteidl::core::IfElseBlock& blocks, const flyteidl::core::LiteralMap& inputs,
                      const AttributeInputs& attributes = {});

}  // namespace sandbox::engine
