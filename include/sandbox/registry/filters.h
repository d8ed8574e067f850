#pragma once

// Filter, sort and token texts of list requests: protocol/control-plane 3.9 and 3.10. Pure. Errors are INVALID_ARGUMENT
// with the reference's texts.

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/ports/list_query.h"

namespace sandbox::registry {

// Terms "func(field,value)" joined by '+', for lists of `listed`. Empty text: no conditions.
Result<std::vector<Condition>> ParseFilters(ListEntity listed, std::string_view text);

// Checks a sort key against the columns of `listed`: "invalid sort key '%s'".
Status CheckSortKey(ListEntity listed, std::string_view key);

// A decimal offset; empty is 0. `what` as in "invalid pagination token %s for ListTasks"; empty: without "for".
Result<uint64_t> ParseToken(std::string_view token, std::string_view what);

// The token after a page: empty on a short page. An empty page of an unlimited list has "0", as the reference does.
std::string NextToken(uint64_t offset, uint64_t returned, uint64_t limit);

// Whether `column` is a column of `entity` (after the aliases of protocol/control-plane 3.10).
bool IsColumn(ListEntity entity, std::string_view column);

}  // namespace sandbox::registry
