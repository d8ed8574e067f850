#pragma once

// Validation of a request for an execution: protocol/control-plane 5.1, in order, and what Kubernetes would refuse.

#include <map>
#include <optional>
#include <string>

#include "flyteidl/admin/execution.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/model/records.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::control {

Status CheckLaunch(MetadataReader& reader, const flyteidl::admin::ExecutionCreateRequest& request);

// The pool asked for is the one assigned to the project and domain.
Status CheckClusterPool(MetadataReader& reader, const flyteidl::admin::ExecutionCreateRequest& request);

// Why an execution that passed validation would not be taken by the reference's engine. It is stored as failed.
std::optional<model::ExecutionError> EngineRefusal(const std::string& execution, const std::string& cluster_label,
                                                   const std::map<std::string, std::string>& annotations,
                                                   const std::string& iam_role);

}  // namespace sandbox::control
