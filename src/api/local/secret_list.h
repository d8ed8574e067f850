#pragma once

// GET /sandbox/v1/secrets: which are set, which tasks want them, and which are wanted but not set. Never a value, nor
// how long one is. Pure.

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "api/local/task_uses.h"
#include "sandbox/ports/secret_store.h"

namespace sandbox::api {

// {secrets[{group, key, set_at, wanted_by[]}], missing[{group, key, wanted_by[], command}]}. Missing are only those
// that the newest version of a task wants.
nlohmann::json SecretList(const std::vector<StoredSecret>& stored, const std::vector<TaskUse>& uses);

}  // namespace sandbox::api
