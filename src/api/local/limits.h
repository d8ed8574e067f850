#pragma once

// GET /sandbox/v1/limits: which settings are in force for a place, and who set them.

#include <nlohmann/json_fwd.hpp>

#include "api/local/local_api.h"
#include "api/local/target.h"

namespace sandbox::api {

Result<nlohmann::json> Limits(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);

}  // namespace sandbox::api
