#pragma once

// Wakes coroutines of one single-threaded executor.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <set>

namespace sandbox::runner {

// Notify wakes everyone who waits now; waiters look at their condition again.
class Signal {
 public:
  explicit Signal(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void Notify() {
    for (boost::asio::steady_timer* waiter : waiters_) waiter->cancel();
  }
  // The owner keeps this object alive for as long as anyone waits.
  boost::asio::awaitable<void> WaitFor(std::chrono::nanoseconds time_max) {
    boost::asio::steady_timer timer(executor_);
    timer.expires_after(time_max);
    waiters_.insert(&timer);
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    waiters_.erase(&timer);
  }
  boost::asio::awaitable<void> Wait() { return WaitFor(std::chrono::hours(24)); }

 private:
  boost::asio::any_io_executor executor_;
  std::set<boost::asio::steady_timer*> waiters_;
};

}  // namespace sandbox::runner
