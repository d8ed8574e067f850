#pragma once

// What a workflow and its sub-workflows refer to.

#include <map>
#include <string>
#include <vector>

#include "flyteidl/core/identifier.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "registry/compiler/errors.h"

namespace sandbox::registry::compiler {

// Templates by the text of their id; they outlive the index.
using SubWorkflowIndex = std::map<std::string, const flyteidl::core::WorkflowTemplate*>;

// Ordered by resource type, project, domain, name and version; without duplicates.
struct Requirements {
  std::vector<flyteidl::core::Identifier> tasks;
  std::vector<flyteidl::core::Identifier> launch_plans;
};

// References to sub-workflows that are not in the index are collected, and so are sub-workflows that contain themselves
// or are nested too deep: nothing may be compiled then.
Requirements FindRequirements(const flyteidl::core::WorkflowTemplate& primary, const SubWorkflowIndex& sub_workflows,
                              Errors& errors);

}  // namespace sandbox::registry::compiler
