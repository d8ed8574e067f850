#pragma once

// The columns that list requests filter and sort on, by the names of the reference's database
// (protocol/control-plane 3.9, 3.10). The registry checks requests against this table and the store makes SQL of it.
//
// Every table has id (integer, insert order), created_at, updated_at, deleted_at. Beyond those:
//   task            project domain name version closure digest type short_description
//   workflow        project domain name version typed_interface remote_closure_identifier digest short_description
//   launch plan     project domain name version spec workflow_id closure state digest schedule_type ...
//   execution       execution_{project,domain,name} launch_plan_id workflow_id task_id phase spec started_at duration
//                   mode user state cluster error_kind error_code abort_cause launch_entity
//                   execution_{created,updated}_at ...
//   node execution  execution_{project,domain,name} node_id phase parent_id started_at duration cache_status ...
//                   (parent_id is the unique node id of the parent as text, "" for root nodes)
//   task execution  project domain name version (of the task) execution_{project,domain,name} node_id retry_attempt ...
//   named entity    resource_type project domain name description state; no others, not even id
//   project         identifier name description labels state
//   signal          execution_{project,domain,name} signal_id type value
//   description     resource_type project domain name version short_description long_description
//   execution tag   execution_{project,domain,name} key value
// Phases, cache_status, error_kind and launch_entity are texts ("SUCCEEDED", "CACHE_HIT", "USER", "launch_plan").

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "sandbox/base/error.h"

namespace sandbox {

enum class ListEntity {
  kTask,
  kWorkflow,
  kLaunchPlan,
  kExecution,
  kNodeExecution,
  kTaskExecution,
  kNamedEntity,
  kNamedEntityMetadata,
  kProject,
  kSignal,
  kDescriptionEntity,
  kAdminTag,
  kExecutionAdminTag,
  kExecutionTag,
};

namespace model {

enum class ColumnType { kText, kInteger, kTime, kDuration, kBytes };

struct Column {
  std::string_view name;
  ColumnType type;
};

std::span<const Column> ColumnsOf(ListEntity entity);

// Null when the entity has no such column.
const Column* FindColumn(ListEntity entity, std::string_view name);

// Times and durations as nanoseconds.
using ColumnValue = std::variant<std::string, int64_t>;

// What a filter's text means in a column: seconds ("2.5") or a Go duration ("1h2m"), RFC 3339 or a date, a decimal
// integer. INVALID_ARGUMENT when it is none of these.
Result<ColumnValue> ParseColumnValue(const Column& column, std::string_view text);

}  // namespace model
}  // namespace sandbox
