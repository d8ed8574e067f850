#pragma once

// A short conversation over the network, as a coroutine that a worker runs to its end.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>

#include "sandbox/base/error.h"

namespace sandbox::notify {

inline constexpr auto kPatience = std::chrono::seconds(5);

// UNAVAILABLE when it fails (Boost's exceptions end here) or takes longer than kPatience.
inline Status RunBlocking(const std::function<boost::asio::awaitable<Status>()>& conversation) {
  boost::asio::io_context context;
  Status out = Fail(Code::kUnavailable, "TIMEOUT", Cat("no answer within ", kPatience.count(), " s"));
  // The coroutine and what it captures end with this function. NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines)
  const auto guarded = [&]() -> boost::asio::awaitable<void> {
    try {
      out = co_await conversation();
    } catch (const std::exception& failure) {
      out = Fail(Code::kUnavailable, "NO_ANSWER", failure.what());
    }
  };
  boost::asio::co_spawn(context, guarded(), [](std::exception_ptr) {});
  context.run_for(kPatience);
  return out;
}

}  // namespace sandbox::notify
