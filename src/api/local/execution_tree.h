#pragma once

// An execution with all its nodes, their attempts, pods and child executions as one JSON document.
// docs/reference/local-api.md says its shape.
//
// Thread: any, within one read of the store.

#include <nlohmann/json_fwd.hpp>

#include "sandbox/model/records.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

nlohmann::json TreeOf(MetadataReader& reader, const model::ExecutionRecord& execution);

}  // namespace sandbox::api
