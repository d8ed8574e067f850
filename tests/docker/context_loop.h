#pragma once

// Timers of the wall clock on an io_context that a test turns by hand.

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "sandbox/ports/loop.h"
#include "support/system_clock.h"

namespace sandbox::runner {

class ContextLoop final : public Loop {
 public:
  explicit ContextLoop(boost::asio::io_context& context) : context_(context) {}

  void Post(std::function<void()> task) override { boost::asio::post(context_, std::move(task)); }
  std::unique_ptr<Timer> At(Instant at, std::function<void()> task) override {
    auto timer = std::make_unique<ContextTimer>(context_);
    timer->timer.expires_after(at - clock.Now());
    timer->timer.async_wait([task = std::move(task), dropped = timer->dropped](const boost::system::error_code& error) {
      if (!error && !*dropped) task();
    });
    return timer;
  }

  testing::SystemClock clock;

 private:
  struct ContextTimer final : Timer {
    explicit ContextTimer(boost::asio::io_context& context) : timer(context) {}
    ~ContextTimer() override { *dropped = true; }
    boost::asio::steady_timer timer;
    const std::shared_ptr<bool> dropped = std::make_shared<bool>(false);
  };

  boost::asio::io_context& context_;
};

}  // namespace sandbox::runner
