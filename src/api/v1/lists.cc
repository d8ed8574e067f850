#include "api/v1/lists.h"

#include "api/v1/definition_service.h"
#include "api/v1/fields.h"
#include "registry/entities/validation.h"

namespace sandbox::api {
namespace {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

struct KindNames {
  ListEntity listed;
  std::string_view what;
};

KindNames NamesOf(EntityKind kind) {
  switch (kind) {
    case EntityKind::kTask: return {ListEntity::kTask, "ListUniqueTaskIdentifiers"};
    case EntityKind::kWorkflow: return {ListEntity::kWorkflow, "ListWorkflowIdentifiers"};
    default: return {ListEntity::kLaunchPlan, ""};
  }
}

Status CheckNamesRequest(EntityKind kind, const admin::NamedEntityIdentifierListRequest& request) {
  if (kind == EntityKind::kLaunchPlan) {
    if (request.limit() == 0) return InvalidArgument("missing and/or invalid parameters: limit");
    return {};
  }
  if (request.project().empty()) return Missing("project");
  if (request.domain().empty()) return Missing("domain");
  if (request.limit() == 0) return InvalidArgument("invalid value for limit");
  return {};
}

}  // namespace

Result<ListQuery> BaseQuery(ListEntity listed, const ListParts& parts, std::string_view what) {
  ListQuery query;
  auto conditions = registry::ParseFilters(listed, parts.filters);
  if (!conditions) return std::unexpected(std::move(conditions.error()));
  query.conditions = std::move(*conditions);
  if (parts.sort != nullptr) {
    if (auto checked = registry::CheckSortKey(listed, parts.sort->key()); !checked)
      return std::unexpected(std::move(checked.error()));
    query.sort_column = parts.sort->key();
    query.ascending = parts.sort->direction() == admin::Sort::ASCENDING;
  }
  auto offset = registry::ParseToken(parts.token, what);
  if (!offset) return std::unexpected(std::move(offset.error()));
  query.offset = *offset;
  query.limit = parts.limit;
  return query;
}

void Require(ListQuery& query, ListEntity listed, std::string_view column, std::string value) {
  query.conditions.push_back({listed, std::string(column), FilterOp::kEq, {std::move(value)}});
}

Result<ListQuery> NamedQuery(ListEntity listed, const admin::NamedEntityIdentifier& id, const ListParts& parts,
                             std::string_view what) {
  if (parts.limit == 0) return InvalidArgument("invalid value for limit");
  auto query = BaseQuery(listed, parts, what);
  if (!query) return query;
  Require(*query, listed, "project", id.project());
  Require(*query, listed, "domain", id.domain());
  if (!id.name().empty()) Require(*query, listed, "name", id.name());
  return query;
}

Result<ListQuery> EntityQuery(ListEntity listed, const admin::ResourceListRequest& request, std::string_view what) {
  if (!request.has_id()) return Missing("id");
  if (request.id().project().empty()) return Missing("project");
  if (request.id().domain().empty()) return Missing("domain");
  return NamedQuery(
      listed, request.id(),
      {request.limit(), request.token(), request.filters(), request.has_sort_by() ? &request.sort_by() : nullptr},
      what);
}

Status CheckNameSort(const admin::Sort& sort) {
  if (sort.key() == "project" || sort.key() == "domain" || sort.key() == "name") return {};
  return InvalidArgument(Cat("names cannot be sorted by '", sort.key(), "': use project, domain or name"));
}

Status CheckKind(bool has_id, const core::Identifier& id, core::ResourceType kind) {
  // Of its checks the fields are the registry's.
  return has_id && id.resource_type() == kind ? Status() : registry::CheckId(has_id, id, kind);
}

EntityId IdOf(EntityKind kind, const core::Identifier& id) {
  EntityId out = registry::FromIdl(id);
  out.kind = kind;
  return out;
}

Result<admin::NamedEntityIdentifierList> DefinitionService::ListNames(
    EntityKind kind, const admin::NamedEntityIdentifierListRequest& request) {
  if (auto checked = CheckNamesRequest(kind, request); !checked) return std::unexpected(std::move(checked.error()));
  const KindNames names = NamesOf(kind);
  auto query = BaseQuery(names.listed,
                         {request.limit(), request.token(), {}, request.has_sort_by() ? &request.sort_by() : nullptr},
                         names.what);
  if (!query) return std::unexpected(std::move(query.error()));
  if (request.has_sort_by()) {
    if (auto checked = CheckNameSort(request.sort_by()); !checked) return std::unexpected(std::move(checked.error()));
  }
  if (!request.project().empty()) Require(*query, names.listed, "project", request.project());
  if (!request.domain().empty()) Require(*query, names.listed, "domain", request.domain());
  const auto found = registry_.ListNames(kind, *query);
  if (!found) return std::unexpected(found.error());
  admin::NamedEntityIdentifierList out;
  for (const EntityId& id : *found) {
    auto& entity = *out.add_entities();
    entity.set_project(id.project);
    entity.set_domain(id.domain);
    entity.set_name(id.name);
  }
  out.set_token(registry::NextToken(query->offset, found->size(), query->limit));
  return out;
}

}  // namespace sandbox::api
