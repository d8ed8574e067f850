#include "executor/dynamic.h"

#include "cache/cache_key.h"
#include "flyteidl/admin/node_execution.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/dynamic_job.pb.h"
#include "sandbox/base/names.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/registry.h"

namespace sandbox::executor {
namespace {

namespace core = flyteidl::core;

constexpr size_t kVersionLength = 10;

engine::DynamicWorkflow Refuse(std::string message) {
  engine::DynamicWorkflow out;
  out.error =
      model::ExecutionError{"DynamicWorkflowBuildFailed", std::move(message), "", model::ErrorKind::kUser, {}, ""};
  return out;
}

// As the reference draws one at random, but the same each time.
std::string Version(const AttemptId& id) {
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  uint64_t hash = Fnv1a64(Cat(id.node.execution.name, "-", id.node.node, "-", id.attempt));
  std::string out;
  for (; out.size() < kVersionLength; hash /= kAlphabet.size()) out += kAlphabet[hash % kAlphabet.size()];
  return out;
}

core::Identifier WorkflowId(const engine::CompileDynamic& what) {
  const ExecutionId& execution = what.id.node.execution;
  core::Identifier id;
  id.set_resource_type(core::WORKFLOW);
  id.set_project(execution.project);
  id.set_domain(execution.domain);
  id.set_name(Cat("dynamic_", what.node_id));
  id.set_version(Version(what.id));
  return id;
}

// What the reference keeps of an interface when it runs it.
void Strip(core::TypedInterface& interface) {
  *interface.mutable_inputs() = cache::StripVariables(interface.inputs());
  *interface.mutable_outputs() = cache::StripVariables(interface.outputs());
}

core::WorkflowTemplate Template(const engine::CompileDynamic& what, const core::DynamicJobSpec& spec) {
  core::WorkflowTemplate out;
  *out.mutable_id() = WorkflowId(what);
  out.mutable_interface()->mutable_inputs();
  out.mutable_interface()->mutable_outputs()->ParseFromString(what.outputs);
  *out.mutable_nodes() = spec.nodes();
  *out.mutable_outputs() = spec.outputs();
  Strip(*out.mutable_interface());
  return out;
}

// A launch plan that is not there is said in the reference's words.
registry::CompilerEnvironment Environment(MetadataReader& reader) {
  registry::CompilerEnvironment out = registry::StoredEntities(reader, 0);
  out.launch_plan = [find = std::move(out.launch_plan)](const core::Identifier& id) {
    auto plan = find(id);
    if (plan || plan.error().code != Code::kNotFound) return plan;
    const std::string missing =
        Cat("missing entity of type LAUNCH_PLAN with identifier project:\"", id.project(), "\"  domain:\"", id.domain(),
            "\"  name:\"", id.name(), "\"  version:\"", id.version(), "\"");
    plan.error().message = Cat(
        "[User] incorrectly specified launchplan ", id.project(), ":", id.domain(), ":", id.name(), ":", id.version(),
        ", caused by: [NotFound] No launch plan retrieved from Admin, caused by: rpc error: code = NotFound desc = ",
        missing);
    return plan;
  };
  return out;
}

}  // namespace

engine::DynamicWorkflow CompileDynamicWorkflow(MetadataReader& reader, const ObjectLayout& layout,
                                               const engine::CompileDynamic& what) {
  core::DynamicJobSpec spec;
  if (what.futures.empty() || !spec.ParseFromString(what.futures))
    return Refuse(Cat("unable to read the futures file [", what.futures_uri, "]: it is empty or no DynamicJobSpec"));
  std::vector<core::CompiledTask> tasks;
  for (const core::TaskTemplate& task : spec.tasks()) {
    auto compiled = registry::CompileTask(task);
    if (!compiled) return Refuse(compiled.error().message);
    Strip(*compiled->mutable_template_()->mutable_interface());
    tasks.push_back(std::move(*compiled));
  }
  std::vector<core::WorkflowTemplate> sub_workflows(spec.subworkflows().begin(), spec.subworkflows().end());
  for (core::WorkflowTemplate& workflow : sub_workflows) Strip(*workflow.mutable_interface());
  auto closure = registry::CompileClosure(Template(what, spec), sub_workflows, tasks, Environment(reader));
  if (!closure) return Refuse(closure.error().message);
  const core::Identifier id = closure->primary().template_().id();
  const ExecutionId& execution = what.id.node.execution;
  flyteidl::admin::DynamicWorkflowNodeMetadata metadata;
  *metadata.mutable_id() = id;
  *metadata.mutable_compiled_workflow() = *closure;
  metadata.set_dynamic_job_spec_uri(what.futures_uri);
  engine::DynamicWorkflow out;
  out.metadata = metadata.SerializeAsString();
  out.closure = closure->SerializeAsString();
  out.admin_uri =
      layout.Uri(Cat(layout.workflows, "/", execution.project, "/", execution.domain, "/", execution.name, "/",
                     what.id.node.node, "/", id.project(), "_", id.domain(), "_", id.name(), "_", id.version()));
  auto plan = engine::Plan::Build(std::make_shared<core::CompiledWorkflowClosure>(std::move(*closure)));
  if (!plan) return Refuse(plan.error().message);
  out.plan = std::move(*plan);
  return out;
}

}  // namespace sandbox::executor
