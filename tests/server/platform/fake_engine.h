#pragma once

// Containers without an engine: what the command says happens. They outlive the runner, as real ones do.
//
//   true          ends with 0            false          ends with 1
//   wait          runs until it is stopped, or the test ends it
//   oom           is killed for want of memory
//   missing       its image is not there: it waits until the test lets it go
//
// Thread: FakeRunner on its loop; FakeEngine's methods from any thread.

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/loop.h"

namespace sandbox::testing {

class FakeEngine {
 public:
  struct Container {
    PodSpec spec;
    std::string command;
    bool over = false;
    int exit_code = 0;
    bool oom = false;
  };

  // How often a container was made, of each name. More than once is a fault of the platform.
  std::map<std::string, int> Created() const {
    std::lock_guard lock(mutex_);
    return created_;
  }
  std::vector<std::string> Names() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const auto& [name, container] : containers_) out.push_back(name);
    return out;
  }

  mutable std::mutex mutex_;
  std::map<std::string, Container> containers_;
  std::map<std::string, int> created_;
};

class FakeRunner final : public ContainerRunner {
 public:
  FakeRunner(FakeEngine& engine, Loop& loop, Clock& clock) : engine_(engine), loop_(loop), clock_(clock) {}

  void OnReport(std::function<void(PodReport)> callback) override { report_ = std::move(callback); }

  void Start(PodSpec spec) override {
    names_[spec.id] = spec.name;
    std::lock_guard lock(engine_.mutex_);
    auto found = engine_.containers_.find(spec.name);
    if (found == engine_.containers_.end()) {
      FakeEngine::Container made;
      made.spec = spec;
      const ContainerSpec& container = spec.containers[spec.primary];
      made.command = container.args.empty() ? container.command.empty() ? "true" : container.command.back()
                                            : container.args.back();
      ++engine_.created_[spec.name];
      found = engine_.containers_.emplace(spec.name, std::move(made)).first;
    }
    Begin(found->second);
  }

  void Stop(const AttemptId& id, Duration) override {
    std::lock_guard lock(engine_.mutex_);
    const auto found = engine_.containers_.find(NameOf(id));
    if (found == engine_.containers_.end()) return Tell(Report(id, PodState::kLost));
    End(found->second, 143);
  }

  void Release(const AttemptId& id) override {
    std::lock_guard lock(engine_.mutex_);
    engine_.containers_.erase(NameOf(id));
  }

  void Sweep(const std::vector<AttemptId>& alive) override {
    std::lock_guard lock(engine_.mutex_);
    const std::set<AttemptId> wanted(alive.begin(), alive.end());
    std::erase_if(engine_.containers_, [&](const auto& each) { return !wanted.contains(each.second.spec.id); });
  }

  // On the loop: containers of this command end.
  void EndAll(const std::string& command, int exit_code) {
    std::lock_guard lock(engine_.mutex_);
    for (auto& [name, container] : engine_.containers_) {
      if (container.command == command) End(container, exit_code);
    }
  }

 private:
  std::string NameOf(const AttemptId& id) {
    const auto found = names_.find(id);
    return found == names_.end() ? "" : found->second;
  }

  PodReport Report(const AttemptId& id, PodState state) {
    PodReport out;
    out.id = id;
    out.state = state;
    out.occurred_at = clock_.Now();
    return out;
  }

  void Tell(PodReport report) {
    loop_.Post([this, report = std::move(report)] { report_(report); });
  }

  void Begin(FakeEngine::Container& container) {
    if (container.over) return TellEnd(container);
    if (container.command == "missing") {
      PodReport waiting = Report(container.spec.id, PodState::kPending);
      waiting.waiting_reason = "ImagePullBackOff";
      waiting.message = "Back-off pulling image \"missing\"";
      return Tell(std::move(waiting));
    }
    Tell(Report(container.spec.id, PodState::kRunning));
    if (container.command == "true") return End(container, 0);
    if (container.command == "false") return End(container, 1);
    if (container.command != "oom") return;
    container.oom = true;
    End(container, 137);
  }

  void End(FakeEngine::Container& container, int exit_code) {
    if (!container.over) {
      container.over = true;
      container.exit_code = exit_code;
    }
    TellEnd(container);
  }

  void TellEnd(const FakeEngine::Container& container) {
    PodReport report = Report(container.spec.id, PodState::kFinished);
    ContainerEnd end;
    end.name = container.spec.containers[container.spec.primary].name;
    end.exit_code = container.exit_code;
    end.reason = container.oom              ? EndReason::kOomKilled
                 : container.exit_code == 0 ? EndReason::kCompleted
                                            : EndReason::kError;
    end.started_at = end.finished_at = report.occurred_at;
    report.containers.push_back(std::move(end));
    Tell(std::move(report));
  }

  FakeEngine& engine_;
  Loop& loop_;
  Clock& clock_;
  std::function<void(PodReport)> report_;
  std::map<AttemptId, std::string> names_;
};

}  // namespace sandbox::testing
