#pragma once

// Cron texts as the reference's library reads them: five fields, descriptors (@daily, @every 5m), an optional time zone
// in front (TZ=Europe/Berlin). Reads the system's time zone files to know their names; otherwise pure.

#include <string_view>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"
#include "sandbox/registry/schedule.h"

namespace sandbox::registry {

// INVALID_ARGUMENT with the library's own text.
Result<CronSchedule> ParseCron(std::string_view text);

}  // namespace sandbox::registry
