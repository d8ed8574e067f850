#pragma once

// The text of an output file -> a literal of the declared type: protocol/execution-engine 7.3. Pure.

#include <optional>
#include <string_view>

#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/types.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/base/time.h"

namespace sandbox::pods {

// Spaces and line ends around the text do not count. INVALID_ARGUMENT with what is wrong about it.
Result<flyteidl::core::Literal> ParseSimple(flyteidl::core::SimpleType type, std::string_view text);

// RFC 3339, any offset. Seconds and nanoseconds.
std::optional<std::pair<int64_t, int32_t>> ParseTimestamp(std::string_view text);

}  // namespace sandbox::pods
