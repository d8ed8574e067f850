#pragma once

#include <string>

#include "api/method.h"

namespace sandbox::control {
class Requests;
}

namespace sandbox::api {

// What GetVersion answers; clients want a semantic version with a 'v'.
struct VersionInfo {
  std::string version = "v1.16.8";
  std::string build;
  std::string build_time;
};

// Binds AdminService's methods about executions, GetVersion, DataProxyService and SignalService. `requests` outlives
// `table`.
void AddExecutionMethods(MethodTable& table, control::Requests& requests, const VersionInfo& version = {});

}  // namespace sandbox::api
