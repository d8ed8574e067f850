#pragma once

// Cached tasks: what the engine asks the catalog, what that answers, and what is put into it. Values only; the rules
// are in contract/execution-engine 6.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sandbox/model/catalog.h"
#include "sandbox/model/records.h"

namespace flyteidl::core {
class LiteralMap;
class TaskTemplate;
}  // namespace flyteidl::core

namespace sandbox::engine {

// Values are those of flyteidl.core.CatalogCacheStatus.
enum class CacheStatus {
  kDisabled = 0,
  kMiss = 1,
  kHit = 2,
  kPopulated = 3,
  kLookupFailure = 4,
  kPutFailure = 5,
  kSkipped = 6
};

// To be asked at once. Nothing may be committed before the answer; asking again is harmless.
struct LookUpCache {
  NodeExecutionId id;                                        // of the node, or of the item of a map, that wants to know
  std::shared_ptr<const flyteidl::core::TaskTemplate> task;  // id, interface and metadata only
  std::shared_ptr<const flyteidl::core::LiteralMap> inputs;
  bool item = false;       // an item of a map: the outputs' types are lists of its own
  bool overwrite = false;  // not interested in what is there
  std::string owner;       // reserves the right to make it, under this name; empty: the task is not serialized
};

struct CacheAnswer {
  enum class Outcome {
    kHit,    // take `outputs`
    kMiss,   // make it, then put it under `claim`
    kTaken,  // someone else makes it: ask again when CacheFreed comes, at the latest at `again_at`
  } outcome = Outcome::kMiss;
  CacheStatus status = CacheStatus::kMiss;
  model::CacheClaim claim;                                    // kMiss
  std::shared_ptr<const flyteidl::core::LiteralMap> outputs;  // kHit
  std::string metadata;                                       // kHit: core.CatalogMetadata bytes
  Instant again_at{};                                         // kTaken
  std::string holder;                                         // kTaken: who makes it, in words
};

// Events.
struct CacheLookedUp {
  NodeExecutionId id;
  CacheAnswer answer;
};
struct CacheFreed {
  NodeExecutionId id;
};  // who had what this node waits for has let go of it

// Goes into the same commit as the end of what made it. The data's objects are there before.
struct CachePut {
  model::ArtifactRecord artifact;
  std::string tag;
  std::string task_version;  // for a dataset that does not exist yet
};

// What made the outputs: `node` is the id in the template, `task` the one that ran.
struct CacheSource {
  AttemptId attempt;
  std::string node;
  EntityId task;
};

// core.CatalogMetadata of an artifact of a task. The source is left out when it has no task.
std::string CatalogMetadata(const model::DatasetId& dataset, const std::string& artifact, const std::string& tag,
                            const CacheSource& source);

}  // namespace sandbox::engine
