#pragma once

// GET /sandbox/v1/home: what needs somebody now, in all projects.

#include <nlohmann/json_fwd.hpp>

#include "api/local/local_api.h"
#include "api/local/target.h"

namespace sandbox::api {

Result<nlohmann::json> Home(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);

}  // namespace sandbox::api
