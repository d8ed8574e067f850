#pragma once

// The world that the executor sees: one thread, a clock, timers, and workers for what blocks.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sandbox/base/time.h"

namespace sandbox {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() = 0;
};

// Thread: Post from any thread; everything else on the loop's own thread. Tasks run in the order they were posted.
class Loop {
 public:
  // Cancels when destroyed.
  class Timer {
   public:
    virtual ~Timer() = default;
  };

  virtual ~Loop() = default;
  virtual void Post(std::function<void()> task) = 0;
  // Runs `task` on the loop at `at` or soon after; at once when that is past.
  virtual std::unique_ptr<Timer> At(Instant at, std::function<void()> task) = 0;
};

// Blocking work off the loop. `work` runs on some worker thread; tasks may run in parallel and in any order.
class Workers {
 public:
  virtual ~Workers() = default;
  virtual void Run(std::function<void()> work) = 0;
};

// Random bytes; a seeded one in tests. Any thread.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual uint64_t Next() = 0;
};

}  // namespace sandbox
