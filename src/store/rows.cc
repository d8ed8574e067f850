#include "store/rows.h"

#include <cstdlib>

#include "store/codec.h"

namespace sandbox::store {
namespace {

// Field lists of the bodies. Only ever add at the end (codec.h).

template <typename Archive, typename Record>
void VisitExecutionSpec(Archive& a, Record& r) {
  a(r.spec, r.launch_plan, r.workflow, r.task, r.notifications, r.inputs, r.user_inputs, r.settings, r.reference,
    r.parent_node, r.tags);
}

template <typename Archive, typename Record>
void VisitExecution(Archive& a, Record& r) {
  a(r.phase, r.error, r.output_uri, r.abort_requested, r.state_principal);
}

// `old_state` is where the engine's state was until it got a type.
template <typename Archive, typename Record, typename Text>
void VisitNode(Archive& a, Record& r, Text& old_state) {
  a(r.spec_node_id, r.name, r.retry_group, r.phase, r.output_uri, r.deck_uri, r.error, r.is_parent, r.is_dynamic,
    r.is_array, r.has_task_metadata, r.checkpoint_uri, r.cache_status, r.catalog_key, r.child_execution,
    r.dynamic_job_spec_uri, r.dynamic_workflow, r.attempts, r.system_failures, r.queued_at, r.attempt_started_at,
    old_state, r.item, r.cache_claim, r.admission, r.state, r.wait);
}

// The text was what a branch had chosen, how many items an array or a map task has, or since when an image cannot be
// had, in nanoseconds, which are more than a map task has items.
model::NodeState ReadOldState(const std::string& text, const model::NodeRecord& node) {
  constexpr int64_t kMapItemsMax = 5000;
  if (text.empty()) return node.state;
  if (node.is_parent) return model::BranchState{text};
  const int64_t number = std::strtoll(text.c_str(), nullptr, 10);
  if (node.is_array || number <= kMapItemsMax) return model::ArrayState{static_cast<uint32_t>(number)};
  return model::TaskState{Instant(Duration(number))};
}

template <typename Archive, typename Record>
void VisitTask(Archive& a, Record& r) {
  a(r.task.kind, r.task_type, r.phase, r.output_uri, r.error, r.reasons, r.logs, r.generated_name, r.plugin_identifier,
    r.interruptible, r.external_resources, r.custom_info, r.pod_status, r.pod_reason, r.containers_ready,
    r.containers_total, r.exit_code, r.pod_finished_at, r.item, r.cache_status, r.job, r.unlisted, r.pod);
}

template <typename Archive, typename Record>
void VisitJobDeletion(Archive& a, Record& r) {
  a(r.task_type, r.task_type_version, r.job);
}

EntityKind Kind(int64_t value) { return static_cast<EntityKind>(value); }

EntityId ReadNameId(Cursor& row) {
  EntityId id;
  id.kind = Kind(row.Integer());
  id.project = row.Text();
  id.domain = row.Text();
  id.name = row.Text();
  return id;
}

// The columns that nodes and tasks end with.
template <typename Record>
void ReadProgress(Cursor& row, Record& r) {
  r.input_uri = row.Text();
  r.duration = row.OptionalDuration();
  r.created_at = row.Time();
  r.updated_at = row.Time();
  r.started_at = row.Time();
}

}  // namespace

ExecutionId ReadExecutionId(Cursor& row) {
  ExecutionId id;
  id.project = row.Text();
  id.domain = row.Text();
  id.name = row.Text();
  return id;
}

model::EntityRecord ReadEntity(Cursor& row) {
  model::EntityRecord r;
  r.row = row.Integer();
  r.id = ReadNameId(row);
  r.id.version = row.Text();
  r.type = row.Text();
  r.short_description = row.Text();
  r.state = static_cast<int>(row.Integer());
  r.schedule_type = row.Text();
  r.created_at = row.Time();
  r.updated_at = row.Time();
  r.digest = row.Text();
  Decoder workflow(row.View());
  workflow(r.workflow);
  r.typed_interface = row.Text();
  r.spec = row.Text();
  r.closure = row.Text();
  return r;
}

model::NamedEntityRecord ReadName(Cursor& row) {
  model::NamedEntityRecord r;
  r.id = ReadNameId(row);
  r.description = row.Text();
  r.state = static_cast<int>(row.Integer());
  return r;
}

model::DescriptionRecord ReadDescription(Cursor& row) {
  model::DescriptionRecord r;
  r.id = ReadNameId(row);
  r.id.version = row.Text();
  r.description = row.Text();
  r.created_at = row.Time();
  return r;
}

model::ProjectRecord ReadProject(Cursor& row) {
  model::ProjectRecord r;
  r.id = row.Text();
  r.name = row.Text();
  r.description = row.Text();
  r.state = static_cast<int>(row.Integer());
  r.labels = row.Text();
  r.created_at = row.Time();
  r.updated_at = row.Time();
  return r;
}

model::AttributesRecord ReadAttributes(Cursor& row) {
  model::AttributesRecord r;
  r.key.resource = static_cast<int>(row.Integer());
  r.key.project = row.Text();
  r.key.domain = row.Text();
  r.key.workflow = row.Text();
  r.key.launch_plan = row.Text();
  r.priority = static_cast<int>(row.Integer());
  r.attributes = row.Text();
  return r;
}

model::ExecutionRecord ReadExecution(Cursor& row) {
  model::ExecutionRecord r;
  r.row = row.Integer();
  r.id = ReadExecutionId(row);
  r.mode = static_cast<int>(row.Integer());
  r.cluster = row.Text();
  r.user = row.Text();
  r.abort_cause = row.Text();
  r.duration = row.OptionalDuration();
  r.created_at = row.Time();
  r.updated_at = row.Time();
  r.started_at = row.Time();
  r.state = static_cast<int>(row.Integer());
  r.state_changed_at = row.Time();
  Decoder body(row.View());
  VisitExecution(body, r);
  Decoder spec(row.View());
  VisitExecutionSpec(spec, r);
  return r;
}

model::NodeRecord ReadNode(Cursor& row) {
  model::NodeRecord r;
  r.row = row.Integer();
  r.id.execution = ReadExecutionId(row);
  r.id.node = row.Text();
  r.parent = row.Text();
  ReadProgress(row, r);
  DecodeNodeBody(row.View(), r);
  return r;
}

void DecodeNodeBody(std::string_view bytes, model::NodeRecord& node) {
  Decoder body(bytes);
  std::string old_state;
  VisitNode(body, node, old_state);
  node.state = ReadOldState(old_state, node);
}

model::TaskRecord ReadTask(Cursor& row) {
  model::TaskRecord r;
  r.row = row.Integer();
  r.id.node.execution = ReadExecutionId(row);
  r.id.node.node = row.Text();
  r.id.attempt = static_cast<uint32_t>(row.Integer());
  r.task.project = row.Text();
  r.task.domain = row.Text();
  r.task.name = row.Text();
  r.task.version = row.Text();
  r.phase_version = static_cast<uint32_t>(row.Integer());
  ReadProgress(row, r);
  Decoder body(row.View());
  VisitTask(body, r);
  return r;
}

model::SignalRecord ReadSignal(Cursor& row) {
  model::SignalRecord r;
  r.execution = ReadExecutionId(row);
  r.signal_id = row.Text();
  r.created_at = row.Time();
  r.type = row.Text();
  r.value = row.Text();
  return r;
}

model::JobDeletion ReadJobDeletion(Cursor& row) {
  model::JobDeletion r;
  r.id.node.execution = ReadExecutionId(row);
  r.id.node.node = row.Text();
  r.id.attempt = static_cast<uint32_t>(row.Integer());
  Decoder body(row.View());
  VisitJobDeletion(body, r);
  return r;
}

std::string ExecutionSpecBody(const model::ExecutionRecord& execution) {
  Encoder body;
  VisitExecutionSpec(body, execution);
  return body.Take();
}

std::string ExecutionBody(const model::ExecutionRecord& execution) {
  Encoder body;
  VisitExecution(body, execution);
  return body.Take();
}

std::string NodeBody(const model::NodeRecord& node) {
  Encoder body;
  const std::string no_old_state;
  VisitNode(body, node, no_old_state);
  return body.Take();
}

std::string TaskBody(const model::TaskRecord& task) {
  Encoder body;
  VisitTask(body, task);
  return body.Take();
}

std::string JobDeletionBody(const model::JobDeletion& deletion) {
  Encoder body;
  VisitJobDeletion(body, deletion);
  return body.Take();
}

std::string EncodeId(const EntityId& id) {
  Encoder body;
  body(id);
  return body.Take();
}

}  // namespace sandbox::store
