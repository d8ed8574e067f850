#pragma once

// Owner of the running executions: event -> engine::Step -> commit -> effects and replies.
//
// Thread: built, used (but for Executions' methods) and destroyed on the loop; destroyed only when neither the loop nor
// the workers nor the store can call back any more. Everything mutable belongs to the loop.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cache/cache_lookups.h"
#include "connectors/connector_jobs.h"
#include "executor/commit_gate.h"
#include "executor/loader.h"
#include "executor/retried_writes.h"
#include "executor/unsynced_objects.h"
#include "sandbox/engine/run.h"
#include "sandbox/executor/executions.h"
#include "sandbox/executor/plans.h"
#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::executor {

// References outlive the executor.
struct ExecutorDeps {
  Loop& loop;
  Workers& workers;
  Workers& small_writes;  // of one thread: two wait for each other at the lock of the folder, which takes them longer
  Clock& clock;
  MetadataStore& store;
  ObjectStore& objects;
  ContainerRunner& runner;
  ConnectorClient* connectors = nullptr;  // may be null when none is configured
  std::shared_ptr<Plans> plans = std::make_shared<Plans>();
};

// Starts the executions that launch-plan nodes stand for. `done` on any thread; ALREADY_EXISTS when there is one of
// that name.
using LaunchChild = std::function<void(const engine::LaunchChild& child, const NodeExecutionId& parent,
                                       std::function<void(Status)> done)>;

struct ExecutorConfig {
  std::string log_link = "http://localhost:30080/kubernetes-dashboard/#/log/{ns}/{pod}/pod?namespace={ns}";
  std::string console_url = "http://localhost:30080/console";
  ObjectLayout layout;
  std::vector<std::pair<std::string, std::string>> default_env;  // of every task container, last of all
  uint64_t output_bytes_max = 2 * 1024 * 1024;
  engine::Offloading offloading;
  Duration image_pull_grace = std::chrono::minutes(3);
  std::vector<ConnectorEndpoint> connectors;
  // Of the kernel's present run: while it is the same, what was written to a file is there. Empty: not known.
  std::string boot;
};

class Executor final : public Executions {
 public:
  Executor(ExecutorDeps deps, ExecutorConfig config);

  // Before Recover.
  void SetLaunchChild(LaunchChild launch) { launch_child_ = std::move(launch); }

  // Once, before anything else: continues what is stored as unfinished and removes containers that nothing owns. `done`
  // on the loop.
  void Recover(std::function<void(Status)> done);

  void Launch(LaunchRequest request, std::function<void(Status)> done) override;
  void Terminate(const ExecutionId& id, std::string cause, std::function<void(Status)> done) override;
  void SignalSet(const ExecutionId& id, std::string signal_id) override;

  // The attempt has not ended, as far as the engine knows: its pod may start. False too when that end is not yet
  // committed.
  bool IsLive(const AttemptId& id) const;

  // Ends a live attempt as one whose pod a user had deleted: it is tried again with the system's budget, and its
  // containers have `grace` to end. False when it has ended.
  bool DeletePod(const AttemptId& id, Duration grace);

  // Executions in memory; and how many node phases were entered, for the benchmark.
  size_t Running() const { return runs_.size(); }
  uint64_t Transitions() const { return transitions_; }
  // Writes to the object store that fail at the moment and are tried again. Any thread.
  std::vector<WriteTrouble> WriteTroubles() const { return writes_.Troubles(); }

 private:
  struct Active {
    engine::Run run;
    std::deque<std::shared_ptr<Commit>> waiting;  // in order; the first may wait for its objects
    size_t uncommitted = 0;                       // of this run, waiting or in the gate
    std::unique_ptr<Loop::Timer> timer;
    Instant timer_at{};
  };

  void Adopt(engine::Run run);
  void Advance(const ExecutionId& id, const engine::Event& event, std::function<void(Status)> reply = {});
  void Enqueue(Active& active, engine::Decision decision, std::function<void(Status)> reply);
  void Drain(Active& active);
  void Load(std::function<void(Status)> done);
  void WriteObjects(const ExecutionId& id, std::shared_ptr<Commit> commit, std::vector<engine::ObjectWrite> objects);
  void Arm(Active& active, std::optional<Instant> wake_at);
  void OnCommitted(const ExecutionId& id);
  void OnReport(PodReport report);
  void EndLate(PodReport report);
  void OnCacheLookedUp(engine::CacheLookedUp event);
  void TerminateInactive(ExecutionId id, std::function<void(Status)> done);

  void Read(engine::ReadObjects what);
  void Read(engine::ReadValues what);
  void Compile(engine::CompileDynamic what);
  void Perform(engine::Effect& effect);
  void Apply(engine::StartAttempt& effect);
  void Apply(engine::StopAttempt& effect);
  void Apply(engine::ReleaseAttempt& effect);
  void Apply(engine::LaunchChild& effect);
  void Apply(engine::AbortChild& effect);
  void Apply(engine::StartJob& effect);
  void Apply(engine::WatchJob& effect) { jobs_.Watch(effect.id); }
  void Apply(engine::LeaveJob& effect) { jobs_.Leave(effect.id); }
  // After the commit: what this run has put into the cache is found.
  void Apply(engine::LookUpCache& effect) { cache_lookups_.Ask(std::move(effect)); }

  // connector_jobs.cc
  void OnJob(engine::JobReported report, const JobType& type);
  void OnJobDeleted(const AttemptId& id);

  // children.cc
  void OnChildLaunched(const AttemptId& parent, const ExecutionId& child, const Status& launched);
  void ReportChildEnd(const AttemptId& parent, const model::ExecutionRecord& child);
  void TellParent(const model::ExecutionRecord& child);
  void AbortOrphan(const ExecutionId& child, const std::string& cause);
  void AbortOrphans();
  bool IsWanted(const AttemptId& parent) const;

  ExecutorDeps deps_;
  engine::EngineConfig engine_config_;  // its connectors change, on the loop
  CommitGate gate_;
  RetriedWrites writes_;
  UnsyncedObjects unsynced_;
  cache::CacheLookups cache_lookups_;
  connectors::ConnectorJobs jobs_;
  LaunchChild launch_child_;
  std::map<ExecutionId, std::unique_ptr<Active>> runs_;
  uint64_t transitions_ = 0;
};

}  // namespace sandbox::executor
