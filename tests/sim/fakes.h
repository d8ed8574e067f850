#pragma once

// The simulated world: time, loop, workers, objects and containers, all driven by one seed and one thread.

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sandbox/engine/run.h"
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
  Status RemoveIf(std::string_view bucket, std::string_view key, const Precondition& allowed) override;
  Result<ObjectListing> List(std::string_view, std::string_view, std::string_view, std::string_view, size_t) override {
    return ObjectListing{};
  }

  std::map<std::string, std::string, std::less<>> objects;  // by key
};

}  // namespace sandbox::sim
