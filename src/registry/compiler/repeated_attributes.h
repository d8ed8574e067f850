#pragma once

// flytekit names the operands of a condition by node and output: of several attributes of one output in a conditional
// only the first arrives, under the name of all. Where the comparisons make no sense for one value, attributes were
// lost. Pure.

#include <string>

#include "flyteidl/core/workflow.pb.h"

namespace sandbox::registry::compiler {

// Whether the comparisons of `variable` in the conditions of `block` make no sense for one value: it is compared with
// itself, a comparison cannot matter to its case, or a case cannot be reached. Comparisons of others count as unknown.
// False for what has too many comparisons to be looked at.
bool CannotBeOneValue(const flyteidl::core::IfElseBlock& block, const std::string& variable);

}  // namespace sandbox::registry::compiler
