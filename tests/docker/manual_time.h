#pragma once

// A clock that stands, and timers that fire when a test moves it.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "sandbox/ports/loop.h"

namespace sandbox::runner {

// Thread: the test's. What holds a timer may outlive it.
class ManualTime final : public Loop, public Clock {
 public:
  Instant Now() override { return now_; }
  void Post(std::function<void()> task) override { task(); }
  std::unique_ptr<Timer> At(Instant at, std::function<void()> task) override {
    const Key key{at, next_++};
    timers_->emplace(key, std::move(task));
    return std::make_unique<ManualTimer>(timers_, key);
  }

  // Fires what is due by then, in order.
  void Advance(Duration by) {
    const Instant until = now_ + by;
    while (!timers_->empty() && timers_->begin()->first.first <= until) {
      now_ = std::max(now_, timers_->begin()->first.first);
      auto task = std::move(timers_->extract(timers_->begin()).mapped());
      task();
    }
    now_ = until;
  }
  // How long until the next one.
  std::optional<Duration> Next() const {
    if (timers_->empty()) return std::nullopt;
    return timers_->begin()->first.first - now_;
  }

 private:
  using Key = std::pair<Instant, uint64_t>;
  using Timers = std::map<Key, std::function<void()>>;
  struct ManualTimer final : Timer {
    ManualTimer(std::shared_ptr<Timers> the_timers, Key the_key) : timers(std::move(the_timers)), key(the_key) {}
    ~ManualTimer() override { timers->erase(key); }
    std::shared_ptr<Timers> timers;
    Key key;
  };

  Instant now_{std::chrono::seconds(1'700'000'000)};
  uint64_t next_ = 0;
  std::shared_ptr<Timers> timers_ = std::make_shared<Timers>();
};

}  // namespace sandbox::runner
