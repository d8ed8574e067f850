#pragma once

// What an execution starts with: the caller's inputs, the launch plan's defaults and its fixed inputs. Pure.

#include <string>

#include "flyteidl/core/interface.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/error.h"

namespace sandbox::control {

// The map in force, or INVALID_ARGUMENT with the texts of protocol/control-plane 5.2 and what they leave open: what
// `target` ("launch plan [name]") takes, requires or has fixed. Of several faults the error names the first by name.
Result<flyteidl::core::LiteralMap> ResolveInputs(const flyteidl::core::LiteralMap& given,
                                                 const flyteidl::core::LiteralMap& fixed,
                                                 const flyteidl::core::ParameterMap& expected,
                                                 const std::string& target);

// The type of a literal; "Failed to validate literal type for [%s] with err: ...".
Result<flyteidl::core::LiteralType> LiteralTypeOf(const std::string& name, const flyteidl::core::Literal& literal);

}  // namespace sandbox::control
