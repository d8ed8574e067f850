// Descriptions of definitions.

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

Result<admin::DescriptionEntity> ToMessage(const model::DescriptionRecord& record) {
  auto out = registry::ParseStored<admin::DescriptionEntity>(record.description, "description");
  if (!out) return out;
  *out->mutable_id() = registry::ToIdl(record.id);
  out->mutable_long_description();
  out->mutable_source_code();
  return out;
}

}  // namespace

Result<admin::DescriptionEntity> DefinitionService::GetDescriptionEntity(const admin::ObjectGetRequest& request) {
  if (!request.has_id()) return InvalidArgument("invalid value for resource_type");
  if (auto checked = registry::CheckIdFields(request.id()); !checked)
    return std::unexpected(std::move(checked.error()));
  const auto record = registry_.FindDescription(registry::FromIdl(request.id()));
  if (!record) return std::unexpected(record.error());
  return ToMessage(*record);
}

Result<admin::DescriptionEntityList> DefinitionService::ListDescriptionEntities(
    const admin::DescriptionEntityListRequest& request) {
  if (!request.has_id()) return Missing("id");
  if (request.id().project().empty()) return Missing("project");
  if (request.id().domain().empty()) return Missing("domain");
  if (request.id().name().empty()) return Missing("name");
  const auto query = NamedQuery(
      ListEntity::kDescriptionEntity, request.id(),
      {request.limit(), request.token(), request.filters(), request.has_sort_by() ? &request.sort_by() : nullptr},
      "ListDescriptionEntities");
  if (!query) return std::unexpected(query.error());
  const auto records = registry_.ListDescriptions(static_cast<EntityKind>(request.resource_type()), *query);
  if (!records) return std::unexpected(records.error());
  admin::DescriptionEntityList out;
  for (const auto& record : *records) {
    auto entity = ToMessage(record);
    if (!entity) return std::unexpected(std::move(entity.error()));
    *out.add_descriptionentities() = std::move(*entity);
  }
  out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
  return out;
}

}  // namespace sandbox::api
