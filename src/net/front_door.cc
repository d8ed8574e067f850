#include "net/front_door.h"

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sandbox::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

enum class Protocol { kNothing, kHttp1, kHttp2 };

constexpr std::string_view kPreface = "PRI";

// Looks without taking, until the bytes differ from the preface or are all of it.
asio::awaitable<Protocol> Decide(tcp::socket& socket, std::chrono::steady_clock::time_point deadline) {
  constexpr std::chrono::milliseconds kPause{5};
  std::array<char, kPreface.size()> bytes{};
  while (std::chrono::steady_clock::now() < deadline) {
    error_code error;
    const size_t got = co_await socket.async_receive(asio::buffer(bytes), tcp::socket::message_peek,
                                                     asio::redirect_error(asio::use_awaitable, error));
    if (error || got == 0) co_return Protocol::kNothing;
    if (!kPreface.starts_with(std::string_view(bytes.data(), got))) co_return Protocol::kHttp1;
    if (got == kPreface.size()) co_return Protocol::kHttp2;
    // The bytes stay unread, so waiting for readability would return at once.
    asio::steady_timer pause(socket.get_executor(), kPause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
  co_return Protocol::kNothing;
}

asio::awaitable<void> ServeConnection(tcp::socket accepted, std::shared_ptr<const FrontDoorOptions> options) {
  auto socket = std::make_shared<tcp::socket>(std::move(accepted));
  asio::steady_timer alarm(socket->get_executor(), options->first_bytes_timeout);
  alarm.async_wait([weak = std::weak_ptr(socket)](error_code error) {
    const std::shared_ptr<tcp::socket> socket = weak.lock();
    if (!error && socket != nullptr) socket->cancel(error);
  });
  const Protocol protocol = co_await Decide(*socket, alarm.expiry());
  alarm.cancel();
  tcp::socket decided = std::move(*socket);
  socket.reset();
  error_code error;
  switch (protocol) {
    case Protocol::kNothing: decided.close(error); co_return;
    case Protocol::kHttp1: co_return co_await ServeHttp(std::move(decided), {}, options->http, options->http_options);
    case Protocol::kHttp2: {
      decided.set_option(tcp::no_delay(true), error);
      decided.native_non_blocking(true, error);
      const int fd = decided.release(error);
      if (!error) options->http2(fd);
      co_return;
    }
  }
}

}  // namespace

std::function<asio::awaitable<void>(tcp::socket)> MakeFrontDoor(FrontDoorOptions options) {
  auto shared = std::make_shared<const FrontDoorOptions>(std::move(options));
  return [shared](tcp::socket socket) { return ServeConnection(std::move(socket), shared); };
}

}  // namespace sandbox::net
