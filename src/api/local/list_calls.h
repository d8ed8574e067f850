#pragma once

// Lists below /sandbox/v1: executions, executions/strip, strips, entities, pods, locate, home, search, schedules,
// limits, settings; and one pod (docs/reference/local-api.yaml).
//
// Thread: any that may block.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/local/local_api.h"
#include "api/local/target.h"
#include "net/http.h"

namespace sandbox::api {

bool IsList(const std::string& path);
// Of a path that is one.
net::HttpResponse ListAnswer(const LocalApiDeps& deps, const Target& target);

// Rows of executions with what they need of their nodes.
nlohmann::json ExecutionRows(MetadataReader& reader, RunPlans& plans,
                             const std::vector<model::ExecutionRecord>& records);
// {id, phase, started_at, duration_ms} each, the newest first.
nlohmann::json StripRow(const std::vector<model::ExecutionRecord>& records);

}  // namespace sandbox::api
