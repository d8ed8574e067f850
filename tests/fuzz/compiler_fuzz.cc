// What clients register: a workflow with its sub-workflows, and a task. Whatever it refers to is registered as that
// task and as a launch plan of the workflow's interface.

#include <cstdint>
#include <string>

#include "flyteidl/admin/workflow.pb.h"
#include "sandbox/registry/compiler.h"

using namespace sandbox;
using namespace flyteidl;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  core::TaskTemplate task;
  if (task.ParseFromString(bytes)) (void)registry::CompileTask(task);

  admin::WorkflowSpec spec;
  if (!spec.ParseFromString(bytes)) return 0;
  registry::CompilerEnvironment environment;
  environment.task = [&](const core::Identifier& id) -> Result<core::CompiledTask> {
    core::CompiledTask out;
    *out.mutable_template_()->mutable_id() = id;
    *out.mutable_template_()->mutable_interface() = spec.template_().interface();
    return out;
  };
  environment.launch_plan = [&](const core::Identifier& id) -> Result<admin::LaunchPlan> {
    admin::LaunchPlan out;
    *out.mutable_id() = id;
    *out.mutable_spec()->mutable_workflow_id() = spec.template_().id();
    *out.mutable_closure()->mutable_expected_outputs() = spec.template_().interface().outputs();
    return out;
  };
  core::Identifier id;
  id.set_name("w");
  const auto closure = registry::CompileWorkflow(id, spec, environment);
  if (!closure) return 0;
  // What was compiled is what a dynamic workflow may be made of.
  std::vector<core::WorkflowTemplate> others;
  for (const auto& other : closure->sub_workflows()) others.push_back(other.template_());
  const std::vector<core::CompiledTask> tasks(closure->tasks().begin(), closure->tasks().end());
  (void)registry::CompileClosure(closure->primary().template_(), others, tasks, environment);
  return 0;
}
