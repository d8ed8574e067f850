#pragma once

// A runner around another one. Forwards everything; a decorator overrides what it changes.
//
// Thread: as ContainerRunner.

#include <functional>
#include <utility>
#include <vector>

#include "sandbox/ports/container_runner.h"

namespace sandbox::pods {

class RunnerWrapper : public ContainerRunner {
 public:
  // `inner` outlives this.
  explicit RunnerWrapper(ContainerRunner& inner) : inner_(inner) {}

  void OnReport(std::function<void(PodReport)> callback) final {
    on_report_ = std::move(callback);
    inner_.OnReport([this](PodReport report) { Take(std::move(report)); });
  }
  void Start(PodSpec spec) override { inner_.Start(std::move(spec)); }
  void Stop(const AttemptId& id, Duration grace) override { inner_.Stop(id, grace); }
  void Release(const AttemptId& id) override { inner_.Release(id); }
  void Sweep(const std::vector<AttemptId>& alive) override { inner_.Sweep(alive); }

 protected:
  // A report of the inner runner.
  virtual void Take(PodReport report) { Tell(std::move(report)); }
  // To whoever listens to this runner.
  void Tell(PodReport report) { on_report_(std::move(report)); }
  ContainerRunner& Inner() { return inner_; }

 private:
  ContainerRunner& inner_;
  std::function<void(PodReport)> on_report_;
};

inline bool Ended(const PodReport& report) {
  return report.state == PodState::kFinished || report.state == PodState::kLost;
}

}  // namespace sandbox::pods
