#pragma once

// The metadata port on one connection: plain SQL, no transactions of its own. Used by one thread at a time.

#include <memory>
#include <utility>
#include <vector>

#include "sandbox/ports/changes.h"
#include "sandbox/ports/metadata_store.h"
#include "store/connection.h"

namespace sandbox::store {

class Session final : public MetadataWriter {
 public:
  explicit Session(std::unique_ptr<Connection> connection) : connection_(std::move(connection)), db_(*connection_) {}
  Connection& connection() { return db_; }

  // What the writes since the last TakeChanges changed, of these kinds, in order.
  void Record(ChangeKinds kinds) { recorded_ = kinds; }
  std::vector<Change> TakeChanges() { return std::exchange(changes_, {}); }

  // Registry: session_registry.cc.
  std::optional<model::EntityRecord> FindEntity(const EntityId& id) override;
  std::optional<model::EntityRecord> FindActiveLaunchPlan(const std::string& project, const std::string& domain,
                                                          const std::string& name) override;
  std::optional<model::NamedEntityRecord> FindNamedEntity(const EntityId& id) override;
  std::optional<model::DescriptionRecord> FindDescription(const EntityId& id) override;
  std::optional<model::ProjectRecord> FindProject(const std::string& id) override;
  std::optional<model::AttributesRecord> FindAttributes(const model::AttributesKey& exact) override;
  std::vector<model::AttributesRecord> MatchAttributes(const model::AttributesKey& key) override;
  std::vector<model::AttributesRecord> ListAttributes(int resource) override;
  std::vector<model::ScheduleRecord> ListActiveSchedules() override;
  Status InsertEntity(const model::EntityRecord& entity) override;
  Status SetLaunchPlanState(const EntityId& id, int state, Instant now) override;
  Status PutNamedEntity(const model::NamedEntityRecord& entity) override;
  Status PutDescription(const model::DescriptionRecord& description) override;
  Status InsertProject(const model::ProjectRecord& project) override;
  Status UpdateProject(const model::ProjectRecord& project) override;
  Status PutAttributes(const model::AttributesRecord& attributes) override;
  Status DeleteAttributes(const model::AttributesKey& exact) override;
  Status PutScheduleFire(const EntityId& launch_plan, Instant fired_at) override;

  // Runtime state: session_runs.cc.
  std::optional<model::ExecutionRecord> FindExecution(const ExecutionId& id) override;
  std::vector<model::ExecutionRecord> ListUnfinishedExecutions() override;
  std::optional<model::NodeRecord> FindNode(const NodeExecutionId& id) override;
  std::vector<model::NodeRecord> NodesOf(const ExecutionId& id) override;
  std::optional<model::TaskRecord> FindTask(const AttemptId& id) override;
  std::vector<model::TaskRecord> TasksOf(const ExecutionId& id) override;
  std::vector<model::TaskRecord> ListPods(const std::string& pod_namespace, uint64_t limit) override;
  std::optional<model::SignalRecord> FindSignal(const ExecutionId& execution, const std::string& signal_id) override;
  uint64_t CountActiveExecutions(const std::string& project, const std::string& domain,
                                 const std::string& launch_plan) override;
  Status InsertExecution(const model::ExecutionRecord& execution) override;
  Status UpdateExecution(const model::ExecutionRecord& execution) override;
  Status SetExecutionState(const ExecutionId& id, int state, Instant now) override;
  Status PutNode(const model::NodeRecord& node) override;
  Status PutTask(const model::TaskRecord& task) override;
  Status PutSignal(const model::SignalRecord& signal) override;
  std::vector<model::JobDeletion> ListJobDeletions() override;
  Status PutJobDeletion(const model::JobDeletion& deletion) override;
  bool DeleteJobDeletion(const AttemptId& id) override;
  std::vector<model::UnsyncedObject> ListUnsyncedObjects(const std::string& boot) override;
  uint64_t LastUnsyncedObject() override;
  Status InsertUnsyncedObject(const model::UnsyncedObject& object) override;
  Status DeleteUnsyncedObjects(uint64_t last) override;

  // What is forgotten: session_removal.cc.
  std::vector<EndedRun> RunsEndedBefore(Instant time) override;
  std::set<std::string> SharedExecutionNames() override;
  Status RemoveExecution(const ExecutionId& id) override;

