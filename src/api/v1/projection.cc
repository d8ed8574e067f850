#include "api/v1/projection.h"

#include "control/ids.h"
#include "idl/ids.h"
#include "idl/times.h"
#include "sandbox/model/notifications.h"
#include "sandbox/registry/registry.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

constexpr size_t kListErrorBytes = 100;

core::ExecutionError ErrorToIdl(const model::ExecutionError& error, Detail detail) {
  core::ExecutionError out;
  out.set_code(error.code);
  out.set_message(detail == Detail::kListed ? CutText(error.message, kListErrorBytes) : error.message);
  out.set_error_uri(error.error_uri);
  out.set_kind(static_cast<core::ExecutionError::ErrorKind>(error.kind));
  if (error.timestamp != Instant{}) *out.mutable_timestamp() = idl::ToIdl(error.timestamp);
  out.set_worker(error.worker);
  return out;
}

// The times that the closures of all three kinds have.
template <typename Closure, typename Record>
void SetTimes(const Record& record, Closure* closure) {
  *closure->mutable_created_at() = idl::ToIdl(record.created_at);
  *closure->mutable_updated_at() = idl::ToIdl(record.updated_at == Instant{} ? record.created_at : record.updated_at);
  if (record.started_at != Instant{}) *closure->mutable_started_at() = idl::ToIdl(record.started_at);
  if (record.duration) *closure->mutable_duration() = idl::ToIdl(*record.duration);
}

void SetResult(const model::ExecutionRecord& record, Detail detail, admin::ExecutionClosure* closure) {
  if (record.error) {
    *closure->mutable_error() = ErrorToIdl(*record.error, detail);
  } else if (record.phase == model::ExecutionPhase::kAborted || record.abort_requested) {
    closure->mutable_abort_metadata()->set_cause(record.abort_cause);
  } else if (!record.output_uri.empty()) {
    closure->mutable_outputs()->set_uri(record.output_uri);
  }
}

void SetTarget(const model::NodeRecord& record, admin::NodeExecutionClosure* closure) {
  if (record.child_execution) {
    *closure->mutable_workflow_node_metadata()->mutable_executionid() = idl::ToIdl(*record.child_execution);
  } else if (record.has_task_metadata) {
    auto* metadata = closure->mutable_task_node_metadata();
    metadata->set_cache_status(static_cast<core::CatalogCacheStatus>(record.cache_status));
    if (!record.catalog_key.empty()) metadata->mutable_catalog_key()->ParseFromString(record.catalog_key);
    metadata->set_checkpoint_uri(record.checkpoint_uri);
  }
}

// What an array node's one task execution says of its items.
void AddItems(const std::vector<model::TaskRecord>& items, flyteidl::event::TaskExecutionMetadata* metadata) {
  for (const model::TaskRecord& item : items) {
    auto* resource = metadata->add_external_resources();
    resource->set_external_id(item.generated_name);
    resource->set_index(static_cast<uint32_t>(item.item));
    resource->set_retry_attempt(item.id.attempt);
    resource->set_phase(static_cast<core::TaskExecution::Phase>(item.phase));
    resource->set_cache_status(static_cast<core::CatalogCacheStatus>(item.cache_status));
    for (const auto& log : item.logs) {
      auto* added = resource->add_logs();
      added->set_uri(log.uri);
      added->set_name(Cat(log.name, "-", item.item));
      added->set_message_format(core::TaskLog::JSON);
    }
  }
}

}  // namespace

