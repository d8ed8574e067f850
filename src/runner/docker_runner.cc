#include "runner/docker_runner.h"

#include <boost/asio/post.hpp>

#include "net/coroutines.h"
#include "runner/impl.h"
#include "sandbox/base/names.h"

namespace sandbox::runner {

std::filesystem::path PodLogPath(const std::filesystem::path& log_dir, const std::string& pod_namespace,
                                 const std::string& pod) {
  return log_dir / pod_namespace / (pod + ".log");
}

DockerRunner::DockerRunner(boost::asio::any_io_executor executor, Loop& loop, Clock& clock, Workers& workers,
                           DockerRunnerOptions options)
    : impl_(std::make_shared<Impl>(Surroundings{std::move(executor), loop, clock, workers}, std::move(options))) {}
DockerRunner::~DockerRunner() { impl_->Close(); }
void DockerRunner::OnReport(std::function<void(PodReport)> callback) { impl_->OnReport(std::move(callback)); }
void DockerRunner::Start(PodSpec spec) { impl_->Start(std::move(spec)); }
void DockerRunner::Stop(const AttemptId& id, Duration grace) { impl_->Stop(id, grace); }
void DockerRunner::Release(const AttemptId& id) { impl_->Release(id); }
void DockerRunner::Sweep(const std::vector<AttemptId>& alive) { impl_->Sweep(alive); }

DockerRunner::Impl::Impl(Surroundings surroundings, DockerRunnerOptions options)
    : surroundings_(std::move(surroundings)),
      options_(std::move(options)),
      client_(surroundings_.executor, options_.engine),
      puller_(surroundings_, client_),
      groups_(std::make_unique<GroupWatch>(surroundings_.executor)),
      closing_(surroundings_) {}

void DockerRunner::Impl::Spawn(std::string name, Work work) const {
  net::Spawn(surroundings_.executor, std::move(name), std::move(work));
}

void DockerRunner::Impl::Close() {
  closed_ = true;
  on_report_ = nullptr;
  client_.Close();
  groups_.reset();
  closing_.Notify();
  for (auto& [id, pod] : pods_) {
    pod->wake.Notify();
    pod->log_ended.Notify();
    if (pod->pull) pod->pull->done.Notify();
    for (const PodPtr& member : pod->members) {
      member->wake.Notify();
      member->log_ended.Notify();
      if (member->pull) member->pull->done.Notify();
    }
  }
}

PodPtr DockerRunner::Impl::NewPod(PodSpec spec, std::string name) const {
  const std::filesystem::path log = PodLogPath(options_.log_dir, spec.pod_namespace, name);
  return std::make_shared<Pod>(std::move(spec), std::move(name), log, options_.log_bytes_max, options_.log_index,
                               surroundings_);
}

PodPtr DockerRunner::Impl::Add(PodSpec spec) {
  std::string name = spec.name;
  PodPtr pod = NewPod(std::move(spec), std::move(name));
  pods_[pod->spec.id] = pod;
  return pod;
}

PodPtr DockerRunner::Impl::AddKnownByNameOnly(const AttemptId& id) {
  PodSpec spec;
  spec.id = id;
  spec.name = GeneratedName(id);
  spec.pod_namespace = id.node.execution.Namespace();
  spec.containers.push_back({.name = spec.name});
  PodPtr pod = Add(std::move(spec));
  pod->adopt_only = true;
  return pod;
}

void DockerRunner::Impl::Start(PodSpec spec) {
  if (const auto found = pods_.find(spec.id); found != pods_.end())
    return Report(*found->second, found->second->last_report);
  PodPtr pod = Add(std::move(spec));
  Spawn("pod " + pod->spec.name, Run(shared_from_this(), pod));
}

void DockerRunner::Impl::Stop(const AttemptId& id, Duration grace) {
  const auto found = pods_.find(id);
  PodPtr pod = found == pods_.end() ? AddKnownByNameOnly(id) : found->second;
  if (pod->over) return;
  BringToStop(pod, grace);
  if (found == pods_.end()) Spawn("pod " + pod->spec.name, Run(shared_from_this(), pod));
}

void DockerRunner::Impl::Release(const AttemptId& id) {
  const auto found = pods_.find(id);
  PodPtr pod = found == pods_.end() ? AddKnownByNameOnly(id) : found->second;
  pod->release = true;
  if (found == pods_.end()) {
    pod->quiet = true;
    pod->stop = true;
    Spawn("pod " + pod->spec.name, Run(shared_from_this(), pod));
  }
  pod->wake.Notify();
}

void DockerRunner::Impl::Report(Pod& pod, PodReport report) {
  if (closed_ || pod.quiet) return;
  report.id = pod.spec.id;
  report.facts = pod.facts;
  pod.last_report = report;
  // Posted: the executor is never called back from within its own call.
  boost::asio::post(surroundings_.executor, [self = shared_from_this(), report = std::move(report)]() mutable {
    if (self->on_report_) self->on_report_(std::move(report));
  });
}

void DockerRunner::Impl::ReportWaiting(Pod& pod, model::WaitReason wait) {
  if (const PodPtr leader = pod.leader.lock()) {
    // What holds a member up holds the pod up, until its primary runs.
    if (!leader->running && !leader->over) ReportWaiting(*leader, std::move(wait));
    return;
  }
  const model::WaitReason& last = pod.last_report.wait;
  // How often an engine was tried is no news.
  if (last.code == model::PodWait::kEngine && last.code == wait.code) wait.tried = last.tried;
  if (last == wait) return;
  // A wait that has failed once stays that wait while it is tried again: its grace period runs on.
  const bool failing = last.code == model::PodWait::kImageMissing || last.code == model::PodWait::kRefused;
  const bool tries = wait.code == model::PodWait::kStarting || wait.code == model::PodWait::kImagePull ||
                     wait.code == model::PodWait::kImageFailed;
  if (failing && tries) return;
  PodReport report;
  report.state = pod.running ? PodState::kRunning : PodState::kPending;
  report.wait = std::move(wait);
  report.occurred_at = Now();
  Report(pod, std::move(report));
}

// Whose row tells of it. A leader lives for as long as its members.
Pod& DockerRunner::Impl::Leader(Pod& pod) {
  const PodPtr leader = pod.leader.lock();
  return leader ? *leader : pod;
}

PodReport DockerRunner::Impl::Lost(const Pod& pod, std::string message) const {
  PodReport report;
  report.id = pod.spec.id;
  report.state = PodState::kLost;
  report.message = std::move(message);
  report.occurred_at = Now();
  return report;
}

}  // namespace sandbox::runner
