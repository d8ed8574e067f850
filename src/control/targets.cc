#include "control/targets.h"

#include "control/overrides.h"
#include "flyteidl/core/compiler.pb.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

Result<std::shared_ptr<const Target>> Targets::Find(MetadataReader& reader, const EntityId& id, Instant now) {
  if (auto kept = targets_.Find(id)) return kept;
  return id.kind == EntityKind::kTask ? Task(reader, id, now) : LaunchPlan(reader, id);
}

Result<std::shared_ptr<const Target>> Targets::LaunchPlan(MetadataReader& reader, const EntityId& id) {
  auto row = reader.FindEntity(id);
  if (!row) return std::unexpected(registry::MissingEntity("LAUNCH_PLAN", id));
  auto target = std::make_shared<Target>();
  target->entity = id;
  admin::LaunchPlanClosure closure;
  if (!target->launch_plan.ParseFromString(row->spec) || !closure.ParseFromString(row->closure))
    return Internal(Cat("the stored launch plan ", id.name, " cannot be read"));
  target->expected_inputs = std::move(*closure.mutable_expected_inputs());
  target->workflow = registry::FromIdl(target->launch_plan.workflow_id());
  target->workflow.kind = EntityKind::kWorkflow;
  auto plan = plans_.Find(reader, target->workflow);
  if (!plan && plan.error().code == Code::kNotFound)
    return std::unexpected(registry::MissingEntity("WORKFLOW", target->workflow));
  if (!plan) return std::unexpected(std::move(plan.error()));
  target->plan = std::move(*plan);
  target->bad_override = BadResourceOverride(target->plan->Closure());
  targets_.Add(id, target, row->spec.size() + row->closure.size() + target->plan->Closure().ByteSizeLong());
  return target;
}

Result<std::shared_ptr<const Target>> Targets::Task(MetadataReader& reader, const EntityId& id, Instant now) {
  auto row = reader.FindEntity(id);
  if (!row) return std::unexpected(registry::MissingEntity("TASK", id));
  auto wrapped = WrapTask(reader, *row, now);
  if (!wrapped) return std::unexpected(std::move(wrapped.error()));
  auto target = std::make_shared<Target>();
  target->entity = id;
  target->workflow = wrapped->workflow.id;
  target->expected_inputs = wrapped->expected_inputs;
  auto plan = wrapped->stored ? plans_.Find(reader, target->workflow) : engine::Plan::Build(wrapped->compiled);
  if (!plan) return std::unexpected(std::move(plan.error()));
  target->plan = std::move(*plan);
  target->bad_override = BadResourceOverride(target->plan->Closure());
  if (wrapped->stored) {
    targets_.Add(id, target, row->closure.size() + target->plan->Closure().ByteSizeLong());
  } else {
    target->owed = std::make_shared<const TaskWrapper>(std::move(*wrapped));
  }
  return target;
}

}  // namespace sandbox::control
