#pragma once

#include <string>

#include "api/method.h"

namespace sandbox::api {

class ExecutionService;

// What GetVersion answers; clients want a semantic version with a 'v'.
struct VersionInfo {
  std::string version = "v1.16.8";
  std::string build;
  std::string build_time;
};

// Binds AdminService's methods about executions, GetVersion, DataProxyService and SignalService. `service` outlives
// `table`.
void AddExecutionMethods(MethodTable& table, ExecutionService& service, const VersionInfo& version = {});

}  // namespace sandbox::api
