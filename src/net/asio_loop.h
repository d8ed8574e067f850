#pragma once

// The ports of include/sandbox/ports/loop.h on real threads and clocks.

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "sandbox/ports/loop.h"

namespace sandbox::net {

// An io_context and its one thread. Started by the constructor.
//
// Thread: Post, Executor, IsCurrent and Stop from any thread (Stop not from the loop's own).
class LoopThread final : public Loop {
 public:
  LoopThread();
  // Stops. Whatever posts to the loop or awaits on it from another thread has ended before.
  ~LoopThread() override;

  void Post(std::function<void()> task) override;
  std::unique_ptr<Timer> At(Instant at, std::function<void()> task) override;

  boost::asio::any_io_executor Executor();
  bool IsCurrent() const;
  // Lets the running task end, drops the rest. Idempotent.
  void Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A fixed number of threads for work that blocks.
class WorkerPool final : public Workers {
 public:
  explicit WorkerPool(size_t threads);
  ~WorkerPool() override;

  void Run(std::function<void()> work) override;
  boost::asio::any_io_executor Executor();
  // Runs what is queued, then joins. Idempotent; not from a worker.
  void Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class SystemClock final : public Clock {
 public:
  Instant Now() override;
};

// From the kernel.
class SystemEntropy final : public Entropy {
 public:
  uint64_t Next() override;
};

}  // namespace sandbox::net
