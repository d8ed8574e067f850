#include "connectors/connector_jobs.h"

#include <algorithm>

#include "sandbox/base/log.h"

namespace sandbox::connectors {

using engine::JobReported;
using model::TaskPhase;

namespace {

// Between two questions how a job is: longer each time, so that short jobs are not kept waiting and long ones not
// pestered.
constexpr Duration kPollFirst = std::chrono::seconds(1);
constexpr Duration kPollMax = std::chrono::seconds(10);
// Between two tries of what failed.
constexpr Duration kRetryFirst = std::chrono::seconds(1);
constexpr Duration kRetryMax = std::chrono::seconds(30);
constexpr Duration kRefusedFirst = std::chrono::seconds(5);
// Failures in a row by the service's own word; the reference allows as many.
constexpr uint32_t kFailuresMax = 5;

constexpr std::string_view kFailedCode = "TaskFailedWithError";

bool IsAway(const Error& error) { return error.code == Code::kUnavailable || error.code == Code::kCancelled; }
bool Ended(TaskPhase phase) { return model::IsTerminal(phase) || phase == TaskPhase::kRetryableFailed; }

Duration Longer(Duration pause, Duration first = kRetryFirst) {
  return pause == Duration::zero() ? first : std::min(kRetryMax, pause * 2);
}

std::string TypeText(const JobType& type) {
  return Cat("task type [", type.name, "]", type.version == 0 ? "" : Cat(" version ", type.version));
}

std::string Which(const AttemptId& id) {
  return Cat("the job of execution ", id.node.execution.name, ", node ", id.node.node, ", attempt ", id.attempt);
}

}  // namespace

ConnectorJobs::ConnectorJobs(ConnectorClient* client, Loop& loop, Clock& clock,
                             std::vector<ConnectorEndpoint> endpoints, Callbacks callbacks)
    : client_(client),
      loop_(loop),
      clock_(clock),
      callbacks_(std::move(callbacks)),
      directory_(client, loop, clock, std::move(endpoints), [this](uint64_t round) { OnRound(round); }) {}

void ConnectorJobs::Open() {
  types_ = {directory_.IsConfigured(), directory_.Known(), directory_.Stated()};
  callbacks_.types(types_);
  directory_.Start();
}

void ConnectorJobs::OnRound(uint64_t round) {
  if (const auto known = directory_.Known(); known != types_.known) {
    types_.known = known;
    callbacks_.types(types_);
  }
  std::vector<JobPtr> waiting;
  for (const auto& [id, job] : jobs_) {
    if (job->round != 0 && job->round <= round) waiting.push_back(job);
  }
  for (const JobPtr& job : waiting) {
    if (job->left) continue;
    job->round = 0;
    if (!directory_.Find(job->request.type)) {
      OnNoService(job);
    } else {
      job->job ? Poll(job) : Create(job);
    }
  }
}

void ConnectorJobs::Start(JobRequest request, std::optional<std::string> name) {
  const AttemptId id = request.id;
  if (jobs_.contains(id)) return;
  auto job = std::make_shared<Job>();
  job->request = std::move(request);
  job->job = std::move(name);
  jobs_[id] = job;
  job->job ? Poll(job) : Create(job);
}

void ConnectorJobs::Watch(const AttemptId& id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end() || !found->second->job || found->second->timer) return;
  found->second->pause = kPollFirst;
  Again(found->second, kPollFirst, &ConnectorJobs::Poll);
}

void ConnectorJobs::Leave(const AttemptId& id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  found->second->left = true;
  found->second->timer.reset();
  jobs_.erase(found);
}

void ConnectorJobs::Again(const JobPtr& job, Duration pause, void (ConnectorJobs::*step)(const JobPtr&)) {
  job->timer = loop_.At(clock_.Now() + pause, [this, weak = std::weak_ptr<Job>(job), step] {
    const JobPtr alive = weak.lock();
    if (!alive || alive->left) return;
    alive->timer.reset();
    (this->*step)(alive);
  });
}

// Whether anybody serves the type may have changed since the last round.
void ConnectorJobs::LookForService(const JobPtr& job) { job->round = directory_.Ask(); }

