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

// How old runs may get, and how much those that ended may take. Neither: they are kept for ever.
struct RunsKept {
  std::optional<std::chrono::seconds> age;
  std::optional<uint64_t> bytes;
};

struct GcDeps {
  retention::Collector& collector;
  Clock& clock;
  RunsKept usual;  // of the configuration
};

// `body`: {older_than, size, dry_run}, all optional; with neither of the first two the limits are the configuration's.
// The schema Collected; `more`: call again, the time of one call was up. INVALID_ARGUMENT, reason the field that is
// wrong.
Result<nlohmann::json> CollectGarbage(const GcDeps& deps, const std::string& body);

}  // namespace sandbox::api
