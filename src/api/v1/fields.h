#pragma once

// The fields that requests must have, and errors in the words of the reference. Pure.

#include <string>
#include <string_view>

#include "flyteidl/core/identifier.pb.h"
#include "sandbox/base/error.h"

namespace sandbox::api {

// INVALID_ARGUMENT, "missing %s".
[[nodiscard]] std::unexpected<Error> Missing(std::string_view field);
// Missing, for an empty text.
Status RequireText(const std::string& text, std::string_view field);

// Every field is there, in the reference's order. The caller has seen that the message itself is.
Status CheckFields(const flyteidl::core::WorkflowExecutionIdentifier& id);
Status CheckFields(const flyteidl::core::NodeExecutionIdentifier& id);
Status CheckFields(const flyteidl::core::TaskExecutionIdentifier& id);

// ALREADY_EXISTS as the reference's database words it.
[[nodiscard]] std::unexpected<Error> DuplicateKey(std::string_view constraint);

}  // namespace sandbox::api
