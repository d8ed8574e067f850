#pragma once

// What to type to run something again, or to look into it. Values of the environment are never part of it.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sandbox/model/records.h"

namespace sandbox::api {

// {flytectl, curl, recover, get}: `platform` is "localhost:30080"; recover is null while it runs.
nlohmann::json RunCommands(const model::ExecutionRecord& record, const std::string& platform);
// {logs, follow, shell, run, command, reproduce}: null without a pod; `follow` and `shell` also once it has ended.
nlohmann::json AttemptCommands(const model::TaskRecord& attempt);

}  // namespace sandbox::api
