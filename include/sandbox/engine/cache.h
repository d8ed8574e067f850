#pragma once

// Cached tasks: what the engine asks the catalog, what that answers, and what is put into it. Values only; the rules
// are in protocol/execution-engine 6.

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

// A question to the catalog, asked at once. Nothing is committed before the answer; asking again is harmless.
struct LookUpCache {
  NodeExecutionId id;                                        // the node, or the item of a map, that asks
  std::shared_ptr<const flyteidl::core::TaskTemplate> task;  // id, interface and metadata only
  std::shared_ptr<const flyteidl::core::LiteralMap> inputs;
  bool item = false;       // an item of a map: the task declares lists of the item's outputs
  bool overwrite = false;  // the stored outputs are not wanted
  std::string owner;       // reserves the right to make the outputs; empty: the task is not serialized
};

struct CacheAnswer {
  enum class Outcome {
    kHit,    // take `outputs`
    kMiss,   // run the task, then store its outputs under `claim`
    kTaken,  // another attempt makes them: ask again at CacheFreed, at the latest at `again_at`
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
};  // the reservation that this node waits for was released

// An entry for the same commit as the end of the task that made it. The objects of its data exist before.
struct CachePut {
  model::ArtifactRecord artifact;
  std::string tag;
  std::string task_version;  // for a dataset that does not exist yet
};

// The attempt that made the outputs: `node` is the id in the template, `task` the task that ran.
struct CacheSource {
  AttemptId attempt;
  std::string node;
  EntityId task;
};

// core.CatalogMetadata of an artifact of a task. The source is left out when it has no task.
std::string CatalogMetadata(const model::DatasetId& dataset, const std::string& artifact, const std::string& tag,
                            const CacheSource& source);

}  // namespace sandbox::engine
