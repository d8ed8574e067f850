#pragma once

// HTTP/1.1 sessions on Asio: one handler a listener, bodies streamed both ways.
//
// Thread: a session and its handler run as one coroutine on the io_context that the listener was given; the handler
// hands blocking work to a thread pool and awaits it. Bounds: header 64 KiB; a stalled read or write ends the session
// after `idle_timeout`.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::net {

struct HttpHeaders {
  std::vector<std::pair<std::string, std::string>> fields;  // in order, names as sent
  // Case-insensitive; the first one. Empty when missing.
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const;
  void Set(std::string name, std::string value);  // replaces
};

struct HttpRequest {
  std::string method;
  std::string target;  // as sent: path and query, not decoded
  HttpHeaders headers;
  std::string remote;  // "127.0.0.1:5000"
};

struct HttpResponse {
  unsigned status = 200;
  HttpHeaders headers;  // Content-Length and Connection are the session's
  std::string body;
};

// One exchange. The handler reads the body (or leaves it: the session discards or closes), then answers once: Send, or
// Begin followed by Write until End.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  virtual const HttpRequest& Request() const = 0;
  // Announced length; nullopt for chunked. 0 when there is no body.
  virtual std::optional<uint64_t> BodyLength() const = 0;
  // The next piece (at most `bytes_max`); empty at the end. Sends "100 Continue" first when the client waits for it.
  // Chunked transfer coding is removed. An error ends the exchange.
  virtual boost::asio::awaitable<Result<std::string>> ReadBody(size_t bytes_max) = 0;
  // The whole rest, RESOURCE_EXHAUSTED above `bytes_max`.
  virtual boost::asio::awaitable<Result<std::string>> ReadAll(size_t bytes_max) = 0;

  virtual boost::asio::awaitable<Status> Send(HttpResponse response) = 0;
  // `length` nullopt: chunked. A HEAD answer has the header of the GET and no body.
  virtual boost::asio::awaitable<Status> Begin(HttpResponse head, std::optional<uint64_t> length) = 0;
  virtual boost::asio::awaitable<Status> Write(std::string_view bytes) = 0;
  virtual boost::asio::awaitable<Status> End() = 0;
  // Close the connection after this exchange.
  virtual void CloseAfter() = 0;
  // The client has closed its side, as far as is known here.
  virtual bool PeerIsGone() = 0;
};

// Awaited to its end before the next request of the same connection is read. An exception becomes 500 and is logged.
using HttpHandler = std::function<boost::asio::awaitable<void>(HttpExchange&)>;

struct HttpOptions {
  std::chrono::seconds idle_timeout{120};
};

// Serves one accepted connection until it ends. `prefix` holds bytes already read from it.
boost::asio::awaitable<void> ServeHttp(boost::asio::ip::tcp::socket socket, std::string prefix, HttpHandler handler,
                                       HttpOptions options);

// A bound, listening socket. Bind first, then report: `Port` is the real one when 0 was asked. FAILED_PRECONDITION,
// reason PORT_TAKEN, names the port.
class Listener {
 public:
  static Result<std::unique_ptr<Listener>> Bind(boost::asio::any_io_executor executor, const std::string& address,
                                                uint16_t port);
  virtual ~Listener() = default;
  virtual uint16_t Port() const = 0;
  // Accepts until Close; each connection is given to `serve`, run by Spawn.
  virtual void Accept(std::function<boost::asio::awaitable<void>(boost::asio::ip::tcp::socket)> serve) = 0;
  virtual void Close() = 0;
};

}  // namespace sandbox::net
