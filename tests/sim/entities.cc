#include "entities.h"

#include "flyteidl/admin/launch_plan.pb.h"
#include "kinds.h"
#include "sandbox/registry/registry.h"

namespace sandbox::sim {
namespace {

namespace admin = flyteidl::admin;

model::EntityRecord LaunchPlan(const EntityId& id, const EntityId& workflow, const char* cron) {
  model::EntityRecord out;
  out.id = id;
  out.workflow = workflow;
  admin::LaunchPlanSpec spec;
  *spec.mutable_workflow_id() = registry::ToIdl(workflow);
  if (cron != nullptr) spec.mutable_entity_metadata()->mutable_schedule()->mutable_cron_schedule()->set_schedule(cron);
  out.spec = spec.SerializeAsString();
  admin::LaunchPlanClosure closure;
  auto& x = (*closure.mutable_expected_inputs()->mutable_parameters())["x"];
  x.mutable_var()->mutable_type()->set_simple(flyteidl::core::INTEGER);
  *x.mutable_default_() = Number(1);
  out.closure = closure.SerializeAsString();
  out.schedule_type = cron == nullptr ? "NONE" : "CRON";
  return out;
}

}  // namespace

EntityId TickPlan() { return {EntityKind::kLaunchPlan, "p", kDomain, "tick", "v1"}; }

EntityId WorkflowPlan() { return {EntityKind::kLaunchPlan, "p", "d", kWorkflow, "v1"}; }

Status Register(MetadataWriter& writer, const SimGraph& graph) {
  model::ProjectRecord project;
  project.id = "p";
  if (auto put = writer.InsertProject(project); !put) return put;
  model::EntityRecord child;
  child.id = {EntityKind::kWorkflow, "p", "d", kChildWorkflow, "v1"};
  child.closure = ChildClosure()->SerializeAsString();
  const EntityId child_plan{EntityKind::kLaunchPlan, "p", "d", kChildWorkflow, "v1"};
  for (const model::EntityRecord& entity :
       {graph.entity, child, LaunchPlan(WorkflowPlan(), graph.entity.id, nullptr),
        LaunchPlan(child_plan, child.id, nullptr), LaunchPlan(TickPlan(), child.id, kTicks)}) {
    if (auto put = writer.InsertEntity(entity); !put) return put;
  }
  return {};
}

}  // namespace sandbox::sim
