#pragma once

// Validation of what is to be started: protocol/control-plane 5.1, in order, and what Kubernetes would refuse.

#include <map>
#include <optional>
#include <string>

#include "sandbox/base/error.h"
#include "sandbox/control/launch_spec.h"
#include "sandbox/model/records.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

// Project and domain are there and take executions, and the name is one.
Status CheckPlace(MetadataReader& reader, const registry::RegistryConfig& config, const ExecutionId& id);
// CheckPlace, then the target's fields, inputs, notifications, labels.
Status CheckLaunch(MetadataReader& reader, const registry::RegistryConfig& config, const LaunchSpec& spec);

// The pool asked for is the one assigned to the project and domain.
Status CheckClusterPool(MetadataReader& reader, const LaunchSpec& spec);

// Why an execution that passed validation would not be taken by the reference's engine. It is stored as failed.
std::optional<model::ExecutionError> EngineRefusal(const std::string& execution, const std::string& cluster_label,
                                                   const std::map<std::string, std::string>& annotations,
                                                   const std::string& iam_role);

}  // namespace sandbox::control