  // What pages show: session_pages.cc.
  ExecutionsFound SearchExecutions(const ExecutionSearch& search) override;
  std::vector<model::NodeRecord> UnfinishedNodesOf(const ExecutionId& id, uint64_t limit) override;
  std::vector<model::NodeRecord> FailedNodesOf(const ExecutionId& id) override;
  std::map<model::NodePhase, uint64_t> CountNodes(const NodeExecutionId& outer) override;
  std::vector<model::NodeRecord> ListItems(const NodeExecutionId& array, model::NodePhase phase, int from,
                                           uint64_t limit) override;
  int64_t PeakMemoryOf(const ExecutionId& id) override;
  std::optional<model::TaskRecord> FindPod(const std::string& pod_namespace, const std::string& name) override;

  // The catalog: session_catalog.cc.
  std::optional<model::DatasetRecord> FindDataset(const model::DatasetId& id) override;
  std::vector<model::DatasetRecord> ListDatasets(const model::DatasetId& like, bool ascending, uint64_t offset,
                                                 uint64_t limit) override;
  std::optional<model::ArtifactRecord> FindArtifact(const model::DatasetId& dataset, const std::string& id) override;
  std::optional<model::ArtifactRecord> FindTaggedArtifact(const model::DatasetId& dataset,
                                                          const std::string& tag) override;
  std::vector<model::ArtifactRecord> ArtifactsOf(const model::DatasetId& dataset) override;
  std::vector<std::string> TagsOf(const model::DatasetId& dataset, const std::string& artifact) override;
  std::optional<model::ReservationRecord> FindReservation(const std::string& key) override;
  std::optional<model::CachedOutputRecord> FindCachedOutput(const std::string& key) override;
  std::vector<model::ArtifactRecord> ListArtifacts() override;
  std::vector<model::CachedOutputRecord> ListCachedOutputs() override;
  Status InsertDataset(const model::DatasetRecord& dataset) override;
  Status PutArtifact(const model::ArtifactRecord& artifact) override;
  Status PutTag(const model::DatasetId& dataset, const std::string& tag, const std::string& artifact) override;
  Status PutReservation(const model::ReservationRecord& reservation) override;
  bool DeleteReservation(const std::string& key, const std::string& owner) override;
  Status PutCachedOutput(const model::CachedOutputRecord& output) override;
  bool DeleteCachedOutput(const std::string& key) override;

  // Lists by query: session_lists.cc.
  Result<std::vector<model::EntityRecord>> ListEntities(EntityKind kind, const ListQuery& query) override;
  Result<std::vector<EntityId>> ListEntityNames(EntityKind kind, const ListQuery& query) override;
  Result<std::vector<model::NamedEntityRecord>> ListNamedEntities(EntityKind kind, const ListQuery& query) override;
  Result<std::vector<model::DescriptionRecord>> ListDescriptions(EntityKind kind, const ListQuery& query) override;
  Result<std::vector<model::ProjectRecord>> ListProjects(const ListQuery& query) override;
  Result<std::vector<model::ExecutionRecord>> ListExecutions(const ListQuery& query) override;
  Result<std::vector<model::NodeRecord>> ListNodes(const ListQuery& query) override;
  Result<std::vector<model::TaskRecord>> ListTasks(const ListQuery& query) override;
  std::vector<model::TaskRecord> ItemsOf(const NodeExecutionId& array) override;
  std::vector<model::SignalRecord> SignalsOf(const ExecutionId& id) override;
  Result<std::vector<model::SignalRecord>> ListSignals(const ListQuery& query) override;

 private:
  template <typename Kind, typename Row>
  void RecordRow(const Row& row) {
    if (recorded_.Has<Kind>()) changes_.push_back(Kind{std::make_shared<const Row>(row)});
  }
  void RecordChange(Change change) {
    if (recorded_.Has(change)) changes_.push_back(std::move(change));
  }
  void RecordExecution(const ExecutionId& id, const model::ExecutionRecord* row) {
    if (!recorded_.Has<ExecutionChange>()) return;
    changes_.push_back(
        ExecutionChange{id, row == nullptr ? nullptr : std::make_shared<const model::ExecutionRecord>(*row)});
  }

  std::unique_ptr<Connection> connection_;
  Connection& db_;
  ChangeKinds recorded_;
  std::vector<Change> changes_;
};

}  // namespace sandbox::store
