#pragma once

// The logs of all pods of a run as one, by time.

#include <nlohmann/json_fwd.hpp>

#include "api/local/event_rows.h"
#include "api/local/target.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

// Of the query cursor, count, nodes, stderr, and q, regex, case as the search of one log has them: {lines[{node,
// attempt, item, pod, n, t, stderr, match, text}], next, total_bytes}.
Result<nlohmann::json> RunLog(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record,
                              const Target& target);

}  // namespace sandbox::api
