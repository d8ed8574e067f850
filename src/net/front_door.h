#pragma once

// One port for two protocols: the first bytes of a connection decide.

#include <chrono>
#include <functional>

#include "net/http.h"

namespace sandbox::net {

struct FrontDoorOptions {
  // Takes ownership of a connected, non-blocking descriptor whose bytes are all unread: HTTP/2 with prior knowledge.
  // Called on the listener's executor.
  std::function<void(int fd)> http2;
  HttpHandler http;
  HttpOptions http_options;
  // For the bytes that decide.
  std::chrono::seconds first_bytes_timeout{30};
};

// What Listener::Accept wants. A connection that says nothing in time is closed.
std::function<boost::asio::awaitable<void>(boost::asio::ip::tcp::socket)> MakeFrontDoor(FrontDoorOptions options);

}  // namespace sandbox::net
