#pragma once

// The query of GET /sandbox/v1/executions as a search.

#include <string>

#include "api/local/target.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/execution_search.h"

namespace sandbox::api {

// Errors name the field.
Result<ExecutionSearch> ParseExecutionFilter(const Target& target);
// Where the next page begins; `found` was a whole page. Empty: this was the last.
std::string NextCursor(const ExecutionSearch& search, const ExecutionsFound& found);

// "task", "workflow", "launch_plan"; kUnspecified for other words.
EntityKind KindOfWord(const std::string& word);
const char* WordOfKind(EntityKind kind);

}  // namespace sandbox::api
