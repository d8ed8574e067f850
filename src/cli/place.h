#pragma once

// Projects, domains and executions that users name, and what to say when there are none.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/client.h"
#include "cli/context.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

// NOT_FOUND names the projects or the domains that there are.
Status CheckPlace(Client& client, const Place& place);

// The tree of an execution. Without -p and -d, an execution that is in one other place only is taken from there, and
// `place` becomes that one.
Result<nlohmann::json> FindTree(Client& client, Place& place, const std::string& execution);
// The same with all that is known about it (Client::Everything).
Result<nlohmann::json> FindEverything(Client& client, Place& place, const std::string& execution);

}  // namespace sandbox::cli