std::string CutText(const std::string& text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

admin::Execution ToMessage(const model::ExecutionRecord& record, Detail detail) {
  admin::Execution out;
  *out.mutable_id() = idl::ToIdl(record.id);
  out.mutable_spec()->ParseFromString(record.spec);
  if (detail == Detail::kListed) out.mutable_spec()->clear_inputs();
  auto* closure = out.mutable_closure();
  SetResult(record, detail, closure);
  closure->set_phase(static_cast<core::WorkflowExecution::Phase>(record.phase));
  SetTimes(record, closure);
  *closure->mutable_notifications() = model::ReadNotifications(record.notifications);
  *closure->mutable_workflow_id() = registry::ToIdl(record.workflow);
  auto* state = closure->mutable_state_change_details();
  state->set_state(static_cast<admin::ExecutionState>(record.state));
  *state->mutable_occurred_at() =
      idl::ToIdl(record.state_changed_at == Instant{} ? record.created_at : record.state_changed_at);
  state->set_principal(record.state_principal);
  return out;
}

admin::NodeExecution ToMessage(const model::NodeRecord& record, Detail detail) {
  admin::NodeExecution out;
  *out.mutable_id() = idl::ToIdl(record.id);
  out.set_input_uri(record.input_uri);
  auto* closure = out.mutable_closure();
  if (record.error) {
    *closure->mutable_error() = ErrorToIdl(*record.error, detail);
  } else if (!record.output_uri.empty()) {
    closure->set_output_uri(record.output_uri);
  }
  closure->set_phase(static_cast<core::NodeExecution::Phase>(record.phase));
  SetTimes(record, closure);
  SetTarget(record, closure);
  closure->set_deck_uri(record.deck_uri);
  closure->set_dynamic_job_spec_uri(record.dynamic_job_spec_uri);
  auto* metadata = out.mutable_metadata();
  metadata->set_retry_group(record.retry_group);
  metadata->set_is_parent_node(record.is_parent);
  metadata->set_spec_node_id(record.spec_node_id);
  metadata->set_is_dynamic(record.is_dynamic);
  metadata->set_is_array(record.is_array);
  return out;
}

core::TaskExecutionIdentifier TaskId(const model::TaskRecord& record) {
  return control::TaskExecutionId(record.id, record.task);
}

admin::TaskExecution ToMessage(const control::Attempt& attempt) {
  const model::TaskRecord& record = attempt.record;
  admin::TaskExecution out;
  *out.mutable_id() = TaskId(record);
  out.set_input_uri(record.input_uri);
  auto* closure = out.mutable_closure();
  if (record.error) {
    *closure->mutable_error() = ErrorToIdl(*record.error, Detail::kWhole);
  } else if (!record.output_uri.empty()) {
    closure->set_output_uri(record.output_uri);
  }
  closure->set_phase(static_cast<core::TaskExecution::Phase>(record.phase));
  SetTimes(record, closure);
  closure->set_task_type(record.task_type);
  closure->set_event_version(1);
  for (const auto& log : record.logs) {
    auto* added = closure->add_logs();
    added->set_uri(log.uri);
    added->set_name(log.name);
    added->set_message_format(core::TaskLog::JSON);
  }
  for (const auto& reason : record.reasons) {
    auto* added = closure->add_reasons();
    *added->mutable_occurred_at() = idl::ToIdl(reason.occurred_at);
    added->set_message(reason.message);
    closure->set_reason(reason.message);  // the latest stays
  }
  if (!record.custom_info.empty()) closure->mutable_custom_info()->ParseFromString(record.custom_info);
  auto* metadata = closure->mutable_metadata();
  metadata->ParseFromString(record.external_resources);
  metadata->set_generated_name(record.generated_name);
  metadata->set_plugin_identifier(record.plugin_identifier);
  if (record.interruptible) metadata->set_instance_class(flyteidl::event::TaskExecutionMetadata::INTERRUPTIBLE);
  AddItems(attempt.items, metadata);
  return out;
}

admin::Signal ToMessage(const model::SignalRecord& record) {
  admin::Signal out;
  out.mutable_id()->set_signal_id(record.signal_id);
  *out.mutable_id()->mutable_execution_id() = idl::ToIdl(record.execution);
  if (!record.type.empty()) out.mutable_type()->ParseFromString(record.type);
  if (!record.value.empty()) out.mutable_value()->ParseFromString(record.value);
  return out;
}

}  // namespace sandbox::api
