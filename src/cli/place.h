#pragma once

// Projects and domains that users name, and what to say when there are none.

#include "cli/client.h"
#include "cli/context.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

// NOT_FOUND names the projects or the domains that there are.
Status CheckPlace(Client& client, const Place& place);

}  // namespace sandbox::cli
