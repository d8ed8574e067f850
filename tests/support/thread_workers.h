#pragma once

// Workers of one thread. Destruction runs what is left.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "sandbox/ports/loop.h"

namespace sandbox::testing {

class ThreadWorkers final : public Workers {
 public:
  ThreadWorkers() : thread_([this] { Work(); }) {}
  ~ThreadWorkers() override {
    {
      const std::lock_guard lock(lock_);
      over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  void Run(std::function<void()> work) override {
    {
      const std::lock_guard lock(lock_);
      queue_.push_back(std::move(work));
    }
    changed_.notify_one();
  }

 private:
  void Work() {
    std::unique_lock lock(lock_);
    while (true) {
      changed_.wait(lock, [this] { return over_ || !queue_.empty(); });
      if (queue_.empty()) return;
      auto work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }

  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace sandbox::testing
