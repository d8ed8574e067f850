#include "api/v1/registry_methods.h"

#include "api/v1/definition_service.h"

namespace sandbox::api {
namespace {

// Binds members by the method's name.
class DefinitionBinder {
 public:
  DefinitionBinder(MethodTable& table, DefinitionService& service) : table_(table), service_(service) {}

  template <typename Request, typename Response>
  DefinitionBinder& Add(std::string_view name, Result<Response> (DefinitionService::*method)(const Request&)) {
    table_.Add<Request, Response>(
        Full(name), [&service = service_, method](const Request& request) { return (service.*method)(request); });
    return *this;
  }
  template <typename Request, typename Response>
  DefinitionBinder& Add(std::string_view name, void (DefinitionService::*method)(const Request&, Reply<Response>)) {
    table_.AddAsync<Request, Response>(Full(name),
                                       [&service = service_, method](const Request& request, Reply<Response> reply) {
                                         (service.*method)(request, std::move(reply));
                                       });
    return *this;
  }

 private:
  static std::string Full(std::string_view name) { return Cat("flyteidl.service.AdminService/", name); }

  MethodTable& table_;
  DefinitionService& service_;
};

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
  AddDefinitions(DefinitionBinder(table, service));
  AddPlaces(DefinitionBinder(table, service));
}

}  // namespace sandbox::api
