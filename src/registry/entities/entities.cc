// Reads of registered versions.

#include "sandbox/registry/registry.h"

namespace sandbox::registry {
namespace {

std::string_view KindName(EntityKind kind) {
  switch (kind) {
    case EntityKind::kTask: return "TASK";
    case EntityKind::kWorkflow: return "WORKFLOW";
    default: return "LAUNCH_PLAN";
  }
}

}  // namespace

Result<model::EntityRecord> Registry::Find(const EntityId& id) {
  auto record = store_.Query([&](MetadataReader& reader) { return reader.FindEntity(id); });
  if (!record) return std::unexpected(MissingEntity(KindName(id.kind), id));
  return std::move(*record);
}

Result<std::vector<model::EntityRecord>> Registry::List(EntityKind kind, const ListQuery& query) {
  return store_.Query([&](MetadataReader& reader) { return reader.ListEntities(kind, query); });
}

Result<std::vector<EntityId>> Registry::ListNames(EntityKind kind, const ListQuery& query) {
  return store_.Query([&](MetadataReader& reader) { return reader.ListEntityNames(kind, query); });
}

}  // namespace sandbox::registry
