#include <string>
#include <utility>
#include <vector>

#include "registry/compiler/errors.h"
#include "registry/compiler/requirements.h"
#include "registry/compiler/workflow_builder.h"
#include "sandbox/base/error.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace compiler {
namespace {

using flyteidl::core::CompiledTask;
using flyteidl::core::CompiledWorkflow;
using flyteidl::core::CompiledWorkflowClosure;
using flyteidl::core::Identifier;
using flyteidl::core::WorkflowTemplate;

// False when a sub-workflow is given twice (collected) or has no id (silent, as in the reference).
template <typename SubWorkflows>
bool Index(const SubWorkflows& sub_workflows, SubWorkflowIndex& index, Errors& errors) {
  const Scope scope(errors);
  for (const WorkflowTemplate& sub_workflow : sub_workflows) {
    if (!sub_workflow.has_id()) return false;
    const std::string id = GoText(sub_workflow.id());
    if (!index.emplace(id, &sub_workflow).second)
      errors.Collect("DuplicateId", id, "Trying to insert two nodes with the same id.");
  }
  return scope.Clean();
}

// A reference with an empty part names nothing.
bool IsComplete(const Identifier& id) {
  return !id.project().empty() && !id.domain().empty() && !id.name().empty() && !id.version().empty();
}

// What the workflow refers to, under the ids that the reference finds them by.
struct Found {
  std::vector<CompiledTask> tasks;
  std::map<std::string, flyteidl::admin::LaunchPlan> launch_plans;
};

Status FetchTasks(const Requirements& requirements, const CompilerEnvironment& environment, Found& found) {
  for (const Identifier& id : requirements.tasks) {
    if (!IsComplete(id)) continue;
    Result<CompiledTask> task = environment.task(id);
    if (!task) return std::unexpected(std::move(task).error());
    found.tasks.push_back(*std::move(task));
  }
  return {};
}

Status FetchLaunchPlans(const Requirements& requirements, const CompilerEnvironment& environment, Found& found) {
  for (const Identifier& id : requirements.launch_plans) {
    if (!IsComplete(id)) continue;
    Result<flyteidl::admin::LaunchPlan> launch_plan = environment.launch_plan(id);
    if (!launch_plan) return std::unexpected(std::move(launch_plan).error());
    found.launch_plans.emplace(GoText(id), *std::move(launch_plan));
  }
  return {};
}

void CheckFound(const Requirements& requirements, Compilation& compilation) {
  for (const Identifier& id : requirements.launch_plans) {
    const std::string text = GoText(id);
    if (!compilation.launch_plans.contains(text)) compilation.errors.WorkflowNotFound(kStartNode, text);
  }
  for (const Identifier& id : requirements.tasks) {
    const std::string text = GoText(id);
    if (!compilation.tasks.contains(text)) compilation.errors.TaskNotFound(kStartNode, text);
  }
}

// The tasks once each, and where they are by id; false when one has no id.
bool AddTasks(std::vector<CompiledTask> tasks, CompiledWorkflowClosure& closure, Compilation& compilation) {
  closure.mutable_tasks()->Reserve(static_cast<int>(tasks.size()));
  for (CompiledTask& task : tasks) {
    if (!task.template_().has_id()) {
      compilation.errors.ValueRequired("task", "Template.Id");
      return false;
    }
    const std::string id = GoText(task.template_().id());
    if (compilation.tasks.contains(id)) continue;
    CompiledTask& added = *closure.add_tasks();
    *added.mutable_template_() = std::move(*task.mutable_template_());
    compilation.tasks.emplace(id, added.mutable_template_());
  }
  return true;
}

Error Refused(const Errors& errors) {
  return Error{Code::kInvalidArgument, "INVALID_ARGUMENT", errors.Text(), SideEffect::kNone, {}};
}

template <typename SubWorkflows>
Result<CompiledWorkflowClosure> Compile(const WorkflowTemplate& primary, const SubWorkflows& sub_workflows,
                                        Found found) {
  CompiledWorkflowClosure closure;
  Compilation compilation;
  Errors& errors = compilation.errors;
  if (!AddTasks(std::move(found.tasks), closure, compilation)) return std::unexpected(Refused(errors));
  compilation.launch_plans = std::move(found.launch_plans);
  SubWorkflowIndex index;
  if (!Index(sub_workflows, index, errors)) return std::unexpected(Refused(errors));
  CheckFound(FindRequirements(primary, index, errors), compilation);
  if (errors.collected() > 0) return std::unexpected(Refused(errors));

  closure.mutable_sub_workflows()->Reserve(static_cast<int>(sub_workflows.size()));
  for (const WorkflowTemplate& sub_workflow : sub_workflows) {
    CompiledWorkflow& added = *closure.add_sub_workflows();
    *added.mutable_template_() = sub_workflow;
    compilation.sub_workflows.emplace(GoText(sub_workflow.id()), &added);
  }
  *closure.mutable_primary()->mutable_template_() = primary;
  if (!WorkflowBuilder(compilation, *closure.mutable_primary()).Build()) return std::unexpected(Refused(errors));
  return closure;
}

// The templates of a workflow's creation with the errors as CreateWorkflow words them.
Result<CompiledWorkflowClosure> FetchAndCompile(const WorkflowTemplate& primary,
                                                const flyteidl::admin::WorkflowSpec& spec,
                                                const CompilerEnvironment& environment) {
  Errors errors;
  SubWorkflowIndex index;
  if (!Index(spec.sub_workflows(), index, errors))
    return InvalidArgument("failed to get workflow requirements with err " + errors.Text());
  Found found;
  const Requirements requirements = FindRequirements(primary, index, errors);
  if (Status fetched = FetchTasks(requirements, environment, found); !fetched)
    return std::unexpected(std::move(fetched).error());
  if (Status fetched = FetchLaunchPlans(requirements, environment, found); !fetched)
    return std::unexpected(std::move(fetched).error());
  return Compile(primary, spec.sub_workflows(), std::move(found));
}

}  // namespace
}  // namespace compiler

