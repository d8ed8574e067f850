#include "registry/entities/launch_plan_inputs.h"
#include "registry/entities/lists.h"
#include "registry/entities/store_entity.h"
#include "registry/entities/validation.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

EntityId LaunchPlanId(const core::Identifier& id) {
  EntityId out = FromIdl(id);
  out.kind = EntityKind::kLaunchPlan;
  return out;
}

std::string_view ScheduleType(const admin::Schedule& schedule) {
  if (schedule.has_rate()) return "RATE";
  if (schedule.has_cron_schedule() || !LegacyCron(schedule).empty()) return "CRON";
  return "NONE";
}

// The plan as it is stored: inputs worked out, state left to its column.
Result<admin::LaunchPlan> CheckRequest(const admin::LaunchPlanCreateRequest& request, MetadataReader& reader) {
  const admin::LaunchPlanSpec& spec = request.spec();
  if (auto checked = CheckId(spec.has_workflow_id(), spec.workflow_id(), core::WORKFLOW); !checked)
    return std::unexpected(std::move(checked.error()));
  const EntityId workflow_id = FromIdl(spec.workflow_id());
  const auto workflow = reader.FindEntity(workflow_id);
  if (!workflow) return std::unexpected(MissingEntity("WORKFLOW", workflow_id));
  const auto interface = ParseStored<core::TypedInterface>(workflow->typed_interface, "workflow interface");
  if (!interface) return std::unexpected(interface.error());
  if (auto checked = CheckId(request.has_id(), request.id(), core::LAUNCH_PLAN); !checked)
    return std::unexpected(std::move(checked.error()));
  if (auto checked = CheckProjectAndDomain(reader, request.id().project(), request.id().domain()); !checked)
    return std::unexpected(std::move(checked.error()));
  auto expected = CheckLaunchPlanSpec(spec, *interface);
  if (!expected) return std::unexpected(std::move(expected.error()));
  admin::LaunchPlan plan;
  *plan.mutable_id() = request.id();
  *plan.mutable_spec() = spec;
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

Result<admin::LaunchPlan> ToLaunchPlan(const model::EntityRecord& record) {
  admin::LaunchPlan out;
  if (!out.mutable_spec()->ParseFromString(record.spec) || !out.mutable_closure()->ParseFromString(record.closure)) {
    return Internal("stored launch plan cannot be read");
  }
  *out.mutable_id() = ToIdl(record.id);
  out.mutable_closure()->set_state(static_cast<admin::LaunchPlanState>(record.state));
  *out.mutable_closure()->mutable_created_at() = ToTimestamp(record.created_at);
  *out.mutable_closure()->mutable_updated_at() = ToTimestamp(record.updated_at);
  return out;
}

Result<admin::LaunchPlanList> ToList(const Result<std::vector<model::EntityRecord>>& records, const ListQuery& query) {
  if (!records) return std::unexpected(records.error());
  admin::LaunchPlanList out;
  for (const auto& record : *records) {
    auto plan = ToLaunchPlan(record);
    if (!plan) return std::unexpected(std::move(plan.error()));
    *out.add_launch_plans() = std::move(*plan);
  }
  out.set_token(NextToken(query.offset, records->size(), query.limit));
  return out;
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

Status CheckUpdate(const admin::LaunchPlanUpdateRequest& request) {
  switch (request.state()) {
    case admin::INACTIVE: return CheckIdForRead(request.has_id(), request.id(), core::LAUNCH_PLAN);
    case admin::ACTIVE:
      // Any resource type will do here: clients leave it out.
      if (!request.has_id()) return Missing("id");
      return CheckIdFields(request.id());
    default:
      return InvalidArgument(Cat("Unrecognized launch plan state ", static_cast<int>(request.state()),
                                 " for update for launch plan [", GoText(request.id()), "]"));
  }
}

}  // namespace

void Registry::CreateLaunchPlan(const admin::LaunchPlanCreateRequest& request,
                                Reply<admin::LaunchPlanCreateResponse> reply) {
  const auto plan = store_.Query([&](MetadataReader& reader) { return CheckRequest(request, reader); });
  if (!plan) return reply(std::unexpected(plan.error()));
  auto added = ToEntity(*plan, clock_.Now());
  InsertOrCompare(
      store_, added, [added](const model::EntityRecord& stored) { return LaunchPlanConflict(stored, added->entity); },
      [reply = std::move(reply)](Status inserted) {
        if (!inserted) return reply(std::unexpected(std::move(inserted.error())));
        reply(admin::LaunchPlanCreateResponse());
      });
}

void Registry::UpdateLaunchPlan(const admin::LaunchPlanUpdateRequest& request,
                                Reply<admin::LaunchPlanUpdateResponse> reply) {
  if (auto checked = CheckUpdate(request); !checked) return reply(std::unexpected(std::move(checked.error())));
  store_.Write(
      [id = LaunchPlanId(request.id()), state = request.state(), now = clock_.Now()](MetadataWriter& writer) -> Status {
        const auto plan = writer.FindEntity(id);
        if (!plan) return std::unexpected(MissingEntity("LAUNCH_PLAN", id));
        if (state == admin::ACTIVE) return Activate(writer, *plan, now);
        return plan->state == admin::INACTIVE ? Status() : writer.SetLaunchPlanState(id, admin::INACTIVE, now);
      },
      [reply = std::move(reply)](Status updated) {
        if (!updated) return reply(std::unexpected(std::move(updated.error())));
        reply(admin::LaunchPlanUpdateResponse());
      });
}

Result<admin::LaunchPlan> Registry::GetLaunchPlan(const admin::ObjectGetRequest& request) {
  if (auto checked = CheckIdForRead(request.has_id(), request.id(), core::LAUNCH_PLAN); !checked)
    return std::unexpected(std::move(checked.error()));
  const EntityId id = LaunchPlanId(request.id());
  const auto record = store_.Query([&](MetadataReader& reader) { return reader.FindEntity(id); });
  if (!record) return std::unexpected(MissingEntity("LAUNCH_PLAN", id));
  return ToLaunchPlan(*record);
}

Result<admin::LaunchPlan> Registry::GetActiveLaunchPlan(const admin::ActiveLaunchPlanRequest& request) {
  const admin::NamedEntityIdentifier& id = request.id();
  if (id.project().empty()) return Missing("project");
  if (id.domain().empty()) return Missing("domain");
  if (id.name().empty()) return Missing("name");
  const auto record = store_.Query(
      [&](MetadataReader& reader) { return reader.FindActiveLaunchPlan(id.project(), id.domain(), id.name()); });
  if (!record)
    return NotFound(Cat("No active launch plan could be found: ", id.project(), ":", id.domain(), ":", id.name()));
  return ToLaunchPlan(*record);
}

Result<admin::LaunchPlanList> Registry::ListLaunchPlans(const admin::ResourceListRequest& request) {
  const auto query = EntityQuery(ListEntity::kLaunchPlan, request, "ListLaunchPlans");
  if (!query) return std::unexpected(query.error());
  return ToList(
      store_.Query([&](MetadataReader& reader) { return reader.ListEntities(EntityKind::kLaunchPlan, *query); }),
      *query);
}

Result<admin::LaunchPlanList> Registry::ListActiveLaunchPlans(const admin::ActiveLaunchPlanListRequest& request) {
  if (request.project().empty()) return Missing("project");
  if (request.domain().empty()) return Missing("domain");
  admin::NamedEntityIdentifier id;
  id.set_project(request.project());
  id.set_domain(request.domain());
  auto query = NamedQuery(ListEntity::kLaunchPlan, id,
                          {request.limit(), request.token(), {}, request.has_sort_by() ? &request.sort_by() : nullptr},
                          "ListActiveLaunchPlans");
  if (!query) return std::unexpected(std::move(query.error()));
  Require(*query, ListEntity::kLaunchPlan, "state", Cat(static_cast<int>(admin::ACTIVE)));
  return ToList(
      store_.Query([&](MetadataReader& reader) { return reader.ListEntities(EntityKind::kLaunchPlan, *query); }),
      *query);
}

Result<admin::NamedEntityIdentifierList> Registry::ListLaunchPlanIds(
    const admin::NamedEntityIdentifierListRequest& request) {
  return ListNames(store_, EntityKind::kLaunchPlan, request);
}

}  // namespace sandbox::registry
