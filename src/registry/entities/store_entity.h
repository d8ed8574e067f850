#pragma once

// How definitions get into the store: protocol/control-plane 3.6.

#include <functional>
#include <memory>

#include "sandbox/base/error.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::registry {

// A definition and, when its request had one, its description.
struct NewEntity {
  model::EntityRecord entity;
  std::optional<model::DescriptionRecord> description;
};

// What to answer when the id is taken by that row.
using Conflict = std::function<Error(const model::EntityRecord& stored)>;

// Inserts, or answers with the conflict, in one piece of work of the writer. `done` is called on a thread of the store.
void InsertOrCompare(MetadataStore& store, std::shared_ptr<const NewEntity> added, Conflict conflict,
                     MetadataStore::Done done);

// "X with identical structure already exists" (ALREADY_EXISTS) for equal digests, else "N X with different structure
// ..." (INVALID_ARGUMENT) followed by what `diff` says.
Error StructureConflict(std::string_view what, const model::EntityRecord& stored, const model::EntityRecord& added,
                        const std::function<std::string()>& diff);

}  // namespace sandbox::registry
