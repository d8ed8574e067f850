#pragma once

// Rows as events and pages have them: whole, in JSON. Times are RFC 3339 in UTC with milliseconds, durations
// milliseconds, what is not known null.

#include <nlohmann/json.hpp>

#include "sandbox/ports/changes.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

nlohmann::json ExecutionRow(MetadataReader& reader, const model::ExecutionRecord& record);
nlohmann::json NodeRow(const model::NodeRecord& record);
nlohmann::json AttemptRow(const model::TaskRecord& record);

// The row of an event (topics.h). Null when there is nothing to say, such as of a launch plan without a schedule.
nlohmann::json EventRow(MetadataReader& reader, const std::string& name, const Change& change);

}  // namespace sandbox::api
