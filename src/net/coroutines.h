#pragma once

// Starting coroutines, and leaving their loop for work that blocks.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace sandbox::net {

// Runs a coroutine on an executor, never within the caller; an exception that leaves it is logged under `name`.
void Spawn(boost::asio::any_io_executor executor, std::string name, boost::asio::awaitable<void> work);

// Runs `work` on `workers` and comes back to the caller's executor with its result or exception. What `work` refers to
// lives until then.
template <typename Work>
boost::asio::awaitable<std::invoke_result_t<Work&>> Offload(boost::asio::any_io_executor workers, Work work) {
  using boost::asio::bind_executor, boost::asio::post, boost::asio::use_awaitable;
  using Value = std::invoke_result_t<Work&>;
  const auto here = co_await boost::asio::this_coro::executor;
  co_await post(workers, bind_executor(workers, use_awaitable));
  std::optional<std::conditional_t<std::is_void_v<Value>, std::monostate, Value>> result;
  std::exception_ptr thrown;
  try {
    if constexpr (std::is_void_v<Value>) {
      work();
    } else {
      result.emplace(work());
    }
  } catch (...) {
    thrown = std::current_exception();
  }
  co_await post(here, bind_executor(here, use_awaitable));
  if (thrown) std::rethrow_exception(thrown);
  if constexpr (!std::is_void_v<Value>) co_return std::move(*result);
}

}  // namespace sandbox::net
