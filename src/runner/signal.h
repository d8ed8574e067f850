#pragma once

// How coroutines of one single-threaded executor wait: for each other, and for time as the injected clock has it.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <set>

#include "sandbox/ports/loop.h"

namespace sandbox::runner {

// What a runner lives in. Timers of `loop` fire on `executor`'s thread; the ports outlive everything that waits.
struct Surroundings {
  boost::asio::any_io_executor executor;
  Loop& loop;
  Clock& clock;
  Workers& workers;
};

// Notify wakes every coroutine that waits now; waiters check their condition again.
class Signal {
 public:
  explicit Signal(const Surroundings& surroundings) : surroundings_(surroundings) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void Notify() {
    for (boost::asio::steady_timer* waiter : waiters_) waiter->cancel();
  }
  // The owner keeps this object alive for as long as anyone waits.
  boost::asio::awaitable<void> WaitFor(Duration time_max) {
    Waiter waiter(surroundings_.executor);
    const auto alarm = surroundings_.loop.At(surroundings_.clock.Now() + time_max, [&waiter] { waiter.cancel(); });
    co_await Suspend(waiter);
  }
  boost::asio::awaitable<void> Wait() {
    Waiter waiter(surroundings_.executor);
    co_await Suspend(waiter);
  }

 private:
  // An event: it never expires, it is only cancelled.
  struct Waiter : boost::asio::steady_timer {
    explicit Waiter(const boost::asio::any_io_executor& executor)
        : boost::asio::steady_timer(executor, time_point::max()) {}
  };
  boost::asio::awaitable<void> Suspend(Waiter& waiter) {
    waiters_.insert(&waiter);
    co_await waiter.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    waiters_.erase(&waiter);
  }

  const Surroundings surroundings_;
  std::set<boost::asio::steady_timer*> waiters_;
};

}  // namespace sandbox::runner
