#pragma once

// What containers used over time ({pod}.stat, model/pod_files.h).
//
// Thread: any that may block.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "api/local/event_rows.h"
#include "api/local/local_api.h"
#include "api/local/target.h"
#include "sandbox/model/pod_files.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

inline constexpr std::string_view kStatsPath = "/sandbox/v1/stats/";

// At most `points` samples: of more, the smallest and the largest memory of each stretch of time, with its mean cpu.
std::vector<model::UsageSample> Thinned(const std::vector<model::UsageSample>& samples, size_t points);

// GET /sandbox/v1/stats/NS/POD?points.
net::HttpResponse StatsAnswer(const LocalApiDeps& deps, const Target& target);
// Of a run: {attempts[], stacked{at[], cpu_millis[], memory_bytes[]}}.
nlohmann::json RunStats(MetadataReader& reader, const RowSources& sources, const model::ExecutionRecord& record,
                        size_t points);

}  // namespace sandbox::api
