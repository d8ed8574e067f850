#include "api/v1/registry_methods.h"

namespace sandbox::api {
namespace {

using registry::Registry;

// Binds members of the registry by the method's name.
class RegistryBinder {
 public:
  RegistryBinder(MethodTable& table, Registry& registry) : table_(table), registry_(registry) {}

  template <typename Request, typename Response>
  RegistryBinder& Add(std::string_view name, Result<Response> (Registry::*method)(const Request&)) {
    table_.Add<Request, Response>(
        Full(name), [&registry = registry_, method](const Request& request) { return (registry.*method)(request); });
    return *this;
  }
  template <typename Request, typename Response>
  RegistryBinder& Add(std::string_view name, void (Registry::*method)(const Request&, Reply<Response>)) {
    table_.AddAsync<Request, Response>(Full(name),
                                       [&registry = registry_, method](const Request& request, Reply<Response> reply) {
                                         (registry.*method)(request, std::move(reply));
                                       });
    return *this;
  }

 private:
  static std::string Full(std::string_view name) { return Cat("flyteidl.service.AdminService/", name); }

  MethodTable& table_;
  Registry& registry_;
};

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
  AddDefinitions(RegistryBinder(table, registry));
  AddPlaces(RegistryBinder(table, registry));
}

}  // namespace sandbox::api
