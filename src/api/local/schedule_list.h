#pragma once

// Schedules of launch plans with their next ticks. Within one read of the store.

#include <nlohmann/json_fwd.hpp>

#include "api/local/local_api.h"
#include "api/local/target.h"

namespace flyteidl::admin {
class Schedule;
}

namespace sandbox::api {

// GET /sandbox/v1/schedules: active ones, by their next tick.
Result<nlohmann::json> Schedules(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);
// As people wrote it: "0 2 * * *", "every 90 SECOND".
std::string ScheduleExpression(const flyteidl::admin::Schedule& schedule);
// The first ticks of all active ones: {project, domain, name, at}.
nlohmann::json NextTicks(MetadataReader& reader, Instant now, size_t count);

}  // namespace sandbox::api
