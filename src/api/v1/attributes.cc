// Matchable attributes of projects, of domains in projects, and of workflows: protocol/control-plane 4.4.

#include "api/v1/definition_service.h"
#include "api/v1/fields.h"
#include "api/v1/listing.h"
#include "api/v1/lists.h"
#include "idl/times.h"
#include "registry/entities/validation.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

using registry::AttributesLevel;
using registry::AttributesPlace;

template <typename Given>
std::optional<admin::MatchingAttributes> Values(const Given& given) {
  return given.has_matching_attributes() ? std::optional(given.matching_attributes()) : std::nullopt;
}

}  // namespace

void DefinitionService::UpdateProjectAttributes(const admin::ProjectAttributesUpdateRequest& request,
                                                Reply<admin::ProjectAttributesUpdateResponse> reply) {
  if (!request.has_attributes()) return reply(Missing("attributes"));
  const auto& given = request.attributes();
  registry_.SetAttributes({AttributesLevel::kProject, given.project(), {}, {}}, Values(given),
                          Answer(std::move(reply)));
}

void DefinitionService::UpdateProjectDomainAttributes(const admin::ProjectDomainAttributesUpdateRequest& request,
                                                      Reply<admin::ProjectDomainAttributesUpdateResponse> reply) {
  if (!request.has_attributes()) return reply(Missing("attributes"));
  const auto& given = request.attributes();
  registry_.SetAttributes({AttributesLevel::kDomain, given.project(), given.domain(), {}}, Values(given),
                          Answer(std::move(reply)));
}

void DefinitionService::UpdateWorkflowAttributes(const admin::WorkflowAttributesUpdateRequest& request,
                                                 Reply<admin::WorkflowAttributesUpdateResponse> reply) {
  if (!request.has_attributes()) return reply(Missing("attributes"));
  const auto& given = request.attributes();
  registry_.SetAttributes({AttributesLevel::kWorkflow, given.project(), given.domain(), given.workflow()},
                          Values(given), Answer(std::move(reply)));
}

void DefinitionService::DeleteProjectAttributes(const admin::ProjectAttributesDeleteRequest& request,
                                                Reply<admin::ProjectAttributesDeleteResponse> reply) {
  registry_.DeleteAttributes({AttributesLevel::kProject, request.project(), {}, {}}, request.resource_type(),
                             Answer(std::move(reply)));
}

void DefinitionService::DeleteProjectDomainAttributes(const admin::ProjectDomainAttributesDeleteRequest& request,
                                                      Reply<admin::ProjectDomainAttributesDeleteResponse> reply) {
  registry_.DeleteAttributes({AttributesLevel::kDomain, request.project(), request.domain(), {}},
                             request.resource_type(), Answer(std::move(reply)));
}

void DefinitionService::DeleteWorkflowAttributes(const admin::WorkflowAttributesDeleteRequest& request,
                                                 Reply<admin::WorkflowAttributesDeleteResponse> reply) {
  registry_.DeleteAttributes({AttributesLevel::kWorkflow, request.project(), request.domain(), request.workflow()},
                             request.resource_type(), Answer(std::move(reply)));
}

Result<admin::ProjectAttributesGetResponse> DefinitionService::GetProjectAttributes(
    const admin::ProjectAttributesGetRequest& request) {
  auto found =
      registry_.FindAttributes({AttributesLevel::kProject, request.project(), {}, {}}, request.resource_type());
  if (!found) return std::unexpected(std::move(found.error()));
  admin::ProjectAttributesGetResponse out;
  out.mutable_attributes()->set_project(request.project());
  *out.mutable_attributes()->mutable_matching_attributes() = std::move(found->values);
  return out;
}

Result<admin::ProjectDomainAttributesGetResponse> DefinitionService::GetProjectDomainAttributes(
    const admin::ProjectDomainAttributesGetRequest& request) {
  auto found = registry_.FindAttributes({AttributesLevel::kDomain, request.project(), request.domain(), {}},
                                        request.resource_type());
  if (!found) return std::unexpected(std::move(found.error()));
  admin::ProjectDomainAttributesGetResponse out;
  out.mutable_attributes()->set_project(found->key.project);
  out.mutable_attributes()->set_domain(found->key.domain);
  *out.mutable_attributes()->mutable_matching_attributes() = std::move(found->values);
  return out;
}

Result<admin::WorkflowAttributesGetResponse> DefinitionService::GetWorkflowAttributes(
    const admin::WorkflowAttributesGetRequest& request) {
  auto found = registry_.FindAttributes(
      {AttributesLevel::kWorkflow, request.project(), request.domain(), request.workflow()}, request.resource_type());
  if (!found) return std::unexpected(std::move(found.error()));
  admin::WorkflowAttributesGetResponse out;
  out.mutable_attributes()->set_project(found->key.project);
  out.mutable_attributes()->set_domain(found->key.domain);
  out.mutable_attributes()->set_workflow(found->key.workflow);
  *out.mutable_attributes()->mutable_matching_attributes() = std::move(found->values);
  return out;
}

Result<admin::ListMatchableAttributesResponse> DefinitionService::ListMatchableAttributes(
    const admin::ListMatchableAttributesRequest& request) {
  auto found = registry_.ListAttributes(request.resource_type());
  if (!found) return std::unexpected(std::move(found.error()));
  admin::ListMatchableAttributesResponse out;
  for (auto& attributes : *found) {
    auto& configuration = *out.add_configurations();
    configuration.set_project(attributes.key.project);
    configuration.set_domain(attributes.key.domain);
    configuration.set_workflow(attributes.key.workflow);
    configuration.set_launch_plan(attributes.key.launch_plan);
    *configuration.mutable_attributes() = std::move(attributes.values);
  }
  return out;
}

}  // namespace sandbox::api
