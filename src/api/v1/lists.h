#pragma once

// List requests made into queries: protocol/control-plane 3.9. Errors are INVALID_ARGUMENT with the reference's texts.

#include <string>
#include <string_view>

#include "flyteidl/admin/common.pb.h"
#include "flyteidl/core/identifier.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/base/ids.h"
#include "sandbox/ports/list_query.h"
#include "sandbox/registry/filters.h"

namespace sandbox::api {

// What every list request has. `sort` is null when it has none.
struct ListParts {
  uint64_t limit;
  std::string_view token;
  std::string_view filters;
  const flyteidl::admin::Sort* sort;
};

// Limit, filters, sort and token checked in the reference's order. `what` names the list in the token's error.
Result<ListQuery> BaseQuery(ListEntity listed, const ListParts& parts, std::string_view what);
// Adds `column` = `value`.
void Require(ListQuery& query, ListEntity listed, std::string_view column, std::string value);
// BaseQuery for a project, a domain and, unless it is empty, a name.
Result<ListQuery> NamedQuery(ListEntity listed, const flyteidl::admin::NamedEntityIdentifier& id,
                             const ListParts& parts, std::string_view what);
// A query with the checks of lists of tasks, workflows and launch plans.
Result<ListQuery> EntityQuery(ListEntity listed, const flyteidl::admin::ResourceListRequest& request,
                              std::string_view what);

// Names are groups of rows: they sort by these columns only.
Status CheckNameSort(const flyteidl::admin::Sort& sort);

// The id is there and of that kind; what else may be missing of it says the registry.
Status CheckKind(bool has_id, const flyteidl::core::Identifier& id, flyteidl::core::ResourceType kind);
// The id with that kind: clients may leave it out of reads.
EntityId IdOf(EntityKind kind, const flyteidl::core::Identifier& id);

}  // namespace sandbox::api
