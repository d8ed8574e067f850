#pragma once

// A runner that lets pods wait until the machine has room for them, then leaves them to another runner. A pod that
// waits is told what it needs, what is free and who goes first: at once, and again when that changes, which only those
// hear of whose turn is near; one that can never fit is told so, which ends its attempt.
//
// Thread: as ContainerRunner; Load on any thread.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "pods/admission/admission.h"
#include "pods/runner_wrapper.h"
#include "sandbox/ports/loop.h"

namespace sandbox::pods {

class AdmissionRunner final : public RunnerWrapper {
 public:
  // References outlive this.
  AdmissionRunner(ContainerRunner& inner, Loop& loop, Clock& clock, Resources capacity)
      : RunnerWrapper(inner), loop_(loop), clock_(clock), admission_(capacity) {}

  // Asked before a pod that waited starts: an attempt that has ended meanwhile, whose stop is still to come, does not.
  // None set: all are wanted.
  void SetWanted(std::function<bool(const AttemptId&)> wanted) { wanted_ = std::move(wanted); }
  void SetCapacity(Resources capacity);
  // Nothing that waits starts while there is too little of something; what runs goes on. nullopt: go on.
  void Hold(std::optional<model::Shortage> shortage);

  struct PodLoad {
    Resources used;  // by the pods that run
    size_t running = 0, waiting = 0;
  };
  PodLoad Load() const;

  void Start(PodSpec spec) override;
  void Stop(const AttemptId& id, Duration grace) override;
  void Release(const AttemptId& id) override;
  void Sweep(const std::vector<AttemptId>& alive) override;

 private:
  struct Waiting {
    PodSpec pod;
    model::WaitReason told;
  };

  void Take(PodReport report) override;
  void Admit();
  void Forget(const AttemptId& id);
  void Drop(const AttemptId& id);
  void PublishLoad();
  void TellWait(const AttemptId& id, model::WaitReason wait);
  void TellNew();
  void TellChanged();

  Loop& loop_;
  Clock& clock_;
  Admission admission_;
  std::function<bool(const AttemptId&)> wanted_;
  std::map<AttemptId, Waiting> waiting_;
  std::optional<uint64_t> untold_;  // nobody knows why those with this number and later ones wait
  std::map<AttemptId, Instant> admitted_;
  std::unique_ptr<Loop::Timer> tell_changed_, tell_new_;
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
