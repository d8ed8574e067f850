// Executions that launch-plan nodes start: protocol/execution-engine 5.6.

#include "control/ids.h"
#include "control/launch.h"
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

LaunchSpec SpecOf(const engine::LaunchChild& child, const NodeExecutionId& parent_node,
                  const model::ExecutionRecord& parent) {
  admin::ExecutionSpec parent_spec;
  parent_spec.ParseFromString(parent.spec);
  LaunchSpec out;
  out.id = child.child;
  out.target = child.launch_plan;
  out.inputs = *child.inputs;
  out.origin.mode = admin::ExecutionMetadata::CHILD_WORKFLOW;
  out.origin.parent = parent_node;
  admin::ExecutionSpec& spec = out.settings;
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
  return out;
}

}  // namespace

void Requests::LaunchChild(const engine::LaunchChild& child, const NodeExecutionId& parent, Done done) {
  const auto answer = [done = std::move(done)](const Result<ExecutionId>& launched) {
    done(launched ? Status{} : std::unexpected(launched.error()));
  };
  const auto old = child.recover
                       ? deps_.store.Query([&](MetadataReader& reader) { return reader.FindExecution(*child.recover); })
                       : std::nullopt;
  // Its parent has ended: it may still be being aborted, but nothing will come of it.
  if (old) return Recover({*child.recover, child.child.name, parent}, Recovers::kAny, answer);
  auto prepared = deps_.store.Query([&](MetadataReader& reader) -> Prepared {
    const auto record = reader.FindExecution(parent.execution);
    if (!record) return {MissingExecution(parent.execution), nullptr};
    return launcher_->Prepare(reader, SpecOf(child, parent, *record));
  });
  launcher_->Launch(std::move(prepared), answer);
}

}  // namespace sandbox::control
