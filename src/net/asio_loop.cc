#include "net/asio_loop.h"

#include <sys/random.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/system_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <mutex>
#include <thread>

#include "sandbox/base/check.h"
#include "sandbox/base/error.h"
#include "sandbox/base/log.h"

namespace sandbox::net {

namespace asio = boost::asio;

namespace {

void RunLogged(std::string_view component, const std::function<void()>& task) {
  try {
    task();
  } catch (const std::exception& exception) {
    Log(LogLevel::kError, component, Cat("a task threw: ", exception.what()));
  }
}

// The wait may already be queued when the timer is dropped, hence the flag.
struct TimerState {
  explicit TimerState(asio::io_context& context) : timer(context) {}
  asio::system_timer timer;
  bool cancelled = false;
};

class AsioTimer final : public Loop::Timer {
 public:
  explicit AsioTimer(std::shared_ptr<TimerState> state) : state_(std::move(state)) {}
  ~AsioTimer() override {
    state_->cancelled = true;
    state_->timer.cancel();
  }

 private:
  std::shared_ptr<TimerState> state_;
};

}  // namespace

struct LoopThread::Impl {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::thread thread;
  std::once_flag stopped;
};

LoopThread::LoopThread() : impl_(std::make_unique<Impl>()) {
  impl_->thread = std::thread([context = &impl_->context] {
    // An exception that leaves a handler ends run(), not the loop.
    while (!context->stopped()) RunLogged("loop", [context] { context->run(); });
  });
}

LoopThread::~LoopThread() { Stop(); }

void LoopThread::Stop() {
  std::call_once(impl_->stopped, [this] {
    impl_->work.reset();
    impl_->context.stop();
    impl_->thread.join();
  });
}

void LoopThread::Post(std::function<void()> task) {
  asio::post(impl_->context, [task = std::move(task)] { RunLogged("loop", task); });
}

std::unique_ptr<Loop::Timer> LoopThread::At(Instant at, std::function<void()> task) {
  auto state = std::make_shared<TimerState>(impl_->context);
  state->timer.expires_at(std::chrono::time_point_cast<std::chrono::system_clock::duration>(at));
  state->timer.async_wait([state, task = std::move(task)](const boost::system::error_code& error) {
    if (!error && !state->cancelled) RunLogged("loop", task);
  });
  return std::make_unique<AsioTimer>(std::move(state));
}

asio::any_io_executor LoopThread::Executor() { return impl_->context.get_executor(); }
bool LoopThread::IsCurrent() const { return std::this_thread::get_id() == impl_->thread.get_id(); }

struct WorkerPool::Impl {
  explicit Impl(size_t threads) : pool(threads) {}
  asio::thread_pool pool;
  std::once_flag stopped;
};

WorkerPool::WorkerPool(size_t threads) : impl_(std::make_unique<Impl>(threads)) {}
WorkerPool::~WorkerPool() { Stop(); }
void WorkerPool::Run(std::function<void()> work) {
  asio::post(impl_->pool, [work = std::move(work)] { RunLogged("worker", work); });
}
asio::any_io_executor WorkerPool::Executor() { return impl_->pool.get_executor(); }
void WorkerPool::Stop() {
  std::call_once(impl_->stopped, [this] { impl_->pool.join(); });
}

Instant SystemClock::Now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

uint64_t SystemEntropy::Next() {
  uint64_t value = 0;
  const ssize_t got = getrandom(&value, sizeof value, 0);
  SANDBOX_CHECK(got == sizeof value, "the kernel gives no random bytes");
  return value;
}

}  // namespace sandbox::net
