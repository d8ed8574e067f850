#pragma once

// GET /sandbox/v1/task: what a version of a task gets of the machine where it runs by itself, and which workflows run
// it.

#include <nlohmann/json_fwd.hpp>

#include "api/local/local_api.h"
#include "api/local/target.h"

namespace sandbox::api {

// {resources[{resource, asked_request, asked_limit, request, limit, request_from, limit_from}],
// used_by[{project, domain, name, version, newest}]}. `from` is task, else as in limits.h. A task without a container
// of its own has no resources here. used_by has workflows of its domain that run any version of it in their newest one.
Result<nlohmann::json> TaskNeeds(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);

}  // namespace sandbox::api
