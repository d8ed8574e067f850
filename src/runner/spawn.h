#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <string>

namespace sandbox::runner {

// Runs a coroutine on the loop, never within the caller; an exception that leaves it is logged under `name`.
void Spawn(boost::asio::any_io_executor executor, std::string name, boost::asio::awaitable<void> work);

}  // namespace sandbox::runner
