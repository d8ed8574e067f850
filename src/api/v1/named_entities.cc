// Names of definitions: protocol/control-plane 3.

#include "api/v1/definition_service.h"
#include "api/v1/fields.h"
#include "api/v1/listing.h"
#include "api/v1/lists.h"
#include "idl/times.h"
#include "registry/entities/validation.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

constexpr std::string_view kHiddenNames = ".flytegen%";

bool HasNames(int kind) { return kind == core::TASK || kind == core::WORKFLOW || kind == core::LAUNCH_PLAN; }

Status CheckNamed(int kind, const admin::NamedEntityIdentifier& id) {
  if (kind == core::UNSPECIFIED) return InvalidArgument("invalid value for resource_type");
  if (id.project().empty()) return Missing("project");
  if (id.domain().empty()) return Missing("domain");
  if (id.name().empty()) return Missing("name");
  return {};
}

Status CheckHasMetadata(core::ResourceType kind) {
  if (HasNames(kind)) return {};
  return InvalidArgument(Cat("Cannot get NamedEntityMetadata for resource type: ", core::ResourceType_Name(kind)));
}

EntityId NameOf(core::ResourceType kind, const admin::NamedEntityIdentifier& id) {
  return {static_cast<EntityKind>(kind), id.project(), id.domain(), id.name(), {}};
}

admin::NamedEntity ToMessage(const model::NamedEntityRecord& record) {
  admin::NamedEntity out;
  out.set_resource_type(static_cast<core::ResourceType>(record.id.kind));
  out.mutable_id()->set_project(record.id.project);
  out.mutable_id()->set_domain(record.id.domain);
  out.mutable_id()->set_name(record.id.name);
  out.mutable_metadata()->set_description(record.description);
  out.mutable_metadata()->set_state(static_cast<admin::NamedEntityState>(record.state));
  return out;
}

Status CheckNameUpdate(const admin::NamedEntityUpdateRequest& request) {
  if (auto checked = CheckNamed(request.resource_type(), request.id()); !checked) return checked;
  if (!request.has_metadata()) return Missing("metadata");
  if (request.metadata().state() != admin::NAMED_ENTITY_ACTIVE && !HasNames(request.resource_type())) {
    return InvalidArgument(
        Cat("Resource [", core::ResourceType_Name(request.resource_type()), "] cannot have its state updated"));
  }
  return CheckHasMetadata(request.resource_type());
}

Result<ListQuery> NamesQuery(const admin::NamedEntityListRequest& request) {
  if (request.resource_type() == core::UNSPECIFIED) return InvalidArgument("invalid value for resource_type");
  if (request.project().empty()) return Missing("project");
  if (request.domain().empty()) return Missing("domain");
  if (request.limit() == 0) return InvalidArgument("invalid value for limit");
  auto query = BaseQuery(
      ListEntity::kNamedEntity,
      {request.limit(), request.token(), request.filters(), request.has_sort_by() ? &request.sort_by() : nullptr},
      "ListNamedEntities");
  if (!query) return query;
  if (request.has_sort_by()) {
    if (auto checked = CheckNameSort(request.sort_by()); !checked) return std::unexpected(std::move(checked.error()));
  }
  if (!HasNames(request.resource_type())) {
    return InvalidArgument(
        Cat("Cannot list entity names for resource type: ", core::ResourceType_Name(request.resource_type())));
  }
  Require(*query, ListEntity::kNamedEntity, "project", request.project());
  Require(*query, ListEntity::kNamedEntity, "domain", request.domain());
  // Workflows made for single tasks are shown only when there is a filter.
  if (request.filters().empty())
    query->conditions.push_back({ListEntity::kNamedEntity, "name", FilterOp::kNotLike, {std::string(kHiddenNames)}});
  return query;
}

}  // namespace

Result<admin::NamedEntity> DefinitionService::GetNamedEntity(const admin::NamedEntityGetRequest& request) {
  if (auto checked = CheckNamed(request.resource_type(), request.id()); !checked)
    return std::unexpected(std::move(checked.error()));
  if (auto checked = CheckHasMetadata(request.resource_type()); !checked)
    return std::unexpected(std::move(checked.error()));
  const auto record = registry_.FindNamedEntity(NameOf(request.resource_type(), request.id()));
  if (!record) return std::unexpected(record.error());
  return ToMessage(*record);
}

void DefinitionService::UpdateNamedEntity(const admin::NamedEntityUpdateRequest& request,
                                          Reply<admin::NamedEntityUpdateResponse> reply) {
  if (auto checked = CheckNameUpdate(request); !checked) return reply(std::unexpected(std::move(checked.error())));
  registry_.UpdateNamedEntity(
      {NameOf(request.resource_type(), request.id()), request.metadata().description(), request.metadata().state()},
      Answer(std::move(reply)));
}

Result<admin::NamedEntityList> DefinitionService::ListNamedEntities(const admin::NamedEntityListRequest& request) {
  const auto query = NamesQuery(request);
  if (!query) return std::unexpected(query.error());
  const auto records = registry_.ListNamedEntities(static_cast<EntityKind>(request.resource_type()), *query);
  if (!records) return std::unexpected(records.error());
  admin::NamedEntityList out;
  for (const auto& record : *records) *out.add_entities() = ToMessage(record);
  out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
  return out;
}

}  // namespace sandbox::api
