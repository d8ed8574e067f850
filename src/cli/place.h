#pragma once

// Projects, domains and executions that users name, and what to say when there are none.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "cli/verbs.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

// NOT_FOUND names the projects or the domains that there are.
Status CheckPlace(const RuntimeInfo& info, const Place& place);

// GET /sandbox/v1/executions/PROJECT/DOMAIN/NAME. Without -p and -d, an execution that is in one other place only is
// taken from there, and `place` becomes that one.
Result<nlohmann::json> FetchTree(const RuntimeInfo& info, Place& place, const std::string& name);

// A command line that does `words` on this sandbox and, with a place, there: what a user can copy.
std::string CommandLine(const Common& common, std::string_view words);
std::string CommandLine(const Common& common, const Place& place, std::string_view words);

// As a shell reads it back, whatever is in it.
std::string ShellQuote(const std::string& text);

}  // namespace sandbox::cli
