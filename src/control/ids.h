#pragma once

// Checks of identifiers, and the texts of what is not there. Pure.

#include <string_view>

#include "flyteidl/core/identifier.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/base/ids.h"
#include "sandbox/model/records.h"

namespace sandbox::control {

// "missing %s".
[[nodiscard]] std::unexpected<Error> Missing(std::string_view field);
// "missing %s" when `text` is empty.
Status RequireText(const std::string& text, std::string_view field);

// "missing entity of type execution with identifier ...", and so on.
[[nodiscard]] std::unexpected<Error> MissingExecution(const ExecutionId& id);
[[nodiscard]] std::unexpected<Error> MissingNode(const NodeExecutionId& id);
[[nodiscard]] std::unexpected<Error> MissingAttempt(const AttemptId& id, const EntityId& task);

// FAILED_PRECONDITION with the detail EventFailureReason.already_in_terminal_state.
[[nodiscard]] std::unexpected<Error> AlreadyTerminal(model::ExecutionPhase phase, std::string message);

flyteidl::core::TaskExecutionIdentifier TaskExecutionId(const AttemptId& id, const EntityId& task);

}  // namespace sandbox::control
