#pragma once

// Types of values. Pure.

#include <optional>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/types.pb.h"

namespace sandbox::registry::compiler {

flyteidl::core::LiteralType TypeOfPrimitive(const flyteidl::core::Primitive& primitive);
// None for a scalar without a value, and for a blob without metadata.
std::optional<flyteidl::core::LiteralType> TypeOfScalar(const flyteidl::core::Scalar& scalar);

}  // namespace sandbox::registry::compiler
