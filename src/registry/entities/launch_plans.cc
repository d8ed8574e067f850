#include "registry/entities/launch_plan_inputs.h"
#include "registry/entities/store_entity.h"
#include "registry/entities/validation.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

std::string_view ScheduleType(const admin::Schedule& schedule) {
  if (schedule.has_rate()) return "RATE";
  if (schedule.has_cron_schedule() || !LegacyCron(schedule).empty()) return "CRON";
  return "NONE";
}

// The workflow's interface.
Result<core::TypedInterface> FindInterface(const admin::LaunchPlanSpec& spec, MetadataReader& reader) {
  if (auto checked = CheckId(spec.has_workflow_id(), spec.workflow_id(), core::WORKFLOW); !checked)
    return std::unexpected(std::move(checked.error()));
  const EntityId workflow_id = FromIdl(spec.workflow_id());
  const auto workflow = reader.FindEntity(workflow_id);
  if (!workflow) return std::unexpected(MissingEntity("WORKFLOW", workflow_id));
  return ParseStored<core::TypedInterface>(workflow->typed_interface, "workflow interface");
}

// The plan as it is stored: inputs worked out, state left to its column.
Result<admin::LaunchPlan> CheckLaunchPlan(const LaunchPlanRegistration& given, MetadataReader& reader,
                                          const RegistryConfig& config) {
  const auto interface = FindInterface(given.spec, reader);
  if (!interface) return std::unexpected(interface.error());
  if (auto checked = CheckIdFields(given.id); !checked) return std::unexpected(std::move(checked.error()));
  if (auto checked = CheckProjectAndDomain(reader, config, given.id.project, given.id.domain); !checked)
    return std::unexpected(std::move(checked.error()));
  auto expected = CheckLaunchPlanSpec(given.spec, *interface);
  if (!expected) return std::unexpected(std::move(expected.error()));
  admin::LaunchPlan plan;
  *plan.mutable_id() = ToIdl(given.id);
  *plan.mutable_spec() = given.spec;
  *plan.mutable_spec()->mutable_default_inputs() = *expected;
  *plan.mutable_closure()->mutable_expected_inputs() = std::move(*expected);
  *plan.mutable_closure()->mutable_expected_outputs() = interface->outputs();
  return plan;
}

std::shared_ptr<const NewEntity> ToEntity(const admin::LaunchPlan& plan, Instant now) {
  auto out = std::make_shared<NewEntity>();
  model::EntityRecord& entity = out->entity;
  entity.id = FromIdl(plan.id());
  entity.digest = ObjectHash(plan);
  entity.spec = plan.spec().SerializeAsString();
  entity.closure = plan.closure().SerializeAsString();
  entity.schedule_type = ScheduleType(plan.spec().entity_metadata().schedule());
  entity.workflow = FromIdl(plan.spec().workflow_id());
  entity.created_at = entity.updated_at = now;
  return out;
}

Error LaunchPlanConflict(const model::EntityRecord& stored, const model::EntityRecord& added) {
  return StructureConflict("launch plan", stored, added, [&] {
    admin::LaunchPlanSpec before, after;
    before.ParseFromString(stored.spec);
    after.ParseFromString(added.spec);
    return StructureDiff(before, after);
  });
}

// Of all versions of a name this one becomes the active one.
Status Activate(MetadataWriter& writer, const model::EntityRecord& plan, Instant now) {
  const auto spec = ParseStored<admin::LaunchPlanSpec>(plan.spec, "launch plan");
  if (!spec) return std::unexpected(spec.error());
  const std::string& legacy = LegacyCron(spec->entity_metadata().schedule());
  if (!legacy.empty()) {
    return InvalidArgument(Cat("failed adding schedule for unknown schedule expression type: cron_expression [", legacy,
                               "] cannot be scheduled, register the launch plan with a cron_schedule instead"));
  }
  const auto active = writer.FindActiveLaunchPlan(plan.id.project, plan.id.domain, plan.id.name);
  if (active && active->id == plan.id) return {};
  if (active) {
    if (auto set = writer.SetLaunchPlanState(active->id, admin::INACTIVE, now); !set) return set;
  }
  return writer.SetLaunchPlanState(plan.id, admin::ACTIVE, now);
}

}  // namespace

Status Registry::CheckWorkflowOf(const admin::LaunchPlanSpec& spec) {
  const auto interface = store_.Query([&](MetadataReader& reader) { return FindInterface(spec, reader); });
  return interface ? Status() : std::unexpected(interface.error());
}

void Registry::RegisterLaunchPlan(const LaunchPlanRegistration& given, Done done) {
  const auto plan = store_.Query([&](MetadataReader& reader) { return CheckLaunchPlan(given, reader, config_); });
  if (!plan) return done(std::unexpected(plan.error()));
  auto added = ToEntity(*plan, clock_.Now());
  InsertOrCompare(
      store_, added, [added](const model::EntityRecord& stored) { return LaunchPlanConflict(stored, added->entity); },
      std::move(done));
}

void Registry::SetLaunchPlanState(const EntityId& id, bool active, Done done) {
  store_.Write(
      [id, active, now = clock_.Now()](MetadataWriter& writer) -> Status {
        const auto plan = writer.FindEntity(id);
        if (!plan) return std::unexpected(MissingEntity("LAUNCH_PLAN", id));
        if (active) return Activate(writer, *plan, now);
        return plan->state == admin::INACTIVE ? Status() : writer.SetLaunchPlanState(id, admin::INACTIVE, now);
      },
      std::move(done));
}

Result<model::EntityRecord> Registry::FindActiveLaunchPlan(const std::string& project, const std::string& domain,
                                                           const std::string& name) {
  auto record =
      store_.Query([&](MetadataReader& reader) { return reader.FindActiveLaunchPlan(project, domain, name); });
  if (!record) return NotFound(Cat("No active launch plan could be found: ", project, ":", domain, ":", name));
  return std::move(*record);
}

}  // namespace sandbox::registry