void ConnectorJobs::OnNoService(const JobPtr& job) {
  const std::string what = TypeText(job->request.type);
  if (!directory_.IsConfigured() && job->job) {
    return Wait(job, Cat(what,
                         ": its job runs at a connector, and no connector is configured any more: list its address in "
                         "config.yaml (connectors: [localhost:8000]) ",
                         "and start the sandbox again"));
  }
  if (directory_.IsComplete() && !job->job) {
    const std::string served = directory_.IsConfigured() ? Cat("no connector serves it (", directory_.Served(), ")")
                                                         : "no connector is configured";
    return Fail(job, false, "FailedToBuildResource",
                Cat("could not build resource for task: ", what, " has no container and ", served,
                    ": start a connector service that serves it, list its address in config.yaml (connectors: "
                    "[localhost:8000]), and start the sandbox again"));
  }
  if (!job->told) {
    Wait(job, directory_.IsComplete()
                  ? Cat("waits for a connector that serves ", what, "; none does any more: ", directory_.Served())
                  : Cat("waits for a connector that serves ", what, "; no answer from ", directory_.Missing()));
  }
  job->told = true;
  job->retry = Longer(job->retry);
  Again(job, job->retry, &ConnectorJobs::LookForService);
}

void ConnectorJobs::Create(const JobPtr& job) {
  const auto route = directory_.Find(job->request.type);
  if (!route) return LookForService(job);
  job->address = route->address;
  if (route->sync) {
    client_->Execute(route->address, job->request,
                     [this, job](Result<JobResource> executed) { OnExecuted(job, std::move(executed)); });
  } else {
    client_->Create(route->address, job->request,
                    [this, job](Result<std::string> created) { OnCreated(job, std::move(created)); });
  }
}

void ConnectorJobs::OnCreated(const JobPtr& job, Result<std::string> created) {
  if (!created)
    return job->left ? void() : OnNotCreated(job, created.error(), "failed to create task from connector with");
  job->job = std::move(*created);
  job->request.task_template.clear();  // what only the creation needs
  job->request.inputs.clear();
  job->told = false;
  job->retry = {};
  JobReported report;
  report.what = JobReported::What::kCreated;
  report.job = *job->job;
  Report(job, std::move(report));
}

void ConnectorJobs::OnExecuted(const JobPtr& job, Result<JobResource> executed) {
  if (job->left) return;
  if (!executed) return OnNotCreated(job, executed.error(), "failed to receive stream from server");
  if (!Ended(executed->phase)) {
    return Fail(job, true, std::string(kFailedCode),
                Cat("a synchronous connector answers when its work is done; ", job->address, " answered with phase ",
                    model::PhaseName(executed->phase)));
  }
  Tell(job, *executed);
}

// A service that is away is waited for: the same request goes to it again. What it says itself is the end of the
// attempt.
void ConnectorJobs::OnNotCreated(const JobPtr& job, const Error& error, std::string_view doing) {
  if (!IsAway(error)) return Fail(job, true, std::string(kFailedCode), Cat(doing, " ", error.message));
  TellAway(job, error);
  job->retry = Longer(job->retry);
  Again(job, job->retry, &ConnectorJobs::Create);
}

void ConnectorJobs::Poll(const JobPtr& job) {
  const auto route = directory_.Find(job->request.type);
  if (!route) return LookForService(job);
  job->address = route->address;
  const JobRef ref{job->request.type, *job->job, job->request.output_prefix};
  client_->Get(route->address, ref, [this, job](Result<JobResource> polled) { OnPolled(job, std::move(polled)); });
}

void ConnectorJobs::OnPolled(const JobPtr& job, Result<JobResource> polled) {
  if (job->left) return;
  if (!polled) return OnNotPolled(job, polled.error());
  if (job->told) Wait(job, Cat("the connector service at ", job->address, " answers again"));
  job->told = false;
  job->failures = 0;
  job->retry = {};
  job->pause = job->pause == Duration::zero() ? kPollFirst : std::min(kPollMax, job->pause * 3 / 2);
  const bool ended = Ended(polled->phase);
  if (!ended) Again(job, job->pause, &ConnectorJobs::Poll);
  if (ended || job->last != *polled) Tell(job, *polled);
  if (!ended) job->last = std::move(*polled);
}

