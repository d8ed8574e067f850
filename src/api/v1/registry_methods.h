#pragma once

#include "api/method.h"
#include "sandbox/registry/registry.h"

namespace sandbox::api {

// The registry's part of flyteidl.service.AdminService. `registry` outlives the table.
void AddRegistryMethods(MethodTable& table, registry::Registry& registry);

}  // namespace sandbox::api
