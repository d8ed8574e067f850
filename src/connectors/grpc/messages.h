#pragma once

// The messages of connector services from and to ours. What a service sends is bounded here.

#include "flyteidl/admin/agent.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/connectors.h"

namespace sandbox::connectors {

flyteidl::admin::CreateTaskRequest ToCreate(const JobRequest& request);
// The two messages of ExecuteTaskSync.
std::pair<flyteidl::admin::ExecuteTaskSyncRequest, flyteidl::admin::ExecuteTaskSyncRequest> ToExecute(
    const JobRequest& request);
flyteidl::admin::GetTaskRequest ToGet(const JobRef& job);
flyteidl::admin::DeleteTaskRequest ToDelete(const JobRef& job);

std::vector<ConnectorInfo> FromList(const flyteidl::admin::ListAgentsResponse& response);
// INTERNAL for a name that is too long to be kept.
Result<std::string> FromCreate(const flyteidl::admin::CreateTaskResponse& response);
// INTERNAL for a phase that there is not. Log links and custom info that are too large to be kept are left out, a
// message is cut.
Result<JobResource> FromResource(const flyteidl::admin::Resource& resource);

}  // namespace sandbox::connectors
