#include "api/v1/registry_methods.h"

#include "api/v1/definition_service.h"
#include "api/v1/service_binder.h"

namespace sandbox::api {
namespace {

using DefinitionBinder = ServiceBinder<DefinitionService>;

void AddDefinitions(DefinitionBinder bind) {
  bind.Add("CreateTask", &DefinitionService::CreateTask)
      .Add("GetTask", &DefinitionService::GetTask)
      .Add("ListTasks", &DefinitionService::ListTasks)
      .Add("ListTaskIds", &DefinitionService::ListTaskIds)
      .Add("CreateWorkflow", &DefinitionService::CreateWorkflow)
      .Add("GetWorkflow", &DefinitionService::GetWorkflow)
      .Add("ListWorkflows", &DefinitionService::ListWorkflows)
      .Add("ListWorkflowIds", &DefinitionService::ListWorkflowIds)
      .Add("CreateLaunchPlan", &DefinitionService::CreateLaunchPlan)
      .Add("UpdateLaunchPlan", &DefinitionService::UpdateLaunchPlan)
      .Add("GetLaunchPlan", &DefinitionService::GetLaunchPlan)
      .Add("GetActiveLaunchPlan", &DefinitionService::GetActiveLaunchPlan)
      .Add("ListLaunchPlans", &DefinitionService::ListLaunchPlans)
      .Add("ListActiveLaunchPlans", &DefinitionService::ListActiveLaunchPlans)
      .Add("ListLaunchPlanIds", &DefinitionService::ListLaunchPlanIds)
      .Add("GetNamedEntity", &DefinitionService::GetNamedEntity)
      .Add("UpdateNamedEntity", &DefinitionService::UpdateNamedEntity)
      .Add("ListNamedEntities", &DefinitionService::ListNamedEntities)
      .Add("GetDescriptionEntity", &DefinitionService::GetDescriptionEntity)
      .Add("ListDescriptionEntities", &DefinitionService::ListDescriptionEntities);
}

void AddPlaces(DefinitionBinder bind) {
  bind.Add("RegisterProject", &DefinitionService::RegisterProject)
      .Add("UpdateProject", &DefinitionService::UpdateProject)
      .Add("GetProject", &DefinitionService::GetProject)
      .Add("ListProjects", &DefinitionService::ListProjects)
      .Add("GetDomains", &DefinitionService::GetDomains)
      .Add("UpdateProjectDomainAttributes", &DefinitionService::UpdateProjectDomainAttributes)
      .Add("GetProjectDomainAttributes", &DefinitionService::GetProjectDomainAttributes)
      .Add("DeleteProjectDomainAttributes", &DefinitionService::DeleteProjectDomainAttributes)
      .Add("UpdateProjectAttributes", &DefinitionService::UpdateProjectAttributes)
      .Add("GetProjectAttributes", &DefinitionService::GetProjectAttributes)
      .Add("DeleteProjectAttributes", &DefinitionService::DeleteProjectAttributes)
      .Add("UpdateWorkflowAttributes", &DefinitionService::UpdateWorkflowAttributes)
      .Add("GetWorkflowAttributes", &DefinitionService::GetWorkflowAttributes)
      .Add("DeleteWorkflowAttributes", &DefinitionService::DeleteWorkflowAttributes)
      .Add("ListMatchableAttributes", &DefinitionService::ListMatchableAttributes);
}

}  // namespace

void AddRegistryMethods(MethodTable& table, DefinitionService& service) {
  AddDefinitions(DefinitionBinder(table, service, "flyteidl.service.AdminService"));
  AddPlaces(DefinitionBinder(table, service, "flyteidl.service.AdminService"));
}

}  // namespace sandbox::api
