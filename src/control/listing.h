#pragma once

// What all list requests share: limit, filters, sort key, token, next token.

#include <string>
#include <utility>
#include <vector>

#include "flyteidl/admin/common.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/list_query.h"
#include "sandbox/registry/filters.h"

namespace sandbox::control {

inline Condition Equal(ListEntity entity, std::string column, std::string value) {
  return {entity, std::move(column), FilterOp::kEq, {std::move(value)}};
}

// `what` is the method's name ("ListExecutions"). `place` are the conditions that the request implies.
template <typename Request>
Result<ListQuery> MakeQuery(ListEntity listed, const Request& request, std::string_view what,
                            std::vector<Condition> place) {
  if (request.limit() == 0) return InvalidArgument("invalid value for limit");
  ListQuery query;
  query.conditions = std::move(place);
  auto filters = registry::ParseFilters(listed, request.filters());
  if (!filters) return std::unexpected(std::move(filters.error()));
  query.conditions.insert(query.conditions.end(), filters->begin(), filters->end());
  if (request.has_sort_by()) {
    if (auto ok = registry::CheckSortKey(listed, request.sort_by().key()); !ok)
      return std::unexpected(std::move(ok.error()));
    query.sort_column = request.sort_by().key();
    query.ascending = request.sort_by().direction() == flyteidl::admin::Sort::ASCENDING;
  }
  auto offset = registry::ParseToken(request.token(), what);
  if (!offset) return std::unexpected(std::move(offset.error()));
  query.offset = *offset;
  query.limit = request.limit();
  return query;
}

}  // namespace sandbox::control
