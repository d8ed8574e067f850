#pragma once

// flyteidl.service.AdminService about definitions, by the names there: decodes, checks the form of requests in
// upstream's order, calls one use case of the registry, encodes. Texts: protocol/control-plane 3, 4 and 7.
//
// Thread: any. Methods with a Reply answer later, on any thread.

#include "api/method.h"
#include "flyteidl/admin/common.pb.h"
#include "flyteidl/admin/description_entity.pb.h"
#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/admin/matchable_resource.pb.h"
#include "flyteidl/admin/project.pb.h"
#include "flyteidl/admin/project_attributes.pb.h"
#include "flyteidl/admin/project_domain_attributes.pb.h"
#include "flyteidl/admin/task.pb.h"
#include "flyteidl/admin/workflow.pb.h"
#include "flyteidl/admin/workflow_attributes.pb.h"
#include "sandbox/registry/registry.h"

namespace sandbox::api {

class DefinitionService {
 public:
  // `registry` outlives the service.
  explicit DefinitionService(registry::Registry& registry) : registry_(registry) {}

  void CreateTask(const flyteidl::admin::TaskCreateRequest& request, Reply<flyteidl::admin::TaskCreateResponse> reply);
  Result<flyteidl::admin::Task> GetTask(const flyteidl::admin::ObjectGetRequest& request);
  Result<flyteidl::admin::TaskList> ListTasks(const flyteidl::admin::ResourceListRequest& request);
  Result<flyteidl::admin::NamedEntityIdentifierList> ListTaskIds(
      const flyteidl::admin::NamedEntityIdentifierListRequest& request);
  void CreateWorkflow(const flyteidl::admin::WorkflowCreateRequest& request,
                      Reply<flyteidl::admin::WorkflowCreateResponse> reply);
  Result<flyteidl::admin::Workflow> GetWorkflow(const flyteidl::admin::ObjectGetRequest& request);
  Result<flyteidl::admin::WorkflowList> ListWorkflows(const flyteidl::admin::ResourceListRequest& request);
  Result<flyteidl::admin::NamedEntityIdentifierList> ListWorkflowIds(
      const flyteidl::admin::NamedEntityIdentifierListRequest& request);
  void CreateLaunchPlan(const flyteidl::admin::LaunchPlanCreateRequest& request,
                        Reply<flyteidl::admin::LaunchPlanCreateResponse> reply);
  void UpdateLaunchPlan(const flyteidl::admin::LaunchPlanUpdateRequest& request,
                        Reply<flyteidl::admin::LaunchPlanUpdateResponse> reply);
  Result<flyteidl::admin::LaunchPlan> GetLaunchPlan(const flyteidl::admin::ObjectGetRequest& request);
  Result<flyteidl::admin::LaunchPlan> GetActiveLaunchPlan(const flyteidl::admin::ActiveLaunchPlanRequest& request);
  Result<flyteidl::admin::LaunchPlanList> ListLaunchPlans(const flyteidl::admin::ResourceListRequest& request);
  Result<flyteidl::admin::LaunchPlanList> ListActiveLaunchPlans(
      const flyteidl::admin::ActiveLaunchPlanListRequest& request);
  Result<flyteidl::admin::NamedEntityIdentifierList> ListLaunchPlanIds(
      const flyteidl::admin::NamedEntityIdentifierListRequest& request);
  Result<flyteidl::admin::NamedEntity> GetNamedEntity(const flyteidl::admin::NamedEntityGetRequest& request);
  void UpdateNamedEntity(const flyteidl::admin::NamedEntityUpdateRequest& request,
                         Reply<flyteidl::admin::NamedEntityUpdateResponse> reply);
  Result<flyteidl::admin::NamedEntityList> ListNamedEntities(const flyteidl::admin::NamedEntityListRequest& request);
  Result<flyteidl::admin::DescriptionEntity> GetDescriptionEntity(const flyteidl::admin::ObjectGetRequest& request);
  Result<flyteidl::admin::DescriptionEntityList> ListDescriptionEntities(
      const flyteidl::admin::DescriptionEntityListRequest& request);
  void RegisterProject(const flyteidl::admin::ProjectRegisterRequest& request,
                       Reply<flyteidl::admin::ProjectRegisterResponse> reply);
  void UpdateProject(const flyteidl::admin::Project& request, Reply<flyteidl::admin::ProjectUpdateResponse> reply);
  Result<flyteidl::admin::Project> GetProject(const flyteidl::admin::ProjectGetRequest& request);
  Result<flyteidl::admin::Projects> ListProjects(const flyteidl::admin::ProjectListRequest& request);
  Result<flyteidl::admin::GetDomainsResponse> GetDomains(const flyteidl::admin::GetDomainRequest& request);
  void UpdateProjectDomainAttributes(const flyteidl::admin::ProjectDomainAttributesUpdateRequest& request,
                                     Reply<flyteidl::admin::ProjectDomainAttributesUpdateResponse> reply);
  Result<flyteidl::admin::ProjectDomainAttributesGetResponse> GetProjectDomainAttributes(
      const flyteidl::admin::ProjectDomainAttributesGetRequest& request);
  void DeleteProjectDomainAttributes(const flyteidl::admin::ProjectDomainAttributesDeleteRequest& request,
                                     Reply<flyteidl::admin::ProjectDomainAttributesDeleteResponse> reply);
  void UpdateProjectAttributes(const flyteidl::admin::ProjectAttributesUpdateRequest& request,
                               Reply<flyteidl::admin::ProjectAttributesUpdateResponse> reply);
  Result<flyteidl::admin::ProjectAttributesGetResponse> GetProjectAttributes(
      const flyteidl::admin::ProjectAttributesGetRequest& request);
  void DeleteProjectAttributes(const flyteidl::admin::ProjectAttributesDeleteRequest& request,
                               Reply<flyteidl::admin::ProjectAttributesDeleteResponse> reply);
  void UpdateWorkflowAttributes(const flyteidl::admin::WorkflowAttributesUpdateRequest& request,
                                Reply<flyteidl::admin::WorkflowAttributesUpdateResponse> reply);
  Result<flyteidl::admin::WorkflowAttributesGetResponse> GetWorkflowAttributes(
      const flyteidl::admin::WorkflowAttributesGetRequest& request);
  void DeleteWorkflowAttributes(const flyteidl::admin::WorkflowAttributesDeleteRequest& request,
                                Reply<flyteidl::admin::WorkflowAttributesDeleteResponse> reply);
  Result<flyteidl::admin::ListMatchableAttributesResponse> ListMatchableAttributes(
      const flyteidl::admin::ListMatchableAttributesRequest& request);

 private:
  Result<flyteidl::admin::NamedEntityIdentifierList> ListNames(
      EntityKind kind, const flyteidl::admin::NamedEntityIdentifierListRequest& request);

  registry::Registry& registry_;
};

}  // namespace sandbox::api
