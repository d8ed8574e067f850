#include "api/v1/registry_methods.h"

#include "api/v1/service_binder.h"

namespace sandbox::api {
namespace {

using registry::Registry;

using RegistryBinder = ServiceBinder<Registry>;

void AddDefinitions(RegistryBinder bind) {
  bind.Add("CreateTask", &Registry::CreateTask)
      .Add("GetTask", &Registry::GetTask)
      .Add("ListTasks", &Registry::ListTasks)
      .Add("ListTaskIds", &Registry::ListTaskIds)
      .Add("CreateWorkflow", &Registry::CreateWorkflow)
      .Add("GetWorkflow", &Registry::GetWorkflow)
      .Add("ListWorkflows", &Registry::ListWorkflows)
      .Add("ListWorkflowIds", &Registry::ListWorkflowIds)
      .Add("CreateLaunchPlan", &Registry::CreateLaunchPlan)
      .Add("UpdateLaunchPlan", &Registry::UpdateLaunchPlan)
      .Add("GetLaunchPlan", &Registry::GetLaunchPlan)
      .Add("GetActiveLaunchPlan", &Registry::GetActiveLaunchPlan)
      .Add("ListLaunchPlans", &Registry::ListLaunchPlans)
      .Add("ListActiveLaunchPlans", &Registry::ListActiveLaunchPlans)
      .Add("ListLaunchPlanIds", &Registry::ListLaunchPlanIds)
      .Add("GetNamedEntity", &Registry::GetNamedEntity)
      .Add("UpdateNamedEntity", &Registry::UpdateNamedEntity)
      .Add("ListNamedEntities", &Registry::ListNamedEntities)
      .Add("GetDescriptionEntity", &Registry::GetDescriptionEntity)
      .Add("ListDescriptionEntities", &Registry::ListDescriptionEntities);
}

void AddPlaces(RegistryBinder bind) {
  bind.Add("RegisterProject", &Registry::RegisterProject)
      .Add("UpdateProject", &Registry::UpdateProject)
      .Add("GetProject", &Registry::GetProject)
      .Add("ListProjects", &Registry::ListProjects)
      .Add("GetDomains", &Registry::GetDomains)
      .Add("UpdateProjectDomainAttributes", &Registry::UpdateProjectDomainAttributes)
      .Add("GetProjectDomainAttributes", &Registry::GetProjectDomainAttributes)
      .Add("DeleteProjectDomainAttributes", &Registry::DeleteProjectDomainAttributes)
      .Add("UpdateProjectAttributes", &Registry::UpdateProjectAttributes)
      .Add("GetProjectAttributes", &Registry::GetProjectAttributes)
      .Add("DeleteProjectAttributes", &Registry::DeleteProjectAttributes)
      .Add("UpdateWorkflowAttributes", &Registry::UpdateWorkflowAttributes)
      .Add("GetWorkflowAttributes", &Registry::GetWorkflowAttributes)
      .Add("DeleteWorkflowAttributes", &Registry::DeleteWorkflowAttributes)
      .Add("ListMatchableAttributes", &Registry::ListMatchableAttributes);
}

}  // namespace

void AddRegistryMethods(MethodTable& table, Registry& registry) {
  const RegistryBinder admin(table, registry, "flyteidl.service.AdminService");
  AddDefinitions(admin);
  AddPlaces(admin);
}

}  // namespace sandbox::api
