#pragma once

// Identifiers as requests carry them: checks, and the texts of what is not there. Pure.

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

// Every field is there, in the reference's order. The caller has seen that the message itself is.
Status CheckFields(const flyteidl::core::WorkflowExecutionIdentifier& id);
Status CheckFields(const flyteidl::core::NodeExecutionIdentifier& id);
Status CheckFields(const flyteidl::core::TaskExecutionIdentifier& id);

// "missing entity of type execution with identifier ...", and so on.
[[nodiscard]] std::unexpected<Error> MissingExecution(const ExecutionId& id);
[[nodiscard]] std::unexpected<Error> MissingNode(const NodeExecutionId& id);
[[nodiscard]] std::unexpected<Error> MissingTask(const flyteidl::core::TaskExecutionIdentifier& id);

// ALREADY_EXISTS as the reference's database words it.
[[nodiscard]] std::unexpected<Error> DuplicateKey(std::string_view constraint);

// FAILED_PRECONDITION with the detail EventFailureReason.already_in_terminal_state.
[[nodiscard]] std::unexpected<Error> AlreadyTerminal(model::ExecutionPhase phase, std::string message);

}  // namespace sandbox::control
