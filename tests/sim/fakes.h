#pragma once

// The simulated world: time, loop, workers, objects and containers, all driven by one seed and one thread.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sandbox/engine/run.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/object_store.h"
#include "support/memory_object_store.h"

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

// The object store of the tests, all of whose objects are of one time. What is below is for the simulation's own hands,
// in the platform's bucket: `on_commit` is not asked.
class FakeObjects : public testing::MemoryObjectStore {
 public:
  FakeObjects() : MemoryObjectStore(&clock_) {}
  std::optional<std::string> Find(std::string_view key);
  void Set(std::string_view key, std::string_view bytes);

 private:
  FakeClock clock_;
};

}  // namespace sandbox::sim
