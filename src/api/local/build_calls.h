#pragma once

// GET /sandbox/v1/builds, builds/ID and builds/ID/lines (docs/reference/local-api.yaml), from what `sandbox build`
// keeps on the disk.
//
// Thread: any that may block.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/local/target.h"
#include "builds/record.h"

namespace sandbox::api {

inline constexpr std::string_view kBuildLines = "/lines";

bool IsBuildCall(const std::string& path);
// Of a path that is one. NOT_FOUND names how builds are listed.
Result<nlohmann::json> BuildAnswer(const std::filesystem::path& builds, const Target& target);
// Build, with the lines that the log has now.
nlohmann::json BuildRow(const std::filesystem::path& builds, const builds::BuildRecord& record);

}  // namespace sandbox::api
