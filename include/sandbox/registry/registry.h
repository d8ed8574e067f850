#pragma once

// Definitions: validate, compile, digest, store. One method a use case; specs of definitions and records in and out.
// Texts: protocol/control-plane 3, 4 and 7.
//
// Thread: any; methods read the store on the calling thread. Those with a Done answer after the commit, on the writer
// thread.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flyteidl/admin/common.pb.h"
#include "flyteidl/admin/description_entity.pb.h"
#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/admin/matchable_resource.pb.h"
#include "flyteidl/admin/project.pb.h"
#include "flyteidl/admin/task.pb.h"
#include "flyteidl/admin/workflow.pb.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/object_store.h"
#include "sandbox/registry/compiler.h"

namespace sandbox::registry {

using Done = std::function<void(Status)>;

// Quantities by lower-case name: cpu, memory, ephemeral-storage, gpu, storage. Absent or zero: none.
struct TaskResources {
  std::map<std::string, std::string> defaults;
  std::map<std::string, std::string> limits;
};

// A project that is there from the start; an empty name is the id.
struct ProjectSeed {
  std::string id, name, description;
};

struct DomainEntry {
  std::string id, name;
};

struct RegistryConfig {
  // Made at the start where there is none of that id.
  std::vector<ProjectSeed> projects = {{"flytesnacks", "flytesnacks", "Default project setup."}};
  // Those that every project has, in this order.
  std::vector<DomainEntry> domains = {
      {"development", "development"}, {"staging", "staging"}, {"production", "production"}};
  TaskResources task_resources;
  uint32_t max_parallelism = 25;
  uint32_t workflow_nodes_max = 100;
  ObjectLayout layout{};
};

// A version that is to be registered. Its template's id is replaced by `id`.
struct TaskRegistration {
  EntityId id;
  flyteidl::admin::TaskSpec spec;
};
struct WorkflowRegistration {
  EntityId id;
  flyteidl::admin::WorkflowSpec spec;
};
struct LaunchPlanRegistration {
  EntityId id;
  flyteidl::admin::LaunchPlanSpec spec;
};

struct NamedEntityUpdate {
  EntityId name;            // without a version
  std::string description;  // empty keeps the one that is there
  int state = 0;            // admin.NamedEntityState
};

// What attributes are for: the fields below `level` are empty.
enum class AttributesLevel { kProject, kDomain, kWorkflow };
struct AttributesPlace {
  AttributesLevel level = AttributesLevel::kProject;
  std::string project;  // empty for a domain in every project
  std::string domain;
  std::string workflow;
};
struct Attributes {
  model::AttributesKey key;
  flyteidl::admin::MatchingAttributes values;
};

class Registry {
 public:
  // References outlive the registry.
  Registry(RegistryConfig config, MetadataStore& store, ObjectStore& objects, Clock& clock);

  // Makes the projects of the configuration that are not there. One that is there stays as it is.
  void Seed(Done seeded);
  const std::vector<DomainEntry>& Domains() const { return config_.domains; }

  // When the version is there: ALREADY_EXISTS, IDENTICAL_STRUCTURE, or INVALID_ARGUMENT, DIFFERENT_STRUCTURE.
  void RegisterTask(const TaskRegistration& task, Done done);
  void RegisterWorkflow(const WorkflowRegistration& workflow, Done done);
  void RegisterLaunchPlan(const LaunchPlanRegistration& plan, Done done);
  // The workflow that the plan launches is named and registered: what RegisterLaunchPlan looks at first.
  Status CheckWorkflowOf(const flyteidl::admin::LaunchPlanSpec& spec);
  // Of the versions of a name one at most is active.
  void SetLaunchPlanState(const EntityId& id, bool active, Done done);
  // NOT_FOUND: "missing entity of type %s with identifier %v".
  Result<model::EntityRecord> Find(const EntityId& id);
  Result<model::EntityRecord> FindActiveLaunchPlan(const std::string& project, const std::string& domain,
                                                   const std::string& name);
  Result<std::vector<model::EntityRecord>> List(EntityKind kind, const ListQuery& query);
  Result<std::vector<EntityId>> ListNames(EntityKind kind, const ListQuery& query);

  Result<model::NamedEntityRecord> FindNamedEntity(const EntityId& name);
  void UpdateNamedEntity(const NamedEntityUpdate& update, Done done);
  Result<std::vector<model::NamedEntityRecord>> ListNamedEntities(EntityKind kind, const ListQuery& query);
  // Descriptions of tasks and workflows; that of the other kind when the asked one has none.
  Result<model::DescriptionRecord> FindDescription(const EntityId& id);
  Result<std::vector<model::DescriptionRecord>> ListDescriptions(EntityKind kind, const ListQuery& query);

  void RegisterProject(const flyteidl::admin::Project& project, Done done);
  // Empty texts and absent labels keep what is there.
  void UpdateProject(const flyteidl::admin::Project& project, Done done);
  Result<model::ProjectRecord> FindProject(const std::string& id);
  Result<std::vector<model::ProjectRecord>> ListProjects(const ListQuery& query);

  // `values`: nullopt is refused, after the place.
  void SetAttributes(const AttributesPlace& place, std::optional<flyteidl::admin::MatchingAttributes> values,
                     Done done);
  // `resource`: admin.MatchableResource. What is set for places inside of this one goes too.
  void DeleteAttributes(const AttributesPlace& place, int resource, Done done);
  Result<Attributes> FindAttributes(const AttributesPlace& place, int resource);
  Result<std::vector<Attributes>> ListAttributes(int resource);

 private:
  RegistryConfig config_;
  MetadataStore& store_;
  ObjectStore& objects_;
  Clock& clock_;
};

// Nullopt when the project was given none.
std::optional<flyteidl::admin::Labels> LabelsOf(const model::ProjectRecord& project);

// Shared with the executions' use cases. All errors have the reference's texts.

// What the compiler may look up, in the reader's snapshot.
CompilerEnvironment StoredEntities(MetadataReader& reader, uint32_t nodes_max);
// Project exists and is active, domain is known: protocol/control-plane 3.1.
Status CheckProjectAndDomain(MetadataReader& reader, const RegistryConfig& config, const std::string& project,
                             const std::string& domain);
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
