#pragma once

// Everything that must survive: definitions and runtime state.
//
// Thread: Read may be called on any thread and runs there, on a read-only connection of a pool; it sees committed
// state, which may not be durable yet. Write and WriteBehind may be called on any thread; works run one after the
// other, in the order of the calls, several in one commit, and what is durable is always the first part of what was
// committed. Works and callbacks run on threads of the store or, as WriteBehind says, in the call (when the work
// failed, the callback comes after its changes were rolled back; the others of the group are not affected), so who
// calls WriteBehind holds no lock that they take. A commit or a sync that fails stops the process. Work must not block,
// throw or write.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/model/catalog.h"
#include "sandbox/model/entities.h"
#include "sandbox/model/records.h"
#include "sandbox/ports/execution_search.h"
#include "sandbox/ports/list_query.h"

namespace sandbox {

// A run that nothing launched, and what its nodes launched, at any depth.
struct EndedRun {
  std::vector<ExecutionId> executions;  // the run itself is the first
};

// Lists are ordered by the query's sort, then by insert order.
class MetadataReader {
 public:
  virtual ~MetadataReader() = default;

  // Registry. Find misses with nullopt.
  virtual std::optional<model::EntityRecord> FindEntity(const EntityId& id) = 0;
  virtual std::optional<model::EntityRecord> FindActiveLaunchPlan(const std::string& project, const std::string& domain,
                                                                  const std::string& name) = 0;
  // Conditions carry project, domain and name too; nothing is implied.
  virtual Result<std::vector<model::EntityRecord>> ListEntities(EntityKind kind, const ListQuery& query) = 0;
  // Distinct project, domain, name; version is empty.
  virtual Result<std::vector<EntityId>> ListEntityNames(EntityKind kind, const ListQuery& query) = 0;
  // Names that have at least one registered version, with their metadata (defaults when none is stored).
  virtual std::optional<model::NamedEntityRecord> FindNamedEntity(const EntityId& id) = 0;
  virtual Result<std::vector<model::NamedEntityRecord>> ListNamedEntities(EntityKind kind, const ListQuery& query) = 0;
  virtual std::optional<model::DescriptionRecord> FindDescription(const EntityId& id) = 0;
  virtual Result<std::vector<model::DescriptionRecord>> ListDescriptions(EntityKind kind, const ListQuery& query) = 0;
  virtual std::optional<model::ProjectRecord> FindProject(const std::string& id) = 0;
  virtual Result<std::vector<model::ProjectRecord>> ListProjects(const ListQuery& query) = 0;
  virtual std::optional<model::AttributesRecord> FindAttributes(const model::AttributesKey& exact) = 0;
  // Every row whose non-empty key fields equal those of `key`, highest priority first.
  virtual std::vector<model::AttributesRecord> MatchAttributes(const model::AttributesKey& key) = 0;
  virtual std::vector<model::AttributesRecord> ListAttributes(int resource) = 0;
  // Active launch plans that have a schedule.
  virtual std::vector<model::ScheduleRecord> ListActiveSchedules() = 0;

