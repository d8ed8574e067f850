#pragma once

// What requests about executions share: limit, filters, sort key and token of lists; answers.

#include <string>
#include <utility>
#include <vector>

#include "api/method.h"
#include "flyteidl/admin/common.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/list_query.h"
#include "sandbox/registry/filters.h"

namespace sandbox::api {

// The answer of a command that has nothing to say.
template <typename Response>
std::function<void(Status)> Answer(Reply<Response> reply) {
  return [reply = std::move(reply)](Status done) {
    if (!done) return reply(std::unexpected(std::move(done.error())));
    reply(Response());
  };
}

// `what` is the method's name ("ListExecutions").
template <typename Request>
Result<ListQuery> MakeQuery(ListEntity listed, const Request& request, std::string_view what) {
  if (request.limit() == 0) return InvalidArgument("invalid value for limit");
  ListQuery query;
  auto filters = registry::ParseFilters(listed, request.filters());
  if (!filters) return std::unexpected(std::move(filters.error()));
  query.conditions = std::move(*filters);
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

}  // namespace sandbox::api
