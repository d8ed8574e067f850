#pragma once

// Workflow compilation: protocol/execution-engine 1. Pure. Errors are INVALID_ARGUMENT with the reference's texts
// ("Collected Errors: N\n\tError 0: Code: ..., Node Id: ..., Description: ...\n").

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/admin/workflow.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/identifier.pb.h"
#include "flyteidl/core/interface.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "flyteidl/core/types.pb.h"
#include "sandbox/base/error.h"

namespace sandbox::registry {

// What a workflow refers to. NOT_FOUND (with the reference's text for a missing entity) when it is not registered.
struct CompilerEnvironment {
  std::function<Result<flyteidl::core::CompiledTask>(const flyteidl::core::Identifier&)> task;
  // The launch plan's expected inputs, expected outputs and workflow id.
  std::function<Result<flyteidl::admin::LaunchPlan>(const flyteidl::core::Identifier&)> launch_plan;
  // Most nodes of a workflow, without start and end (CompileWorkflow only). 0: no limit.
  uint32_t nodes_max = 100;
};

// CreateTask's compile step. INVALID_ARGUMENT "task failed compilation with ...".
Result<flyteidl::core::CompiledTask> CompileTask(const flyteidl::core::TaskTemplate& task);

// CreateWorkflow's compile step, requirements gathered and node limit checked. `id` replaces the template's id.
// INVALID_ARGUMENT "failed to compile workflow for [...] with err: ..." and others: protocol/control-plane 3.3.
Result<flyteidl::core::CompiledWorkflowClosure> CompileWorkflow(const flyteidl::core::Identifier& id,
                                                                const flyteidl::admin::WorkflowSpec& spec,
                                                                const CompilerEnvironment& environment);

// The compile step alone, for closures that the engine builds (dynamic workflows): bare "Collected Errors: ..." text.
Result<flyteidl::core::CompiledWorkflowClosure> CompileClosure(
    const flyteidl::core::WorkflowTemplate& primary, const std::vector<flyteidl::core::WorkflowTemplate>& sub_workflows,
    const std::vector<flyteidl::core::CompiledTask>& tasks, const CompilerEnvironment& environment);

// protocol/execution-engine 1.5.
bool AreTypesCastable(const flyteidl::core::LiteralType& upstream, const flyteidl::core::LiteralType& downstream);
// A type in words, short whatever the type: "integer", "list of dataclass Config", "string or none".
std::string TypeName(const flyteidl::core::LiteralType& type);
// A type as the reference's errors print it (GoText), or in words when that takes more than kTypeTextBytesMax.
std::string ShortTypeText(const flyteidl::core::LiteralType& type);
inline constexpr size_t kTypeTextBytesMax = 300;
// INVALID_ARGUMENT for a literal of an unknown kind ("got unknown literal type: ...").
Result<flyteidl::core::LiteralType> LiteralTypeForLiteral(const flyteidl::core::Literal& literal);

}  // namespace sandbox::registry
