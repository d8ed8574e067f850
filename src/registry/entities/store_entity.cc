#include "registry/entities/store_entity.h"

namespace sandbox::registry {

void InsertOrCompare(MetadataStore& store, std::shared_ptr<const NewEntity> added, Conflict conflict,
                     MetadataStore::Done done) {
  store.Write(
      [added = std::move(added), conflict = std::move(conflict)](MetadataWriter& writer) -> Status {
        auto inserted = writer.InsertEntity(added->entity);
        if (!inserted) {
          if (inserted.error().reason != "ROW_EXISTS") return inserted;
          const auto stored = writer.FindEntity(added->entity.id);
          return stored ? Status(std::unexpected(conflict(*stored))) : inserted;
        }
        return added->description ? writer.PutDescription(*added->description) : Status();
      },
      std::move(done));
}

Error StructureConflict(std::string_view what, const model::EntityRecord& stored, const model::EntityRecord& added,
                        const std::function<std::string()>& diff) {
  if (stored.digest == added.digest) {
    return Error{Code::kAlreadyExists,
                 "IDENTICAL_STRUCTURE",
                 Cat(what, " with identical structure already exists"),
                 SideEffect::kNone,
                 {}};
  }
  return Error{
      Code::kInvalidArgument,
      "DIFFERENT_STRUCTURE",
      Cat(added.id.name, " ", what, " with different structure already exists. (Please register a new version of the ",
          what, "):\n", diff()),
      SideEffect::kNone,
      {}};
}

}  // namespace sandbox::registry