Result<flyteidl::core::CompiledWorkflowClosure> CompileWorkflow(const flyteidl::core::Identifier& id,
                                                                const flyteidl::admin::WorkflowSpec& spec,
                                                                const CompilerEnvironment& environment) {
  flyteidl::core::WorkflowTemplate primary = spec.template_();
  *primary.mutable_id() = id;
  auto closure = compiler::FetchAndCompile(primary, spec, environment);
  if (!closure) {
    // A missing task is the request's fault here, and so is everything else; our own failures stay what they are.
    Error error = std::move(closure).error();
    if (error.code == Code::kNotFound) {
      error.code = Code::kInvalidArgument;
      error.reason = "INVALID_ARGUMENT";
    }
    error.message = Cat("failed to compile workflow for [", GoText(id), "] with err: ", error.message);
    return std::unexpected(std::move(error));
  }
  const int nodes = closure->primary().template_().nodes_size() - 2;  // without start and end
  if (environment.nodes_max > 0 && nodes > static_cast<int64_t>(environment.nodes_max)) {
    return InvalidArgument(Cat("number of nodes in workflow [", GoText(id), "] exceeds limit (", nodes, " > ",
                               environment.nodes_max, ")"));
  }
  return closure;
}

Result<flyteidl::core::CompiledWorkflowClosure> CompileClosure(
    const flyteidl::core::WorkflowTemplate& primary, const std::vector<flyteidl::core::WorkflowTemplate>& sub_workflows,
    const std::vector<flyteidl::core::CompiledTask>& tasks, const CompilerEnvironment& environment) {
  compiler::Errors errors;
  compiler::SubWorkflowIndex index;
  compiler::Found found;
  found.tasks = tasks;
  if (compiler::Index(sub_workflows, index, errors)) {
    const Status fetched =
        compiler::FetchLaunchPlans(compiler::FindRequirements(primary, index, errors), environment, found);
    if (!fetched) return std::unexpected(fetched.error());
  }
  return compiler::Compile(primary, sub_workflows, std::move(found));
}

}  // namespace sandbox::registry
