#pragma once

// Inside of DockerRunner. Every coroutine that is spawned keeps the Impl alive through its first parameter; those it
// awaits need not.

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "docker/client.h"
#include "runner/container_config.h"
#include "runner/docker_runner.h"
#include "runner/group_watch.h"
#include "runner/image_puller.h"
#include "runner/pod.h"

namespace sandbox::runner {

using PodPtr = std::shared_ptr<Pod>;

class DockerRunner::Impl : public std::enable_shared_from_this<DockerRunner::Impl> {
 public:
  using Work = boost::asio::awaitable<void>;

  Impl(Surroundings surroundings, DockerRunnerOptions options);
  void OnReport(std::function<void(PodReport)> callback) { on_report_ = std::move(callback); }
  void Start(PodSpec spec);
  void Stop(const AttemptId& id, Duration grace);
  void Release(const AttemptId& id);
  void Sweep(const std::vector<AttemptId>& alive);
  void Close();

 private:
  using Self = std::shared_ptr<Impl>;
  enum class Next { kGo, kAgain, kOver };

  Instant Now() const { return surroundings_.clock.Now(); }
  void Spawn(std::string name, Work work) const;
  PodPtr Add(PodSpec spec);
  PodPtr NewPod(PodSpec spec, std::string name) const;
  PodPtr AddKnownByNameOnly(const AttemptId& id);
  void Report(Pod& pod, PodReport report);
  void ReportWaiting(Pod& pod, model::WaitReason wait);
  PodReport Lost(const Pod& pod, std::string message) const;

  // pod_run.cc: the way of a pod
  Work Run(Self self, PodPtr pod);
  boost::asio::awaitable<PodReport> BringToEnd(PodPtr pod);
  boost::asio::awaitable<Next> Create(Pod& pod);
  boost::asio::awaitable<Next> Adopt(Pod& pod);
  boost::asio::awaitable<bool> AsksForMoreCpus(const Pod& pod);
  boost::asio::awaitable<PodReport> Refuse(PodPtr pod, model::WaitReason why);
  Work Pull(Pod& pod);
  Work AwaitImage(Pod& pod);
  Work WaitForStop(Pod& pod);
  Work WhileAway(Pod& pod, Error error);
  static Pod& Leader(Pod& pod);
  bool Gone(const Pod& pod) const { return closed_ || (pod.stop && pod.container.empty()); }
  bool IsOurs(const std::map<std::string, std::string>& labels, const Pod& pod) const;

  // pod_watch.cc: a container from its start to its end
  boost::asio::awaitable<PodReport> Watch(PodPtr pod, bool fresh);
  boost::asio::awaitable<bool> LeaveNetwork(PodPtr pod);
  boost::asio::awaitable<PodReport> EndUnlaunched(PodPtr pod, Error error);
  boost::asio::awaitable<Status> Launch(PodPtr pod, std::unique_ptr<docker::ExitWatch>& watch);
  boost::asio::awaitable<PodReport> End(PodPtr pod, docker::ContainerInfo info);
  boost::asio::awaitable<bool> EngineStartedSince(Pod& pod, Instant when);
  boost::asio::awaitable<Status> PutInputs(Pod& pod);
  boost::asio::awaitable<Status> GetOutputs(const Pod& pod);
  boost::asio::awaitable<std::string> FetchOutputs(Pod& pod);

  // pod_group.cc: pods of several containers
  boost::asio::awaitable<PodReport> BringGroupToEnd(PodPtr leader);
  boost::asio::awaitable<std::optional<PodReport>> Initialize(PodPtr leader, std::vector<ContainerEnd>& ends);
  boost::asio::awaitable<std::optional<PodReport>> StartSidecar(PodPtr leader, PodPtr sidecar);
  Work AwaitImages(PodPtr leader);
  Work AwaitMembers(PodPtr leader, PodReport& report);
  PodPtr AddMember(const PodPtr& leader, size_t index) const;
  void StartMembers(const PodPtr& leader);
  Work RunMember(Self self, PodPtr leader, PodPtr member);
  void StopMembers(Pod& leader, Duration grace);

  // pod_end.cc: logs, deadline, stop, removal
  void TellLog(const Pod& pod, bool complete) const;
  void FollowLog(const PodPtr& pod, std::unique_ptr<docker::LogStream> attached);
  Work CaptureLog(Self self, PodPtr pod, std::unique_ptr<docker::LogStream> attached);
  boost::asio::awaitable<bool> CopyLog(Pod& pod, docker::LogStream& stream);
  Work AwaitLog(Pod& pod, Duration time_max);
  void BecomeActive(const Pod& pod, Instant since);
  Work AwaitDeadline(Self self, PodPtr pod);
  bool PastDeadline(const Pod& pod, const PodReport& end) const;
  void BringToStop(const PodPtr& pod, Duration grace);
  void BeginStop(const PodPtr& pod);
  Work StopContainer(Self self, PodPtr pod);
  Work RemoveContainer(Pod& pod);
  Work RemoveMembersByLabel(const Pod& pod);
  Work RemoveVolumes(std::string pod);
  std::string TerminationMessage(const Pod& pod) const;
  void PrepareTerminationFile(Pod& pod);

  // pod_usage.cc: what containers use
  void FollowUsage(const PodPtr& pod, const docker::ContainerInfo& info);
  bool TakeUsage(Pod& pod, CgroupFiles& files) const;
  void KeepUsage(Pod& pod, const Usage& usage, bool last = false) const;
  Work RecordUsage(Self self, PodPtr pod, std::shared_ptr<CgroupFiles> files);
  Work StreamUsage(PodPtr pod);
  static void EndUsage(Pod& pod, const docker::ContainerInfo& info);

  // sweep.cc
  Work RunSweep(Self self, std::set<std::string> alive);
  Work SweepVolumes(const std::set<std::string>& alive);
  bool Owned(const std::set<std::string>& alive, const std::string& pod) const;
  Work StopSwept(docker::ContainerSummary container);

  const Surroundings surroundings_;
  DockerRunnerOptions options_;
  docker::Client client_;
  ImagePuller puller_;
  std::unique_ptr<GroupWatch> groups_;  // until it is closed
  std::function<void(PodReport)> on_report_;
  std::map<AttemptId, PodPtr> pods_;
  Signal closing_;
  bool closed_ = false;
  bool mounts_refused_ = false;    // this engine does not see our files
  int64_t engine_cpu_millis_ = 0;  // of all its cpus, once one refused a quota; 0: not known
};

// The engine is away, or on its way.
bool EngineTrouble(const Error& error);
// Up to five seconds.
Duration Backoff(int failures);

}  // namespace sandbox::runner
