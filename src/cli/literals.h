#pragma once

// Values and their types, as the public API writes them in JSON.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sandbox/base/error.h"

namespace sandbox::cli {

// A core.Literal in as few characters as it takes.
nlohmann::json BriefValue(const nlohmann::json& literal);

// A core.LiteralType in words: "integer", "list of string", "one of small, large".
std::string TypeText(const nlohmann::json& type);

// What was typed, as a core.Literal of the type. INVALID_ARGUMENT names the type and how a value of it is written.
Result<nlohmann::json> ParseValue(const nlohmann::json& type, const std::string& text);

}  // namespace sandbox::cli
