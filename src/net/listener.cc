#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "net/coroutines.h"
#include "net/http.h"
#include "sandbox/base/log.h"

namespace sandbox::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Serve = std::function<asio::awaitable<void>(tcp::socket)>;

// Shared by the listener and its accept coroutine, which may outlive it until its cancelled accept returns.
struct Acceptor {
  explicit Acceptor(const asio::any_io_executor& executor) : socket(executor) {}
  tcp::acceptor socket;
  bool closed = false;
};

asio::awaitable<void> AcceptAll(std::shared_ptr<Acceptor> acceptor, Serve serve) {
  constexpr std::chrono::milliseconds kPause{50};
  while (!acceptor->closed) {
    error_code error;
    tcp::socket socket = co_await acceptor->socket.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (acceptor->closed) co_return;
    if (error) {
      // Out of descriptors, or the peer left: go on, but not in a busy loop.
      if (error != asio::error::connection_aborted)
        Log(LogLevel::kWarning, "listener", Cat("accept: ", error.message()));
      asio::steady_timer pause(acceptor->socket.get_executor(), kPause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    const asio::any_io_executor executor = socket.get_executor();
    Spawn(executor, "connection", serve(std::move(socket)));
  }
}

class TcpListener final : public Listener {
 public:
  TcpListener(std::shared_ptr<Acceptor> acceptor, uint16_t port) : acceptor_(std::move(acceptor)), port_(port) {}
  ~TcpListener() override { Close(); }

  uint16_t Port() const override { return port_; }
  void Accept(Serve serve) override {
    Spawn(acceptor_->socket.get_executor(), "listener", AcceptAll(acceptor_, std::move(serve)));
  }
  void Close() override {
    acceptor_->closed = true;
    error_code ignored;
    acceptor_->socket.close(ignored);
  }

 private:
  std::shared_ptr<Acceptor> acceptor_;
  uint16_t port_;
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::Bind(asio::any_io_executor executor, const std::string& address,
                                                 uint16_t port) {
  error_code error;
  const asio::ip::address parsed = asio::ip::make_address(address, error);
  if (error) return InvalidArgument(Cat("cannot listen on '", address, "': it is not an IP address"));
  const tcp::endpoint endpoint(parsed, port);
  auto acceptor = std::make_shared<Acceptor>(executor);
  acceptor->socket.open(endpoint.protocol(), error);
  if (!error) acceptor->socket.set_option(tcp::acceptor::reuse_address(true), error);
  // Podman's bridge has its address only while a container is on it.
  const asio::detail::socket_option::boolean<IPPROTO_IP, IP_FREEBIND> before_it_is_there(true);
  if (!error && parsed.is_v4()) acceptor->socket.set_option(before_it_is_there, error);
  if (!error) acceptor->socket.bind(endpoint, error);
  if (!error) acceptor->socket.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    return Fail(Code::kFailedPrecondition, "PORT_TAKEN",
                Cat("port ", port, " on ", address, " is in use by another process"));
  }
  if (error)
    return Fail(Code::kFailedPrecondition, "CANNOT_LISTEN",
                Cat("cannot listen on ", address, ":", port, ": ", error.message()));
  const uint16_t real = acceptor->socket.local_endpoint(error).port();
  return std::make_unique<TcpListener>(std::move(acceptor), real);
}

}  // namespace sandbox::net
