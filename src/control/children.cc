// Executions that launch-plan nodes start: protocol/execution-engine 5.6.

#include "control/ids.h"
#include "control/launch.h"
#include "idl/ids.h"
#include "sandbox/control/requests.h"
#include "sandbox/engine/run.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

namespace {

// The labels that the parent's pods have, its own parent's included: the whole family is found by its root.
void CopyLabels(const model::ExecutionRecord& parent, admin::Labels* labels) {
  auto& values = *labels->mutable_values();
  values["domain"] = parent.id.domain;
  values["execution-id"] = parent.id.name;
  values["project"] = parent.id.project;
  values["workflow-name"] = engine::LabelValue(parent.workflow.name);
  for (const auto& [key, value] : parent.settings.labels) values[key] = value;
}

admin::ExecutionCreateRequest MakeRequest(const engine::LaunchChild& child, const NodeExecutionId& parent_node,
                                          const model::ExecutionRecord& parent) {
  admin::ExecutionSpec parent_spec;
  parent_spec.ParseFromString(parent.spec);
  admin::ExecutionCreateRequest request;
  request.set_project(child.child.project);
  request.set_domain(child.child.domain);
  request.set_name(child.child.name);
  *request.mutable_inputs() = *child.inputs;
  admin::ExecutionSpec& spec = *request.mutable_spec();
  *spec.mutable_launch_plan() = registry::ToIdl(child.launch_plan);
  spec.mutable_metadata()->set_mode(admin::ExecutionMetadata::CHILD_WORKFLOW);
  *spec.mutable_metadata()->mutable_parent_node_execution() = idl::ToIdl(parent_node);
  CopyLabels(parent, spec.mutable_labels());
  auto* annotations = spec.mutable_annotations();
  for (const auto& [key, value] : parent.settings.annotations) (*annotations->mutable_values())[key] = value;
  auto* envs = spec.mutable_envs();
  for (const auto& [key, value] : parent.settings.envs) {
    auto* pair = envs->add_values();
    pair->set_key(key);
    pair->set_value(value);
  }
  *spec.mutable_security_context() = parent_spec.security_context();
  spec.set_max_parallelism(static_cast<int32_t>(parent.settings.max_parallelism));
  spec.set_overwrite_cache(parent.settings.overwrite_cache);
  if (parent.settings.interruptible) spec.mutable_interruptible()->set_value(*parent.settings.interruptible);
  if (parent_spec.has_raw_output_data_config())
    *spec.mutable_raw_output_data_config() = parent_spec.raw_output_data_config();
  return request;
}

}  // namespace

void Requests::LaunchChild(const engine::LaunchChild& child, const NodeExecutionId& parent,
                           std::function<void(Status)> done) {
  const auto answer = [done](const Result<admin::ExecutionCreateResponse>& response) {
    done(response ? Status{} : std::unexpected(response.error()));
  };
  const auto old = child.recover
                       ? deps_.store.Query([&](MetadataReader& reader) { return reader.FindExecution(*child.recover); })
                       : std::nullopt;
  if (old) {
    admin::ExecutionRecoverRequest request;
    *request.mutable_id() = idl::ToIdl(*child.recover);
    request.set_name(child.child.name);
    *request.mutable_metadata()->mutable_parent_node_execution() = idl::ToIdl(parent);
    // Its parent has ended: it may still be being aborted, but nothing will come of it.
    return Recover(request, Recovers::kAny, answer);
  }
  auto prepared = deps_.store.Query([&](MetadataReader& reader) -> Prepared {
    const auto record = reader.FindExecution(parent.execution);
    if (!record) return {MissingExecution(parent.execution), nullptr};
    return PrepareLaunch(reader, deps_, MakeRequest(child, parent, *record));
  });
  Launch(deps_, std::move(prepared), answer);
}

}  // namespace sandbox::control
