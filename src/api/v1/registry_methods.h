#pragma once

#include "api/method.h"

namespace sandbox::api {

class DefinitionService;

// AdminService's methods about definitions. `service` outlives the table.
void AddRegistryMethods(MethodTable& table, DefinitionService& service);

}  // namespace sandbox::api
