#include <array>

#include "registry/entities/description.h"
#include "sandbox/registry/registry.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;

// Only these two kinds can carry a description. The requested one comes first: the reference does not look at the kind,
// so a client that asks with another one still gets the description of that name.
std::array<EntityKind, 2> KindsToTry(EntityKind requested) {
  if (requested == EntityKind::kTask || requested == EntityKind::kUnspecified)
    return {EntityKind::kTask, EntityKind::kWorkflow};
  return {EntityKind::kWorkflow, EntityKind::kTask};
}

}  // namespace

model::DescriptionRecord ToDescription(const EntityId& id, const admin::DescriptionEntity& given, Instant now) {
  admin::DescriptionEntity kept = given;
  kept.clear_id();
  return {id, kept.SerializeAsString(), now};
}

Result<model::DescriptionRecord> Registry::FindDescription(const EntityId& id) {
  return store_.Query([&](MetadataReader& reader) -> Result<model::DescriptionRecord> {
    EntityId tried = id;
    for (EntityKind kind : KindsToTry(id.kind)) {
      tried.kind = kind;
      if (auto found = reader.FindDescription(tried)) return std::move(*found);
    }
    return NotFound("entry not found");
  });
}

Result<std::vector<model::DescriptionRecord>> Registry::ListDescriptions(EntityKind kind, const ListQuery& query) {
  return store_.Query([&](MetadataReader& reader) -> Result<std::vector<model::DescriptionRecord>> {
    for (EntityKind tried : KindsToTry(kind)) {
      auto found = reader.ListDescriptions(tried, query);
      if (!found || !found->empty()) return found;
    }
    return std::vector<model::DescriptionRecord>();
  });
}

}  // namespace sandbox::registry
