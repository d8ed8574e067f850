#pragma once

// Leaving a loop for work that blocks, where the workers are the port: in simulations and tests they are others.

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include "sandbox/ports/loop.h"

namespace sandbox::net {

// Offload of coroutines.h for the port. `work` throws nothing, and owns what it refers to: the caller may be gone
// before it begins.
template <typename Work, typename Value = std::invoke_result_t<Work&>>
boost::asio::awaitable<Value> Offload(Workers& workers, Work work) {
  using Token = std::remove_cvref_t<decltype(boost::asio::use_awaitable)>;
  const auto here = co_await boost::asio::this_coro::executor;
  co_return co_await boost::asio::async_initiate<const Token, void(Value)>(
      [&workers, here](auto handler, Work begun) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        workers.Run([here, shared, begun = std::move(begun)]() mutable {
          auto result = std::make_shared<Value>(begun());
          boost::asio::post(here, [shared = std::move(shared), result] { (*shared)(std::move(*result)); });
        });
      },
      boost::asio::use_awaitable, std::move(work));
}

}  // namespace sandbox::net
