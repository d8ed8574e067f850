#include "control/single_task.h"

#include <algorithm>
#include <string>
#include <vector>

#include "flyteidl/admin/common.pb.h"
#include "flyteidl/admin/workflow.pb.h"
#include "idl/ids.h"
#include "idl/times.h"
#include "sandbox/base/names.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

constexpr uint32_t kDefaultRetries = 3;

std::vector<std::string> SortedNames(const core::VariableMap& variables) {
  std::vector<std::string> names;
  for (const auto& entry : variables.variables()) names.push_back(entry.first);
  std::ranges::sort(names);
  return names;
}

void Bind(const std::string& var, const std::string& from_node, core::Binding* binding) {
  binding->set_var(var);
  binding->mutable_binding()->mutable_promise()->set_node_id(from_node);
  binding->mutable_binding()->mutable_promise()->set_var(var);
}

core::WorkflowTemplate Template(const core::Identifier& id, const core::TaskTemplate& task) {
  const std::string node_id = SingleTaskNodeId(task.id().name());
  core::WorkflowTemplate out;
  *out.mutable_id() = id;
  *out.mutable_interface() = task.interface();
  auto* node = out.add_nodes();
  node->set_id(node_id);
  node->mutable_metadata()->set_name(node_id);
  if (task.metadata().has_retries()) {
    *node->mutable_metadata()->mutable_retries() = task.metadata().retries();
  } else {
    node->mutable_metadata()->mutable_retries()->set_retries(kDefaultRetries);
  }
  *node->mutable_task_node()->mutable_reference_id() = task.id();
  for (const auto& name : SortedNames(task.interface().inputs())) Bind(name, "start-node", node->add_inputs());
  for (const auto& name : SortedNames(task.interface().outputs())) Bind(name, node_id, out.add_outputs());
  return out;
}

core::ParameterMap Required(const core::VariableMap& inputs) {
  core::ParameterMap out;
  for (const auto& [name, variable] : inputs.variables()) {
    auto& parameter = (*out.mutable_parameters())[name];
    *parameter.mutable_var() = variable;
    parameter.set_required(true);
  }
  return out;
}

EntityId WrapperId(EntityKind kind, const EntityId& task) {
  return {kind, task.project, task.domain, ".flytegen." + task.name, task.version};
}

// The launch plan names a workflow that is not there: the task's own name. So does the reference.
model::EntityRecord LaunchPlanRow(const EntityId& task, const core::TypedInterface& interface, Instant now) {
  admin::LaunchPlanSpec spec;
  *spec.mutable_workflow_id() =
      registry::ToIdl({EntityKind::kWorkflow, task.project, task.domain, task.name, task.version});
  spec.mutable_entity_metadata();
  *spec.mutable_default_inputs() = Required(interface.inputs());
  spec.mutable_fixed_inputs();
  spec.mutable_labels();
  spec.mutable_annotations();
  admin::LaunchPlanClosure closure;
  *closure.mutable_expected_inputs() = Required(interface.inputs());
  *closure.mutable_expected_outputs() = interface.outputs();
  *closure.mutable_created_at() = idl::ToIdl(now);
  *closure.mutable_updated_at() = idl::ToIdl(now);

  model::EntityRecord row;
  row.id = WrapperId(EntityKind::kLaunchPlan, task);
  row.digest = registry::ObjectHash(spec);
  row.spec = spec.SerializeAsString();
  row.closure = closure.SerializeAsString();
  row.schedule_type = "NONE";
  row.workflow = {EntityKind::kWorkflow, task.project, task.domain, task.name, task.version};
  row.created_at = row.updated_at = now;
  return row;
}

Result<core::CompiledWorkflowClosure> Compile(const EntityId& id, const core::CompiledTask& task) {
  admin::WorkflowSpec spec;
  const auto identifier = registry::ToIdl(id);
  *spec.mutable_template_() = Template(identifier, task.template_());
  registry::CompilerEnvironment environment;
  environment.task = [&task](const core::Identifier&) -> Result<core::CompiledTask> { return task; };
  environment.launch_plan = [](const core::Identifier&) -> Result<admin::LaunchPlan> {
    return Internal("a wrapped task refers to no launch plan");
  };
  return registry::CompileWorkflow(identifier, spec, environment);
}

}  // namespace

Result<TaskWrapper> WrapTask(MetadataReader& reader, const model::EntityRecord& task, Instant now) {
  core::CompiledTask compiled_task;
  if (!compiled_task.ParseFromString(task.closure))
    return Internal(Cat("the stored task ", task.id.name, " cannot be read"));
  const auto& interface = compiled_task.template_().interface();

  TaskWrapper wrapper;
  wrapper.expected_inputs = Required(interface.inputs());
  const EntityId id = WrapperId(EntityKind::kWorkflow, task.id);
  wrapper.workflow.id = id;
  wrapper.stored = reader.FindEntity(id).has_value();
  if (wrapper.stored) return wrapper;
  auto compiled = Compile(id, compiled_task);
  if (!compiled) return std::unexpected(std::move(compiled.error()));
  wrapper.workflow.digest = registry::ObjectHash(*compiled);
  wrapper.workflow.closure = compiled->SerializeAsString();
  wrapper.workflow.typed_interface = interface.SerializeAsString();
  wrapper.workflow.created_at = wrapper.workflow.updated_at = now;
  wrapper.launch_plan = LaunchPlanRow(task.id, interface, now);
  wrapper.compiled = std::make_shared<const core::CompiledWorkflowClosure>(std::move(*compiled));
  return wrapper;
}

Status StoreWrapper(MetadataWriter& writer, const TaskWrapper& wrapper) {
  for (const auto* row : {&wrapper.workflow, &wrapper.launch_plan}) {
    auto inserted = writer.InsertEntity(*row);
    if (!inserted && inserted.error().code != Code::kAlreadyExists) return inserted;
  }
  EntityId name = wrapper.workflow.id;
  name.version.clear();
  return writer.PutNamedEntity({name, "", admin::SYSTEM_GENERATED});
}

}  // namespace sandbox::control
