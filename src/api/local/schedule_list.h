#pragma once

// Schedules of launch plans with the ticks that come and those that were. Within one read of the store.

#include <nlohmann/json_fwd.hpp>

#include "api/local/local_api.h"
#include "api/local/target.h"

namespace flyteidl::admin {
class Schedule;
}

namespace sandbox::api {

// GET /sandbox/v1/schedules: active ones by their next tick, then those that are paused.
Result<nlohmann::json> Schedules(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);
// As people wrote it: "0 2 * * *", "every 90 SECOND".
std::string ScheduleExpression(const flyteidl::admin::Schedule& schedule);
// The first ticks of all active ones: {project, domain, name, at}.
nlohmann::json NextTicks(MetadataReader& reader, Instant now, size_t count);

// Launch plans with a schedule that were active before and have no active version now: of each name the version that
// was deactivated last, by name.
std::vector<model::EntityRecord> PausedPlans(MetadataReader& reader);

}  // namespace sandbox::api
