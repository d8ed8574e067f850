#pragma once

// The containers of the simulated world, and the runner of one process.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fakes.h"
#include "program.h"
#include "sandbox/ports/container_runner.h"

namespace sandbox::sim {

// What a container does.
struct Act {
  int exit_code = 0;
  bool out_of_memory = false;
  bool never_starts = false;  // its program is not there
  bool no_image = false;
  bool hangs = false;     // until something stops it
  bool vanishes = false;  // someone removes it
};
Act ActOf(Fate fate);

// The pods: they outlive the process under test, as Docker's containers do.
struct FakeEngine {
  struct Container {
    PodSpec pod;
    std::vector<Act> acts;  // of its containers
    PodState state = PodState::kPending;
    Instant changes_at{};
    Instant started_at{};
    Instant deadline = Instant::max();
    Fate fate = Fate::kSuccess;  // of its primary
    bool stopping = false;
    bool killed = false;             // by a restart of the machine
    bool deadline_exceeded = false;  // it is being stopped, or was, for that
    flyteidl::core::Literal x;       // its input
  };
  std::map<AttemptId, Container> containers;
  std::set<AttemptId> made;  // ever
  // What one of a pod's containers does; empty: the primary's fate by the program, and success of the others.
  std::function<Act(const PodSpec&, size_t index)> act;

  // The machine restarts: nothing runs any more.
  void Restart();
};

// One process's runner. Reports wait in a bag and are delivered in any order, some twice. Some containers are made at
// once, others only after a while in which no engine answers.
class FakeRunner final : public ContainerRunner {
 public:
  FakeRunner(FakeEngine& engine, FakeObjects& objects, FakeClock& clock, Bug bug, Program program,
             std::function<Duration()> delay)
      : engine_(engine), objects_(objects), clock_(clock), bug_(bug), program_(program), delay_(std::move(delay)) {}

  void OnReport(std::function<void(PodReport)> callback) override { callback_ = std::move(callback); }
  void Start(PodSpec spec) override;
  void Stop(const AttemptId& id, Duration grace) override;
  void Release(const AttemptId& id) override;
  void Sweep(const std::vector<AttemptId>& alive) override;

  // Someone else removes its containers.
  void Vanish(const AttemptId& id);
  // Moves the containers whose time has come.
  void Progress();
  std::optional<Instant> NextChange() const;
  void Deliver(size_t index, bool keep);

  std::vector<PodReport> bag;
  // For the checks; may be empty.
  std::function<void(const PodSpec&)> on_start;
  std::function<void(const AttemptId&)> on_release;
  std::function<void(std::string)> on_problem;

 private:
  // A pod that waits for an engine.
  struct Opening {
    PodSpec pod;
    Instant at{};
  };
  void Create(PodSpec spec);
  std::vector<Act> ActsOf(const PodSpec& pod) const;
  std::vector<ContainerEnd> EndsOf(const FakeEngine::Container& container) const;
  void Report(const AttemptId& id);
  void ReadInput(FakeEngine::Container& container);
  void Finish(FakeEngine::Container& container);

  FakeEngine& engine_;
  FakeObjects& objects_;
  FakeClock& clock_;
  Bug bug_;
  const Program program_;
  std::function<Duration()> delay_;
  std::function<void(PodReport)> callback_;
  std::set<AttemptId> watched_;
  std::map<AttemptId, Opening> opening_;
};

}  // namespace sandbox::sim
