#pragma once

// The simulated world: time, loop, workers, objects and containers, all driven by one seed and one thread.

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "program.h"
#include "sandbox/engine/run.h"
#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::sim {

// Bugs that the simulation must find.
enum class Bug {
  kNone,
  kActsBeforeCommit,
  kForgetsStop,
  kForgetsSweep,
  kForgetsRelease,
  kForgetsTimer,
  kStartsTwice,
  kOverbooks,
  kAnswersBeforeSync
};
inline constexpr int kBugs = 9;

class FakeClock final : public Clock {
 public:
  Instant Now() override { return now; }
  Instant now{std::chrono::seconds(1'700'000'000)};
};

class FakeLoop final : public Loop {
 public:
  explicit FakeLoop(bool forgets_timers) : forgets_timers_(forgets_timers) {}
  void Post(std::function<void()> task) override { posted.push_back(std::move(task)); }
  std::unique_ptr<Timer> At(Instant at, std::function<void()> task) override;
  bool FireTimer(Instant now);
  std::optional<Instant> NextTimer() const;

  std::deque<std::function<void()>> posted;

 private:
  friend class FakeTimer;
  std::map<std::pair<Instant, uint64_t>, std::function<void()>> timers_;
  uint64_t next_ = 0;
  bool forgets_timers_;
};

class FakeWorkers final : public Workers {
 public:
  void Run(std::function<void()> work) override { tasks.push_back(std::move(work)); }
  std::vector<std::function<void()>> tasks;
};

class FakeObjects final : public ObjectStore {
 public:
  Status CreateBucket(std::string_view) override { return {}; }
  Status DeleteBucket(std::string_view) override { return {}; }
  bool HasBucket(std::string_view) override { return true; }
  std::vector<std::pair<std::string, Instant>> ListBuckets() override { return {}; }
  Result<std::unique_ptr<ObjectWriter>> Create(std::string_view bucket, std::string_view key,
                                               ObjectAttributes attributes, Durability durability) override;
  Result<std::unique_ptr<ObjectReader>> Open(std::string_view bucket, std::string_view key) override;
  Result<ObjectInfo> Head(std::string_view bucket, std::string_view key) override;
  Status Remove(std::string_view bucket, std::string_view key) override;
  Result<ObjectListing> List(std::string_view, std::string_view, std::string_view, std::string_view, size_t) override {
    return ObjectListing{};
  }

  std::map<std::string, std::string, std::less<>> objects;  // by key
};

// The containers: they outlive the process under test, as Docker's do.
struct FakeEngine {
  struct Container {
    PodSpec pod;
    PodState state = PodState::kPending;
    Instant changes_at{};
    Instant started_at{};
    Fate fate = Fate::kSuccess;
    bool stopping = false;
    bool killed = false;        // by a restart of the machine
    flyteidl::core::Literal x;  // its input
  };
  std::map<AttemptId, Container> containers;
  std::set<AttemptId> made;  // ever

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
