#include <boost/asio/awaitable.hpp>
#include <exception>

#include "net/connection.h"
#include "net/http.h"
#include "net/http_exchange.h"
#include "net/http_message.h"
#include "sandbox/base/log.h"

namespace sandbox::net {

namespace asio = boost::asio;

namespace {

constexpr size_t kHeadBytesMax = 64 * 1024;
constexpr char kTlsHandshake = 0x16;  // begins a record of TLS, and no request

asio::awaitable<void> Refuse(Connection& connection, const BadHead& bad) {
  HttpResponse response;
  response.status = bad.status;
  response.headers.Set("Content-Type", "text/plain; charset=utf-8");
  const std::string body = Cat(bad.status, " ", StatusText(bad.status), ": ", bad.text);
  const std::string head = FormatHead(response, Cat("Connection: close\r\nContent-Length: ", body.size(), "\r\n"));
  (void)co_await connection.Write(head, body);
}

// True when another request may follow.
asio::awaitable<bool> ServeOne(Connection& connection, const std::string& remote, const HttpHandler& handler) {
  connection.SkipLineEnds();
  // Docker tries TLS with every registry: answered at once, it goes on without; else it waits ten seconds.
  if (const auto first = co_await connection.Peek(); first && *first == kTlsHandshake) {
    co_await Refuse(connection, BadHead{400, "this port speaks HTTP without TLS: use http://"});
    co_return false;
  }
  Result<std::string> text = co_await connection.ReadThrough("\r\n\r\n", kHeadBytesMax);
  if (!text) {
    if (text.error().code == Code::kResourceExhausted) {
      const BadHead too_large{431, Cat("the header is larger than ", kHeadBytesMax, " bytes")};
      co_await Refuse(connection, too_large);
    }
    co_return false;
  }
  if (text->empty()) co_return false;
  std::expected<RequestHead, BadHead> head = ParseRequestHead(*text);
  if (!head) {
    co_await Refuse(connection, head.error());
    co_return false;
  }
  head->request.remote = remote;
  SessionExchange exchange(connection, std::move(*head));
  bool failed = false;
  try {
    co_await handler(exchange);
  } catch (const std::exception& exception) {
    failed = true;
    Log(LogLevel::kError, "http",
        Cat(exchange.Request().method, " ", exchange.Request().target, ": ", exception.what()));
  }
  co_return co_await exchange.Finish(failed);
}

}  // namespace

asio::awaitable<void> ServeHttp(asio::ip::tcp::socket socket, std::string prefix, HttpHandler handler,
                                HttpOptions options) {
  Connection connection(std::move(socket), std::move(prefix), options.idle_timeout);
  const std::string remote = connection.Remote();
  while (co_await ServeOne(connection, remote, handler)) {
  }
  co_await connection.CloseGently();
}

}  // namespace sandbox::net
