#pragma once

// Runs the jobs of attempts at connector services: creates each once, polls its state until it has ended, and deletes
// jobs of attempts that are over. A service that is away is called again, with growing pauses, for as long as the
// attempt lasts.
//
// Thread: the loop, where the callbacks are called too. Destroyed as the executor is: when nothing can call back any
// more.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/directory.h"
#include "sandbox/engine/run.h"

namespace sandbox::connectors {

class ConnectorJobs {
 public:
  struct Callbacks {
    // kCreated is reported for attempts that were left, too: such a job has to be deleted.
    std::function<void(engine::JobReported, const JobType&)> report;
    std::function<void(engine::ConnectorTypes)> types;
    // The job was deleted, or its deletion given up: there is nothing left to do.
    std::function<void(const AttemptId&)> deleted;
  };
  // `client` may be null when there are no endpoints.
  ConnectorJobs(ConnectorClient* client, Loop& loop, Clock& clock, std::vector<ConnectorEndpoint> endpoints,
                Callbacks callbacks);

  // Begins to ask services for their connectors; called once.
  void Open();

  // A job without a name is created, and reported once it has one. A job with a name is polled, but not before Watch:
  // its name has to be durable first. Idempotent.
  void Start(JobRequest request, std::optional<std::string> job);
  void Watch(const AttemptId& id);
  // Ends the calls and reports, but for kCreated when the creation is under way.
  void Leave(const AttemptId& id);
  void Delete(model::JobDeletion deletion);

 private:
  struct Job {
    JobRequest request;
    std::optional<std::string> job;
    std::string address;  // of the last call
    bool left = false;
    bool told = false;      // it was reported that the service is away
    uint64_t round = 0;     // the round of the directory that it waits for; 0: none
    Duration pause{};       // between two polls
    Duration retry{};       // between two tries of what fails
    uint32_t failures = 0;  // of the last calls, as the service itself answered
    std::optional<JobResource> last;
    std::unique_ptr<Loop::Timer> timer;
  };
  struct Deletion {
    model::JobDeletion what;
    Duration pause{};
    uint32_t failures = 0;
    std::unique_ptr<Loop::Timer> timer;
  };
  using JobPtr = std::shared_ptr<Job>;
  using DeletionPtr = std::shared_ptr<Deletion>;

  void OnRound(uint64_t round);
  void Create(const JobPtr& job);
  void LookForService(const JobPtr& job);
  void OnNoService(const JobPtr& job);
  void OnCreated(const JobPtr& job, Result<std::string> created);
  void OnExecuted(const JobPtr& job, Result<JobResource> executed);
  void OnNotCreated(const JobPtr& job, const Error& error, std::string_view doing);
  void Poll(const JobPtr& job);
  void OnPolled(const JobPtr& job, Result<JobResource> polled);
  void OnNotPolled(const JobPtr& job, const Error& error);
  void TellAway(const JobPtr& job, const Error& error);
  void Tell(const JobPtr& job, const JobResource& resource);
  void Report(const JobPtr& job, engine::JobReported report);
  void Fail(const JobPtr& job, bool retryable, std::string code, std::string message);
  void Wait(const JobPtr& job, std::string message);
  void Again(const JobPtr& job, Duration pause, void (ConnectorJobs::*step)(const JobPtr&));
  void TryDelete(const DeletionPtr& deletion);
  void OnDeleted(const DeletionPtr& deletion, const Status& status);
  void GiveUp(const DeletionPtr& deletion, const std::string& why);

  ConnectorClient* client_;
  Loop& loop_;
  Clock& clock_;
  Callbacks callbacks_;
  ConnectorDirectory directory_;
  engine::ConnectorTypes types_;  // as last reported
  std::map<AttemptId, JobPtr> jobs_;
  std::map<AttemptId, DeletionPtr> deletions_;
};

}  // namespace sandbox::connectors
