#include <array>

#include "registry/entities/description.h"
#include "registry/entities/lists.h"
#include "registry/entities/validation.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;

// Only these two kinds can carry a description. The requested one comes first: the reference does not look at the kind,
// so a client that asks with another one still gets the description of that name.
std::array<EntityKind, 2> KindsToTry(int requested) {
  if (requested == flyteidl::core::TASK || requested == flyteidl::core::UNSPECIFIED)
    return {EntityKind::kTask, EntityKind::kWorkflow};
  return {EntityKind::kWorkflow, EntityKind::kTask};
}

Result<admin::DescriptionEntity> ToMessage(const model::DescriptionRecord& record) {
  auto out = ParseStored<admin::DescriptionEntity>(record.description, "description");
  if (!out) return out;
  *out->mutable_id() = ToIdl(record.id);
  out->mutable_long_description();
  out->mutable_source_code();
  return out;
}

}  // namespace

model::DescriptionRecord ToDescription(const EntityId& id, const admin::DescriptionEntity& given, Instant now) {
  admin::DescriptionEntity kept = given;
  kept.clear_id();
  return {id, kept.SerializeAsString(), now};
}

Result<admin::DescriptionEntity> Registry::GetDescriptionEntity(const admin::ObjectGetRequest& request) {
  if (!request.has_id()) return InvalidArgument("invalid value for resource_type");
  if (auto checked = CheckIdFields(request.id()); !checked) return std::unexpected(checked.error());
  EntityId id = FromIdl(request.id());
  const auto record = store_.Query([&](MetadataReader& reader) -> std::optional<model::DescriptionRecord> {
    for (EntityKind kind : KindsToTry(request.id().resource_type())) {
      id.kind = kind;
      if (auto found = reader.FindDescription(id)) return found;
    }
    return std::nullopt;
  });
  if (!record) return NotFound("entry not found");
  return ToMessage(*record);
}

Result<admin::DescriptionEntityList> Registry::ListDescriptionEntities(
    const admin::DescriptionEntityListRequest& request) {
  if (!request.has_id()) return Missing("id");
  if (auto checked = CheckNotEmpty(request.id().project(), "project"); !checked)
    return std::unexpected(checked.error());
  if (auto checked = CheckNotEmpty(request.id().domain(), "domain"); !checked) return std::unexpected(checked.error());
  if (auto checked = CheckNotEmpty(request.id().name(), "name"); !checked) return std::unexpected(checked.error());
  const auto query = NamedQuery(
      ListEntity::kDescriptionEntity, request.id(),
      {request.limit(), request.token(), request.filters(), request.has_sort_by() ? &request.sort_by() : nullptr},
      "ListDescriptionEntities");
  if (!query) return std::unexpected(query.error());
  const auto records = store_.Query([&](MetadataReader& reader) -> Result<std::vector<model::DescriptionRecord>> {
    for (EntityKind kind : KindsToTry(request.resource_type())) {
      auto found = reader.ListDescriptions(kind, *query);
      if (!found || !found->empty()) return found;
    }
    return std::vector<model::DescriptionRecord>();
  });
  if (!records) return std::unexpected(records.error());
  admin::DescriptionEntityList out;
  for (const auto& record : *records) {
    auto entity = ToMessage(record);
    if (!entity) return std::unexpected(std::move(entity.error()));
    *out.add_descriptionentities() = std::move(*entity);
  }
  out.set_token(NextToken(query->offset, records->size(), query->limit));
  return out;
}

}  // namespace sandbox::registry
