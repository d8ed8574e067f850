#include "runner/spawn.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <memory>

#include "sandbox/base/error.h"
#include "sandbox/base/log.h"

namespace sandbox::runner {

void Spawn(boost::asio::any_io_executor executor, std::string name, boost::asio::awaitable<void> work) {
  auto pending = std::make_shared<boost::asio::awaitable<void>>(std::move(work));
  boost::asio::post(executor, [executor, name = std::move(name), pending] {
    boost::asio::co_spawn(executor, std::move(*pending), [name](std::exception_ptr failed) {
      if (!failed) return;
      try {
        std::rethrow_exception(failed);
      } catch (const std::exception& error) {
        Log(LogLevel::kError, "runner", Cat(name, " ended with an exception: ", error.what()));
      }
    });
  });
}

}  // namespace sandbox::runner
