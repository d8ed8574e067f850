#pragma once

// Pods below /sandbox/v1/pods: a list, and one by its namespace and name.

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "api/local/local_api.h"
#include "api/local/target.h"

namespace sandbox::api {

inline constexpr std::string_view kPodsPath = "/sandbox/v1/pods";

// In the order in which they were made. With a limit the newest ones; `next` leads to those before them.
Result<nlohmann::json> Pods(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);
// Of kPodsPath/NAMESPACE/NAME.
Result<nlohmann::json> OnePod(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);

}  // namespace sandbox::api
