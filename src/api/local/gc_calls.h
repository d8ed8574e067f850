#pragma once

// POST /sandbox/v1/gc: forgets runs that ended long ago, or says what would go.
//
// Thread: any that may block.

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "retention/collector.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/loop.h"

namespace sandbox::api {

struct GcDeps {
  retention::Collector& collector;
  Clock& clock;
  std::optional<std::chrono::seconds> age;  // of the configuration; none: runs are kept for ever
};

// `body`: {older_than, dry_run}, both optional. The schema Collected; `more`: call again, the time of one call was up.
// INVALID_ARGUMENT, reason the field that is wrong.
Result<nlohmann::json> CollectGarbage(const GcDeps& deps, const std::string& body);

}  // namespace sandbox::api
