#pragma once

// What a task's outputs are looked up by: protocol/execution-engine 6.1. Pure.

#include "flyteidl/core/interface.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/model/catalog.h"

namespace sandbox::cache {

struct CacheKey {
  model::DatasetId dataset;
  std::string tag;
};

// `task` needs its id, interface and metadata. INVALID_ARGUMENT when its discovery version is empty.
Result<CacheKey> MakeCacheKey(const flyteidl::core::TaskTemplate& task, const flyteidl::core::LiteralMap& inputs);

// The variables without what does not change a value: descriptions, metadata, and annotations that are not about the
// cache.
flyteidl::core::VariableMap StripVariables(const flyteidl::core::VariableMap& variables);
// Digests of a value: equal values have the same. That of its serialized bytes is the cheaper one.
std::string ContentHash(const flyteidl::core::Literal& literal);
std::string BytesHash(std::string_view bytes);
// A literal with a hash of its own counts by that alone.
flyteidl::core::Literal Hashified(const flyteidl::core::Literal& literal);

}  // namespace sandbox::cache
