// Launch plans: protocol/control-plane 3.

#include "api/v1/definition_service.h"
#include "api/v1/fields.h"
#include "api/v1/listing.h"
#include "api/v1/lists.h"
#include "idl/times.h"
#include "registry/entities/validation.h"
#include "sandbox/registry/digest.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

Result<admin::LaunchPlan> ToLaunchPlan(const model::EntityRecord& record) {
  admin::LaunchPlan out;
  if (!out.mutable_spec()->ParseFromString(record.spec) || !out.mutable_closure()->ParseFromString(record.closure)) {
    return Internal("stored launch plan cannot be read");
  }
  *out.mutable_id() = registry::ToIdl(record.id);
  out.mutable_closure()->set_state(static_cast<admin::LaunchPlanState>(record.state));
  *out.mutable_closure()->mutable_created_at() = idl::ToIdl(record.created_at);
  *out.mutable_closure()->mutable_updated_at() = idl::ToIdl(record.updated_at);
  return out;
}

Result<admin::LaunchPlanList> ToPage(const Result<std::vector<model::EntityRecord>>& records, const ListQuery& query) {
  if (!records) return std::unexpected(records.error());
  admin::LaunchPlanList out;
  for (const auto& record : *records) {
    auto plan = ToLaunchPlan(record);
    if (!plan) return std::unexpected(std::move(plan.error()));
    *out.add_launch_plans() = std::move(*plan);
  }
  out.set_token(registry::NextToken(query.offset, records->size(), query.limit));
  return out;
}

Status CheckStateUpdate(const admin::LaunchPlanUpdateRequest& request) {
  switch (request.state()) {
    case admin::INACTIVE: return registry::CheckIdForRead(request.has_id(), request.id(), core::LAUNCH_PLAN);
    case admin::ACTIVE:
      // Any resource type will do here: clients leave it out.
      if (!request.has_id()) return Missing("id");
      return registry::CheckIdFields(request.id());
    default:
      return InvalidArgument(Cat("Unrecognized launch plan state ", static_cast<int>(request.state()),
                                 " for update for launch plan [", registry::GoText(request.id()), "]"));
  }
}

}  // namespace

void DefinitionService::CreateLaunchPlan(const admin::LaunchPlanCreateRequest& request,
                                         Reply<admin::LaunchPlanCreateResponse> reply) {
  if (auto form = CheckKind(request.has_id(), request.id(), core::LAUNCH_PLAN); !form) {
    // The reference looks at the workflow first.
    auto workflow = registry_.CheckWorkflowOf(request.spec());
    return reply(std::unexpected(std::move(workflow ? form.error() : workflow.error())));
  }
  registry_.RegisterLaunchPlan({registry::FromIdl(request.id()), request.spec()}, Answer(std::move(reply)));
}

void DefinitionService::UpdateLaunchPlan(const admin::LaunchPlanUpdateRequest& request,
                                         Reply<admin::LaunchPlanUpdateResponse> reply) {
  if (auto checked = CheckStateUpdate(request); !checked) return reply(std::unexpected(std::move(checked.error())));
  registry_.SetLaunchPlanState(IdOf(EntityKind::kLaunchPlan, request.id()), request.state() == admin::ACTIVE,
                               Answer(std::move(reply)));
}

Result<admin::LaunchPlan> DefinitionService::GetLaunchPlan(const admin::ObjectGetRequest& request) {
  if (auto checked = registry::CheckIdForRead(request.has_id(), request.id(), core::LAUNCH_PLAN); !checked)
    return std::unexpected(std::move(checked.error()));
  const auto record = registry_.Find(IdOf(EntityKind::kLaunchPlan, request.id()));
  if (!record) return std::unexpected(record.error());
  return ToLaunchPlan(*record);
}

Result<admin::LaunchPlan> DefinitionService::GetActiveLaunchPlan(const admin::ActiveLaunchPlanRequest& request) {
  const admin::NamedEntityIdentifier& id = request.id();
  if (id.project().empty()) return Missing("project");
  if (id.domain().empty()) return Missing("domain");
  if (id.name().empty()) return Missing("name");
  const auto record = registry_.FindActiveLaunchPlan(id.project(), id.domain(), id.name());
  if (!record) return std::unexpected(record.error());
  return ToLaunchPlan(*record);
}

Result<admin::LaunchPlanList> DefinitionService::ListLaunchPlans(const admin::ResourceListRequest& request) {
  const auto query = EntityQuery(ListEntity::kLaunchPlan, request, "ListLaunchPlans");
  if (!query) return std::unexpected(query.error());
  return ToPage(registry_.List(EntityKind::kLaunchPlan, *query), *query);
}

Result<admin::LaunchPlanList> DefinitionService::ListActiveLaunchPlans(
    const admin::ActiveLaunchPlanListRequest& request) {
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
  return ToPage(registry_.List(EntityKind::kLaunchPlan, *query), *query);
}

Result<admin::NamedEntityIdentifierList> DefinitionService::ListLaunchPlanIds(
    const admin::NamedEntityIdentifierListRequest& request) {
  return ListNames(EntityKind::kLaunchPlan, request);
}

}  // namespace sandbox::api
