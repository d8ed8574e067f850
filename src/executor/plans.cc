#include "sandbox/executor/plans.h"

#include "flyteidl/core/compiler.pb.h"

namespace sandbox::executor {

Result<std::shared_ptr<const engine::Plan>> Plans::Find(MetadataReader& reader, const EntityId& workflow) {
  if (auto kept = plans_.Find(workflow)) return kept;
  const auto entity = reader.FindEntity(workflow);
  if (!entity) return NotFound(Cat("workflow ", workflow.name, " ", workflow.version, " is not registered any more"));
  auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>();
  if (!closure->ParseFromString(entity->closure))
    return Internal(Cat("the stored closure of workflow ", workflow.name, " cannot be read"));
  auto plan = engine::Plan::Build(std::move(closure));
  if (plan) plans_.Add(workflow, *plan, entity->closure.size());
  return plan;
}

}  // namespace sandbox::executor
