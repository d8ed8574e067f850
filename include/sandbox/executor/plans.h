#pragma once

// Plans of registered workflows, built once and kept: a registered version never changes. Any thread.

#include <memory>

#include "sandbox/base/lru_cache.h"
#include "sandbox/engine/plan.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::executor {

class Plans {
 public:
  // NOT_FOUND when the workflow is not registered; INTERNAL when its closure cannot be read; what Plan::Build says.
  Result<std::shared_ptr<const engine::Plan>> Find(MetadataReader& reader, const EntityId& workflow);

 private:
  static constexpr uint64_t kClosureBytesMax = 64ull << 20;  // of all plans that are kept

  LruCache<EntityId, engine::Plan> plans_{kClosureBytesMax};
};

}  // namespace sandbox::executor
