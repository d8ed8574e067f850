#pragma once

// Definitions: validate, compile, digest, store. One method a use case. Texts: protocol/control-plane 3, 4 and 7.
//
// Thread: any; methods read the store on the calling thread. Those with a Reply answer after the commit, on the writer
// thread.

#include <functional>
#include <map>
#include <optional>
#include <string>

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
#include "sandbox/base/reply.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/object_store.h"
#include "sandbox/registry/compiler.h"

namespace sandbox::registry {

// Quantities by lower-case name: cpu, memory, ephemeral-storage, gpu, storage. Absent or zero: none.
struct TaskResources {
  std::map<std::string, std::string> defaults;
  std::map<std::string, std::string> limits;
};

struct RegistryConfig {
  TaskResources task_resources;
  uint32_t max_parallelism = 25;
  uint32_t workflow_nodes_max = 100;
  ObjectLayout layout{};
};

class Registry {
 public:
  // References outlive the registry. Seeds project flytesnacks when the store has none (answers through `seeded`).
  Registry(RegistryConfig config, MetadataStore& store, ObjectStore& objects, Clock& clock);

  void Seed(std::function<void(Status)> seeded);

  // flyteidl.service.AdminService, by their names there.
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
  RegistryConfig config_;
  MetadataStore& store_;
  ObjectStore& objects_;
  Clock& clock_;
};

// Shared with the executions' use cases. All errors have the reference's texts.

// What the compiler may look up, in the reader's snapshot.
CompilerEnvironment StoredEntities(MetadataReader& reader, uint32_t nodes_max);
// Project exists and is active, domain is known: protocol/control-plane 3.1.
Status CheckProjectAndDomain(MetadataReader& reader, const std::string& project, const std::string& domain);
// The most specific attributes of a kind for a place; nullopt when there are none.
std::optional<flyteidl::admin::MatchingAttributes> FindMatchingAttributes(MetadataReader& reader,
                                                                          const model::AttributesKey& key);
// TASK_RESOURCE attributes of that place, else the configuration.
TaskResources EffectiveTaskResources(MetadataReader& reader, const RegistryConfig& config, const std::string& project,
                                     const std::string& domain, const std::string& workflow);
// Keys and values are there ("missing key in inputs", "missing valid literal in inputs %s"), and datetimes are valid.
Status CheckLiteralMap(const flyteidl::core::LiteralMap& literals, std::string_view field);
// There are at most 16 labels, and keys and values follow Kubernetes' rules.
Status CheckLabels(const flyteidl::admin::Labels& labels);
Status CheckNotifications(const google::protobuf::RepeatedPtrField<flyteidl::admin::Notification>& notifications);
// "missing entity of type %s with identifier %v".
Error MissingEntity(std::string_view type, const EntityId& id);
EntityId FromIdl(const flyteidl::core::Identifier& id);
flyteidl::core::Identifier ToIdl(const EntityId& id);

}  // namespace sandbox::registry