  // Runtime state.
  virtual std::optional<model::ExecutionRecord> FindExecution(const ExecutionId& id) = 0;
  virtual Result<std::vector<model::ExecutionRecord>> ListExecutions(const ListQuery& query) = 0;
  // In the order of their creation.
  virtual std::vector<model::ExecutionRecord> ListUnfinishedExecutions() = 0;
  virtual std::optional<model::NodeRecord> FindNode(const NodeExecutionId& id) = 0;
  // Without the items of array nodes; tasks likewise.
  virtual Result<std::vector<model::NodeRecord>> ListNodes(const ListQuery& query) = 0;
  // All of them, items of array nodes too, in the order in which they were first stored.
  virtual std::vector<model::NodeRecord> NodesOf(const ExecutionId& id) = 0;
  virtual std::optional<model::TaskRecord> FindTask(const AttemptId& id) = 0;
  virtual Result<std::vector<model::TaskRecord>> ListTasks(const ListQuery& query) = 0;
  virtual std::vector<model::TaskRecord> TasksOf(const ExecutionId& id) = 0;
  // The attempts of an array node's items, by index and attempt.
  virtual std::vector<model::TaskRecord> ItemsOf(const NodeExecutionId& array) = 0;
  virtual std::vector<model::SignalRecord> SignalsOf(const ExecutionId& id) = 0;
  // Attempts that have a pod, oldest first. Empty namespace: all. `limit` 0: all, else the newest.
  virtual std::vector<model::TaskRecord> ListPods(const std::string& pod_namespace, uint64_t limit) = 0;
  virtual std::optional<model::SignalRecord> FindSignal(const ExecutionId& execution, const std::string& signal_id) = 0;
  virtual Result<std::vector<model::SignalRecord>> ListSignals(const ListQuery& query) = 0;
  // In the order in which they were put.
  virtual std::vector<model::JobDeletion> ListJobDeletions() = 0;
  // Those of other boots, or of all when `boot` is empty, in the order of their writes.
  virtual std::vector<model::UnsyncedObject> ListUnsyncedObjects(const std::string& boot) = 0;
  // The number of the newest; 0: there is none.
  virtual uint64_t LastUnsyncedObject() = 0;
  // Runs that can be forgotten, oldest first: they last changed before that time, all of their executions have ended,
  // no job of theirs is left to be deleted, and no execution that was recovered from one of them is left.
  virtual std::vector<EndedRun> RunsEndedBefore(Instant time) = 0;
  // Names that executions of several projects or domains have.
  virtual std::set<std::string> SharedExecutionNames() = 0;
  // Executions of any version of a launch plan name in phase QUEUED or RUNNING.
  virtual uint64_t CountActiveExecutions(const std::string& project, const std::string& domain,
                                         const std::string& launch_plan) = 0;

  // What pages show.
  virtual ExecutionsFound SearchExecutions(const ExecutionSearch& search) = 0;
  // Nodes that run or wait, then items of array nodes that do; and those that failed or timed out, items too.
  virtual std::vector<model::NodeRecord> UnfinishedNodesOf(const ExecutionId& id, uint64_t limit) = 0;
  virtual std::vector<model::NodeRecord> FailedNodesOf(const ExecutionId& id) = 0;
  // The nodes directly inside of a node (an array's items), or of the execution when the node is empty, by phase; start
  // and end of a workflow do not count.
  virtual std::map<model::NodePhase, uint64_t> CountNodes(const NodeExecutionId& outer) = 0;
  // The items of an array node by their index, from `from` on; of one phase, or of all when that is kUndefined.
  virtual std::vector<model::NodeRecord> ListItems(const NodeExecutionId& array, model::NodePhase phase, int from,
                                                   uint64_t limit) = 0;
  // The most that any attempt of it used; 0: not known.
  virtual int64_t PeakMemoryOf(const ExecutionId& id) = 0;
  // The newest attempt whose pod has that name. Empty namespace: anywhere.
  virtual std::optional<model::TaskRecord> FindPod(const std::string& pod_namespace, const std::string& name) = 0;

  // The catalog.
  virtual std::optional<model::DatasetRecord> FindDataset(const model::DatasetId& id) = 0;
  // Newest first (`ascending`: oldest first); empty fields of `like` match everything.
  virtual std::vector<model::DatasetRecord> ListDatasets(const model::DatasetId& like, bool ascending, uint64_t offset,
                                                         uint64_t limit) = 0;
  virtual std::optional<model::ArtifactRecord> FindArtifact(const model::DatasetId& dataset, const std::string& id) = 0;
  virtual std::optional<model::ArtifactRecord> FindTaggedArtifact(const model::DatasetId& dataset,
                                                                  const std::string& tag) = 0;
  // In insert order.
  virtual std::vector<model::ArtifactRecord> ArtifactsOf(const model::DatasetId& dataset) = 0;
  virtual std::vector<std::string> TagsOf(const model::DatasetId& dataset, const std::string& artifact) = 0;
  virtual std::optional<model::ReservationRecord> FindReservation(const std::string& key) = 0;
  virtual std::optional<model::CachedOutputRecord> FindCachedOutput(const std::string& key) = 0;
  // Everything that is cached.
  virtual std::vector<model::ArtifactRecord> ListArtifacts() = 0;
  virtual std::vector<model::CachedOutputRecord> ListCachedOutputs() = 0;
};

class MetadataWriter : public MetadataReader {
 public:
  // Inserts fail with ALREADY_EXISTS, reason ROW_EXISTS, when the key is taken.
  virtual Status InsertEntity(const model::EntityRecord& entity) = 0;
  // Forgets how far a schedule has come.
  virtual Status SetLaunchPlanState(const EntityId& id, int state, Instant now) = 0;
  virtual Status PutNamedEntity(const model::NamedEntityRecord& entity) = 0;
  virtual Status PutDescription(const model::DescriptionRecord& description) = 0;
  virtual Status InsertProject(const model::ProjectRecord& project) = 0;
  virtual Status UpdateProject(const model::ProjectRecord& project) = 0;
  virtual Status PutAttributes(const model::AttributesRecord& attributes) = 0;
  virtual Status DeleteAttributes(const model::AttributesKey& exact) = 0;
  // Never goes back: an earlier time than the stored one changes nothing.
  virtual Status PutScheduleFire(const EntityId& launch_plan, Instant fired_at) = 0;

