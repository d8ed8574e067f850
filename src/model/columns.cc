#include "sandbox/model/columns.h"

#include <algorithm>
#include <array>

namespace sandbox::model {
namespace {

using enum ColumnType;

// Spelled out per entity: which names a client may use is the reference's contract, whether or not we keep such a
// column.
#define SANDBOX_ROW_COLUMNS \
  {"id", kInteger}, {"created_at", kTime}, {"updated_at", kTime}, { "deleted_at", kTime }
#define SANDBOX_ENTITY_COLUMNS \
  {"project", kText}, {"domain", kText}, {"name", kText}, { "version", kText }
#define SANDBOX_EXECUTION_KEY \
  {"execution_project", kText}, {"execution_domain", kText}, { "execution_name", kText }

constexpr auto kTaskColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    SANDBOX_ENTITY_COLUMNS,
    {"closure", kBytes},
    {"digest", kBytes},
    {"type", kText},
    {"short_description", kText},
});

constexpr auto kWorkflowColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    SANDBOX_ENTITY_COLUMNS,
    {"typed_interface", kBytes},
    {"remote_closure_identifier", kText},
    {"digest", kBytes},
    {"short_description", kText},
});

constexpr auto kLaunchPlanColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    SANDBOX_ENTITY_COLUMNS,
    {"spec", kBytes},
    {"workflow_id", kInteger},
    {"closure", kBytes},
    {"state", kInteger},
    {"digest", kBytes},
    {"schedule_type", kText},
    {"launch_condition_type", kText},
});

constexpr auto kExecutionColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    SANDBOX_EXECUTION_KEY,
    {"launch_plan_id", kInteger},
    {"workflow_id", kInteger},
    {"task_id", kInteger},
    {"phase", kText},
    {"closure", kBytes},
    {"spec", kBytes},
    {"started_at", kTime},
    {"execution_created_at", kTime},
    {"execution_updated_at", kTime},
    {"duration", kDuration},
    {"abort_cause", kText},
    {"mode", kInteger},
    {"source_execution_id", kInteger},
    {"parent_node_execution_id", kInteger},
    {"cluster", kText},
    {"inputs_uri", kText},
    {"user_inputs_uri", kText},
    {"error_kind", kText},
    {"error_code", kText},
    {"user", kText},
    {"state", kInteger},
    {"launch_entity", kText},
});

constexpr auto kNodeExecutionColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    SANDBOX_EXECUTION_KEY,
    {"node_id", kText},
    {"phase", kText},
    {"input_uri", kText},
    {"closure", kBytes},
    {"started_at", kTime},
    {"node_execution_created_at", kTime},
    {"node_execution_updated_at", kTime},
    {"duration", kDuration},
    {"node_execution_metadata", kBytes},
    {"parent_id", kText},
    {"parent_task_execution_id", kInteger},
    {"error_kind", kText},
    {"error_code", kText},
    {"cache_status", kText},
    {"dynamic_workflow_remote_closure_reference", kText},
    {"internal_data", kBytes},
});

constexpr auto kTaskExecutionColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    SANDBOX_ENTITY_COLUMNS,
    SANDBOX_EXECUTION_KEY,
    {"node_id", kText},
    {"retry_attempt", kInteger},
    {"phase", kText},
    {"phase_version", kInteger},
    {"input_uri", kText},
    {"closure", kBytes},
    {"started_at", kTime},
    {"task_execution_created_at", kTime},
    {"task_execution_updated_at", kTime},
    {"duration", kDuration},
});

constexpr auto kNamedEntityColumns = std::to_array<Column>({
    {"resource_type", kInteger},
    {"project", kText},
    {"domain", kText},
    {"name", kText},
    {"description", kText},
    {"state", kInteger},
});

constexpr auto kNamedEntityMetadataColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    {"resource_type", kInteger},
    {"project", kText},
    {"domain", kText},
    {"name", kText},
    {"description", kText},
    {"state", kInteger},
});

constexpr auto kProjectColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    {"identifier", kText},
    {"name", kText},
    {"description", kText},
    {"labels", kBytes},
    {"state", kInteger},
});

constexpr auto kSignalColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    SANDBOX_EXECUTION_KEY,
    {"signal_id", kText},
    {"type", kBytes},
    {"value", kBytes},
});

constexpr auto kDescriptionColumns = std::to_array<Column>({
    SANDBOX_ROW_COLUMNS,
    {"resource_type", kInteger},
    SANDBOX_ENTITY_COLUMNS,
    {"short_description", kText},
    {"long_description", kBytes},
    {"digest", kBytes},
});

constexpr auto kAdminTagColumns = std::to_array<Column>({SANDBOX_ROW_COLUMNS, {"name", kText}});

constexpr auto kExecutionAdminTagColumns =
    std::to_array<Column>({SANDBOX_ROW_COLUMNS, SANDBOX_EXECUTION_KEY, {"admin_tag_id", kInteger}});

constexpr auto kExecutionTagColumns =
    std::to_array<Column>({SANDBOX_ROW_COLUMNS, SANDBOX_EXECUTION_KEY, {"key", kText}, {"value", kText}});

#undef SANDBOX_ROW_COLUMNS
#undef SANDBOX_ENTITY_COLUMNS
#undef SANDBOX_EXECUTION_KEY

}  // namespace

std::span<const Column> ColumnsOf(ListEntity entity) {
  switch (entity) {
    case ListEntity::kTask: return kTaskColumns;
    case ListEntity::kWorkflow: return kWorkflowColumns;
    case ListEntity::kLaunchPlan: return kLaunchPlanColumns;
    case ListEntity::kExecution: return kExecutionColumns;
    case ListEntity::kNodeExecution: return kNodeExecutionColumns;
    case ListEntity::kTaskExecution: return kTaskExecutionColumns;
    case ListEntity::kNamedEntity: return kNamedEntityColumns;
    case ListEntity::kNamedEntityMetadata: return kNamedEntityMetadataColumns;
    case ListEntity::kProject: return kProjectColumns;
    case ListEntity::kSignal: return kSignalColumns;
    case ListEntity::kDescriptionEntity: return kDescriptionColumns;
    case ListEntity::kAdminTag: return kAdminTagColumns;
    case ListEntity::kExecutionAdminTag: return kExecutionAdminTagColumns;
    case ListEntity::kExecutionTag: return kExecutionTagColumns;
  }
  return {};
}

const Column* FindColumn(ListEntity entity, std::string_view name) {
  const auto columns = ColumnsOf(entity);
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace sandbox::model
