#pragma once

// JSON over the sandbox's own HTTP port.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "cli/home.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

// Snake-case JSON of a GET. The error's message is the server's.
Result<nlohmann::json> GetJson(const RuntimeInfo& info, const std::string& path);
// The same for a POST of JSON.
Result<nlohmann::json> PostJson(const RuntimeInfo& info, const std::string& path, const nlohmann::json& body);
// Hands on the body as it arrives, until the server ends it.
Status GetStream(const RuntimeInfo& info, const std::string& path, const std::function<void(std::string_view)>& sink);

std::string UrlEncode(std::string_view text);

}  // namespace sandbox::cli
