#pragma once

// A runner that lets pods wait until the machine has room for them, then leaves them to another runner. A pod that
// waits is reported with reason WaitingForResources and what it waits for; one that can never fit with
// ResourceRequestsExceedLimits, which ends its attempt.
//
// Thread: as ContainerRunner; Load on any thread.

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "pods/admission/admission.h"
#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/loop.h"

namespace sandbox::pods {

class AdmissionRunner final : public ContainerRunner {
 public:
  // References outlive this.
  AdmissionRunner(ContainerRunner& inner, Loop& loop, Clock& clock, Resources capacity)
      : inner_(inner), loop_(loop), clock_(clock), admission_(capacity) {}

  // Asked before a pod that waited starts: an attempt that has ended meanwhile, whose stop is still to come, does not.
  // None set: all are wanted.
  void SetWanted(std::function<bool(const AttemptId&)> wanted) { wanted_ = std::move(wanted); }
  void SetCapacity(Resources capacity);

  struct PodLoad {
    Resources used;  // by the pods that run
    size_t running = 0, waiting = 0;
  };
  PodLoad Load() const;

  void OnReport(std::function<void(PodReport)> callback) override;
  void Start(PodSpec spec) override;
  void Stop(const AttemptId& id, Duration grace) override;
  void Release(const AttemptId& id) override;
  void Sweep(const std::vector<AttemptId>& alive) override;

 private:
  void Admit();
  void Forget(const AttemptId& id);
  void Drop(const AttemptId& id);
  void PublishLoad();
  void Report(const AttemptId& id, std::string reason, std::string message);

  ContainerRunner& inner_;
  Loop& loop_;
  Clock& clock_;
  Admission admission_;
  std::function<void(PodReport)> on_report_;
  std::function<bool(const AttemptId&)> wanted_;
  std::map<AttemptId, PodSpec> waiting_;
  // After a restart nothing is let in before those that may run already have been counted, or for a while.
  std::set<AttemptId> expected_;
  std::unique_ptr<Loop::Timer> patience_;
  mutable std::mutex load_lock_;
  PodLoad load_;  // guarded by load_lock_
};

// What a pod takes (no cpu, when it mostly waits): its containers together, or the largest of its init containers. What
// a container requests; its limit when it requests nothing.
Resources DemandOf(const PodSpec& pod);

}  // namespace sandbox::pods
