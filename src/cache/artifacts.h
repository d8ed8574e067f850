#pragma once

// Outputs of tasks into the catalog and out of it again. Any thread; reading blocks on the disk.

#include <optional>
#include <string>

#include "flyteidl/core/literals.pb.h"
#include "sandbox/engine/cache.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::cache {

// Offloaded literals without a hash get that of what they stand for, so that they count by it. Those that cannot be
// read count by their place.
flyteidl::core::LiteralMap WithHashes(ObjectStore& objects, flyteidl::core::LiteralMap inputs);

// The artifact's values as an answer. None when they are not what the task declares, or are gone: a miss.
std::optional<engine::CacheAnswer> ReadArtifact(ObjectStore& objects, const engine::LookUpCache& question,
                                                const model::ArtifactRecord& artifact, const std::string& tag,
                                                const std::string& task_version, uint64_t bytes_max);

// A success: its dataset when it is the first, the artifact, and the tag unless another artifact came first.
// Idempotent.
Status PutInCatalog(MetadataWriter& writer, const engine::CachePut& put);

inline constexpr const char* kTaskVersion = "task-version";  // metadata of a dataset

}  // namespace sandbox::cache
