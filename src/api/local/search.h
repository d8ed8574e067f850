#pragma once

// GET /sandbox/v1/search: one text in the names of everything.

#include <nlohmann/json_fwd.hpp>

#include "api/local/local_api.h"
#include "api/local/target.h"

namespace sandbox::api {

Result<nlohmann::json> Search(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);

}  // namespace sandbox::api
