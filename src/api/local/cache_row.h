#pragma once

// What a page says of a node and the cache: where its outputs came from, or why they had to be made.
//
// Thread: any that may block.

#include <nlohmann/json_fwd.hpp>

#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

// {status, from{project, domain, execution, node}}; null: the node is not cached. `from` of a hit alone.
nlohmann::json CacheRow(const model::NodeRecord& node);

// {code, ...} of a node that asked the cache in vain; null: it did not, or that is not known any more.
//   OVERWRITE  the execution overwrites what is cached
//   FIRST      nothing that this task makes was cached yet
//   VERSION    what was is of another cache version: `before` and `now`
//   INTERFACE  what was is of a task with other inputs or outputs
//   INPUTS     what was is of other inputs: `from` made the newest of it
nlohmann::json WhyMissed(MetadataReader& reader, const model::ExecutionRecord& execution,
                         const model::NodeRecord& node);

}  // namespace sandbox::api
