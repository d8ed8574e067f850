// Names of definitions and what hangs on a name.

#include "sandbox/base/error.h"
#include "sandbox/registry/registry.h"

namespace sandbox::registry {

Result<model::NamedEntityRecord> Registry::FindNamedEntity(const EntityId& name) {
  auto record = store_.Query([&](MetadataReader& reader) { return reader.FindNamedEntity(name); });
  if (!record) return NotFound("entry not found");
  return std::move(*record);
}

void Registry::UpdateNamedEntity(const NamedEntityUpdate& update, Done done) {
  store_.Write(
      [update](MetadataWriter& writer) -> Status {
        auto record = writer.FindNamedEntity(update.name);
        if (!record) return NotFound("entry not found");
        if (!update.description.empty()) record->description = update.description;
        record->state = update.state;
        return writer.PutNamedEntity(*record);
      },
      std::move(done));
}

Result<std::vector<model::NamedEntityRecord>> Registry::ListNamedEntities(EntityKind kind, const ListQuery& query) {
  return store_.Query([&](MetadataReader& reader) { return reader.ListNamedEntities(kind, query); });
}

}  // namespace sandbox::registry
