#pragma once

// Rows as clients read them. Pure.

#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/node_execution.pb.h"
#include "flyteidl/admin/signal.pb.h"
#include "flyteidl/admin/task_execution.pb.h"
#include "sandbox/control/requests.h"
#include "sandbox/model/entities.h"
#include "sandbox/model/records.h"

namespace sandbox::api {

// Lists cut error messages of executions and nodes, and leave out inputs in the spec; reads of one do not.
enum class Detail { kWhole, kListed };

flyteidl::admin::Execution ToMessage(const model::ExecutionRecord& record, Detail detail = Detail::kWhole);
flyteidl::admin::NodeExecution ToMessage(const model::NodeRecord& record, Detail detail = Detail::kWhole);
flyteidl::admin::TaskExecution ToMessage(const control::Attempt& attempt);
flyteidl::core::TaskExecutionIdentifier TaskId(const model::TaskRecord& record);
flyteidl::admin::Signal ToMessage(const model::SignalRecord& record);

// At most `bytes_max` bytes, cut at the end of a UTF-8 character.
std::string CutText(const std::string& text, size_t bytes_max);

}  // namespace sandbox::api