void ConnectorJobs::OnNotPolled(const JobPtr& job, const Error& error) {
  if (IsAway(error) || error.code == Code::kDeadlineExceeded) {
    TellAway(job, error);
  } else {
    const std::string message = Cat("failed to get task from connector with ", error.message);
    if (++job->failures > kFailuresMax) return Fail(job, false, "CacheFailed", message);
    Wait(job, message);
  }
  job->pause = {};
  job->retry = Longer(job->retry, job->failures == 0 ? kRetryFirst : kRefusedFirst);
  Again(job, job->retry, &ConnectorJobs::Poll);
}

// Once an outage.
void ConnectorJobs::TellAway(const JobPtr& job, const Error& error) {
  if (job->told) return;
  job->told = true;
  Wait(job, Cat("the connector service at ", job->address,
                " does not answer, and is asked again until it does: ", error.message));
}

void ConnectorJobs::Wait(const JobPtr& job, std::string message) {
  JobReported report;
  report.message = std::move(message);
  Report(job, std::move(report));
}

void ConnectorJobs::Tell(const JobPtr& job, const JobResource& resource) {
  if (Ended(resource.phase)) Leave(job->request.id);
  JobReported report;
  report.what = JobReported::What::kState;
  report.resource = resource;
  Report(job, std::move(report));
}

void ConnectorJobs::Fail(const JobPtr& job, bool retryable, std::string code, std::string message) {
  Leave(job->request.id);
  JobReported report;
  report.what = JobReported::What::kFailed;
  report.message = std::move(message);
  report.retryable = retryable;
  report.code = std::move(code);
  Report(job, std::move(report));
}

void ConnectorJobs::Report(const JobPtr& job, JobReported report) {
  report.id = job->request.id;
  callbacks_.report(std::move(report), job->request.type);
}

void ConnectorJobs::Delete(model::JobDeletion what) {
  const AttemptId id = what.id;
  if (deletions_.contains(id)) return;
  auto deletion = std::make_shared<Deletion>();
  deletion->what = std::move(what);
  deletions_[id] = deletion;
  TryDelete(deletion);
}

void ConnectorJobs::TryDelete(const DeletionPtr& deletion) {
  const JobType type{deletion->what.task_type, deletion->what.task_type_version};
  const auto route = directory_.Find(type);
  if (route)
    return client_->Delete(route->address, {type, deletion->what.job, ""},
                           [this, deletion](Status status) { OnDeleted(deletion, status); });
  if (!directory_.IsConfigured()) return GiveUp(deletion, "no connector is configured any more");
  OnDeleted(deletion, sandbox::Fail(Code::kUnavailable, "NO_CONNECTOR", Cat("no connector serves ", TypeText(type))));
}

void ConnectorJobs::OnDeleted(const DeletionPtr& deletion, const Status& status) {
  const AttemptId id = deletion->what.id;
  if (status || status.error().code == Code::kNotFound) {
    deletions_.erase(id);
    return callbacks_.deleted(id);
  }
  if (!IsAway(status.error()) && ++deletion->failures > kFailuresMax) return GiveUp(deletion, status.error().message);
  if (deletion->pause == Duration::zero())
    Log(LogLevel::kWarning, "connectors",
        Cat(Which(id), " could not be deleted yet, which is tried again: ", status.error().message));
  deletion->pause = Longer(deletion->pause);
  deletion->timer = loop_.At(clock_.Now() + deletion->pause, [this, weak = std::weak_ptr<Deletion>(deletion)] {
    if (const DeletionPtr alive = weak.lock()) TryDelete(alive);
  });
}

void ConnectorJobs::GiveUp(const DeletionPtr& deletion, const std::string& why) {
  const AttemptId id = deletion->what.id;
  Log(LogLevel::kError, "connectors", Cat(Which(id), " may still run: it could not be deleted: ", why));
  deletions_.erase(id);
  callbacks_.deleted(id);
}

}  // namespace sandbox::connectors
