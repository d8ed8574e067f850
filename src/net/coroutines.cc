#include "net/coroutines.h"

#include <boost/asio/co_spawn.hpp>
#include <memory>

#include "sandbox/base/log.h"

namespace sandbox::net {

namespace asio = boost::asio;

void Spawn(asio::any_io_executor executor, std::string name, asio::awaitable<void> work) {
  auto pending = std::make_shared<asio::awaitable<void>>(std::move(work));
  asio::post(executor, [executor, name = std::move(name), pending] {
    asio::co_spawn(executor, std::move(*pending), [name](std::exception_ptr failure) {
      if (!failure) return;
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& exception) {
        Log(LogLevel::kError, name, exception.what());
      } catch (...) {
        Log(LogLevel::kError, name, "an exception of no known type");
      }
    });
  });
}

}  // namespace sandbox::net