  virtual Status InsertExecution(const model::ExecutionRecord& execution) = 0;
  // Writes what changes after creation: the executor's fields, and state by a method of its own.
  virtual Status UpdateExecution(const model::ExecutionRecord& execution) = 0;
  virtual Status SetExecutionState(const ExecutionId& id, int state, Instant now) = 0;
  // Its row and those of its nodes, attempts, tags and signals; the feed is not told. NOT_FOUND; FAILED_PRECONDITION,
  // reason STILL_RUNS, when it has not ended.
  virtual Status RemoveExecution(const ExecutionId& id) = 0;
  // Insert or replace by id; the row number of an existing row stays.
  virtual Status PutNode(const model::NodeRecord& node) = 0;
  virtual Status PutTask(const model::TaskRecord& task) = 0;
  virtual Status PutSignal(const model::SignalRecord& signal) = 0;
  // Insert or replace by attempt.
  virtual Status PutJobDeletion(const model::JobDeletion& deletion) = 0;
  // False when there is none.
  virtual bool DeleteJobDeletion(const AttemptId& id) = 0;
  // Its number is not looked at.
  virtual Status InsertUnsyncedObject(const model::UnsyncedObject& object) = 0;
  // Those up to this number.
  virtual Status DeleteUnsyncedObjects(uint64_t last) = 0;

  virtual Status InsertDataset(const model::DatasetRecord& dataset) = 0;
  // Insert or replace by dataset and id. NOT_FOUND: there is no such dataset.
  virtual Status PutArtifact(const model::ArtifactRecord& artifact) = 0;
  // Moves the tag when another artifact has it. NOT_FOUND: there is no such dataset.
  virtual Status PutTag(const model::DatasetId& dataset, const std::string& tag, const std::string& artifact) = 0;
  virtual Status PutReservation(const model::ReservationRecord& reservation) = 0;
  // False when that owner has none.
  virtual bool DeleteReservation(const std::string& key, const std::string& owner) = 0;
  virtual Status PutCachedOutput(const model::CachedOutputRecord& output) = 0;
  virtual bool DeleteCachedOutput(const std::string& key) = 0;
};

class MetadataStore {
 public:
  using Work = std::function<Status(MetadataWriter&)>;
  using Done = std::function<void(Status)>;

  virtual ~MetadataStore() = default;
  // `done`: the work is durable, which means that it survives a power cut.
  virtual void Write(Work work, Done done) = 0;
  // For changes that no client has been told of. `committed`: readers see the work, and it survives the end of this
  // process. `durable`: as Write's, some milliseconds later, so that many share one sync. Either may be empty. What is
  // small, some dozens of rows, is committed in the call when nothing else is under way, which takes less time than to
  // wake another thread.
  enum class Size { kSmall, kLarge };
  virtual void WriteBehind(Size size, Work work, Done committed, Done durable) = 0;
  // `read` gets a consistent snapshot.
  virtual void Read(const std::function<void(MetadataReader&)>& read) = 0;

  // Read that returns a value.
  template <typename F>
  auto Query(F&& f) {
    std::optional<std::invoke_result_t<F&, MetadataReader&>> out;
    Read([&](MetadataReader& reader) { out.emplace(f(reader)); });
    return std::move(*out);
  }
};

}  // namespace sandbox
