#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <vector>

#include "net/asio_loop.h"

namespace sandbox::net {
namespace {

TEST_CASE("tasks run in order on the loop's thread, and survive a task that throws") {
  LoopThread loop;
  std::vector<int> order;
  std::promise<bool> done;
  loop.Post([&] { order.push_back(1); });
  loop.Post([] { throw std::runtime_error("a planted failure"); });
  loop.Post([&] {
    order.push_back(2);
    done.set_value(loop.IsCurrent());
  });
  CHECK(done.get_future().get());
  CHECK(order == std::vector<int>{1, 2});
  CHECK_FALSE(loop.IsCurrent());
}

TEST_CASE("a timer fires at its time, not before, and not after it was dropped") {
  LoopThread loop;
  SystemClock clock;
  std::promise<Instant> fired;
  std::atomic<bool> dropped_fired = false;
  std::unique_ptr<Loop::Timer> timer;
  const Instant at = clock.Now() + std::chrono::milliseconds(30);
  loop.Post([&] {
    const auto dropped = loop.At(clock.Now() - std::chrono::seconds(1), [&] { dropped_fired = true; });
    timer = loop.At(at, [&] { fired.set_value(clock.Now()); });
  });
  CHECK(fired.get_future().get() >= at);
  CHECK_FALSE(dropped_fired);
  loop.Stop();
}

TEST_CASE("a pool runs everything before it stops") {
  WorkerPool pool(3);
  std::atomic<int> ran = 0;
  for (int i = 0; i < 100; ++i) pool.Run([&ran] { ++ran; });
  pool.Stop();
  CHECK(ran == 100);
}

TEST_CASE("entropy differs from call to call") {
  SystemEntropy entropy;
  CHECK(entropy.Next() != entropy.Next());
}

}  // namespace
}  // namespace sandbox::net
