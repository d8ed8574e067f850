#pragma once

// The pure part of caching: which tasks are looked up, and what a success puts into the catalog.

#include <string>
#include <vector>

#include "sandbox/engine/cache.h"
#include "sandbox/engine/run.h"

namespace sandbox::engine {

// The task asks for caching and has outputs. Overrides of the node do not count (protocol/execution-engine 1.7).
bool IsCacheable(const flyteidl::core::TaskTemplate& task);

// The question of one node or item. `attempt` names the owner of the reservation of a serialized task.
LookUpCache MakeLookup(const flyteidl::core::TaskTemplate& task, Literals inputs, const AttemptId& attempt,
                       bool overwrite, bool item);

// Makes it the question of a map task's subtask: the task's interface has lists of the subtask's values.
void MakeSingular(LookUpCache& lookup);

// What a success leaves in the catalog. `put` is missing when the claim allows none: the status says so.
struct CacheStored {
  CacheStatus status = CacheStatus::kPopulated;
  std::string metadata;  // core.CatalogMetadata bytes
  std::optional<CachePut> put;
  std::vector<ObjectWrite> objects;  // the data
};
CacheStored StoreInCache(const ObjectLayout& layout, const model::CacheClaim& claim,
                         const flyteidl::core::LiteralMap& outputs, const CacheSource& source, Instant now);

}  // namespace sandbox::engine
