#pragma once

// The workflow of one node around a task that is launched directly, and its launch plan: protocol/control-plane 5.4.

#include <memory>

#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/model/entities.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::control {

struct TaskWrapper {
  flyteidl::core::ParameterMap expected_inputs;  // every input of the task, required
  bool stored = false;                           // the rows are there already: of what follows only workflow.id is set
  model::EntityRecord workflow;
  model::EntityRecord launch_plan;
  std::shared_ptr<const flyteidl::core::CompiledWorkflowClosure> compiled;
};

// `task` is a row with its closure. Pure but for reading the rows of the wrapper.
Result<TaskWrapper> WrapTask(MetadataReader& reader, const model::EntityRecord& task, Instant now);

// Stores the rows; one that another request has stored in the meantime stays.
Status StoreWrapper(MetadataWriter& writer, const TaskWrapper& wrapper);

}  // namespace sandbox::control
