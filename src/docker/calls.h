#pragma once

// Calls of an engine by threads that wait for them. Each has a connection of its own, so that nothing of it is on a
// loop.
//
// Thread: any; Close on any but one that is in Run.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "docker/client.h"
#include "docker/engine_address.h"
#include "sandbox/base/error.h"

namespace sandbox::docker {

class Calls {
 public:
  explicit Calls(EngineAddress address) : address_(std::move(address)) {}
  ~Calls() { Close(); }

  // Runs the coroutine that `make` gives for a client on this thread until it is over. ENGINE_CLOSED when Close cut it,
  // ENGINE_TIMEOUT when it took longer than `limit`: what it had asked for may still happen then.
  template <typename T, typename Make>
  Result<T> Run(Make make, std::optional<std::chrono::milliseconds> limit = std::nullopt) {
    boost::asio::io_context context;
    Client client(context.get_executor(), address_);
    {
      std::lock_guard lock(mutex_);
      if (closed_) return Cut();
      running_.emplace(&context, &client);
    }
    bool late = false;
    boost::asio::steady_timer timer(context);
    if (limit) {
      timer.expires_after(*limit);
      timer.async_wait([&](boost::system::error_code cancelled) {
        if (cancelled) return;
        late = true;
        client.Close();
      });
    }
    Result<T> result = Cut();
    boost::asio::co_spawn(context, make(client), [&](std::exception_ptr failure, Result<T> made) {
      result = failure ? Result<T>(Internal("the Docker client threw")) : std::move(made);
      timer.cancel();
      client.Close();
    });
    context.run();
    std::lock_guard lock(mutex_);
    running_.erase(&context);
    if (late && !result)
      return Fail(Code::kDeadlineExceeded, "ENGINE_TIMEOUT",
                  Cat("the Docker Engine took longer than ", limit->count(), " ms"));
    return result;
  }

  // Ends calls that are under way, and those to come. Idempotent.
  void Close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& [context, client] : running_) boost::asio::post(*context, [client] { client->Close(); });
  }

 private:
  static std::unexpected<Error> Cut() {
    return Fail(Code::kUnavailable, "ENGINE_CLOSED", "the sandbox is being stopped");
  }

  const EngineAddress address_;
  std::mutex mutex_;
  bool closed_ = false;
  std::map<boost::asio::io_context*, Client*> running_;
};

}  // namespace sandbox::docker
