#pragma once

// Rows as clients read them. Pure.

#include "flyteidl/admin/execution.pb.h"
#include "flyteidl/admin/node_execution.pb.h"
#include "flyteidl/admin/signal.pb.h"
#include "flyteidl/admin/task_execution.pb.h"
#include "idl/ids.h"
#include "sandbox/model/entities.h"
#include "sandbox/model/records.h"

namespace sandbox::control {

// Lists cut error messages of executions and nodes, and leave out inputs in the spec; reads of one do not.
enum class Detail { kWhole, kListed };

flyteidl::admin::Execution ToIdl(const model::ExecutionRecord& record, Detail detail = Detail::kWhole);
flyteidl::admin::NodeExecution ToIdl(const model::NodeRecord& record, Detail detail = Detail::kWhole);
flyteidl::admin::TaskExecution ToIdl(const model::TaskRecord& record);
flyteidl::core::TaskExecutionIdentifier TaskId(const model::TaskRecord& record);
// What an array node's one task execution says of its items.
inline constexpr std::string_view kArrayTaskType = "container_array";
void AddItems(const std::vector<model::TaskRecord>& items, flyteidl::event::TaskExecutionMetadata* metadata);
flyteidl::admin::Signal ToIdl(const model::SignalRecord& record);

// At most `bytes_max` bytes, cut at the end of a UTF-8 character.
std::string CutText(const std::string& text, size_t bytes_max);

}  // namespace sandbox::control
