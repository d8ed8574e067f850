#include "docker/fake_engine.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "sandbox/base/error.h"

namespace sandbox::runner {
namespace {

namespace asio = boost::asio;
using Unix = asio::local::stream_protocol;
constexpr auto kUse = asio::as_tuple(asio::use_awaitable);

size_t ContentLength(const std::string& header) {
  const size_t at = header.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(header.substr(at + 16));
}

}  // namespace

std::string Reply(int status, const std::string& body) {
  return Cat("HTTP/1.1 ", status, " Whatever\r\nContent-Type: application/json\r\nContent-Length: ", body.size(),
             "\r\n\r\n", body);
}

FakeEngine::FakeEngine(asio::io_context& loop, std::filesystem::path socket, Answer answer)
    : loop_(loop), path_(std::move(socket)), answer_(std::move(answer)), acceptor_(loop) {}

FakeEngine::~FakeEngine() {
  acceptor_.close();
  loop_.restart();
  loop_.run_for(std::chrono::milliseconds(200));
}

void FakeEngine::Listen() {
  acceptor_ = Unix::acceptor(loop_, Unix::endpoint(path_.string()));
  asio::co_spawn(loop_, Accept(), asio::detached);
}

asio::awaitable<void> FakeEngine::Accept() {
  while (true) {
    auto [failed, socket] = co_await acceptor_.async_accept(kUse);
    if (failed) co_return;
    asio::co_spawn(loop_, Serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> FakeEngine::Serve(Unix::socket socket) {
  std::string data;
  while (true) {
    auto [failed, header_bytes] = co_await asio::async_read_until(socket, asio::dynamic_buffer(data), "\r\n\r\n", kUse);
    if (failed) co_return;
    const std::string header = data.substr(0, header_bytes);
    const size_t length = ContentLength(header);
    if (data.size() < header_bytes + length) {
      auto [cut, more] = co_await asio::async_read(socket, asio::dynamic_buffer(data),
                                                   asio::transfer_exactly(header_bytes + length - data.size()), kUse);
      static_cast<void>(more);
      if (cut) co_return;
    }
    const std::string body = data.substr(header_bytes, length);
    data.erase(0, header_bytes + length);
    const std::string call = header.substr(0, header.find(" HTTP/"));
    calls.push_back(call);
    const std::optional<std::string> reply = answer_(call, body);
    if (!reply) co_return;
    auto [unsent, sent] = co_await asio::async_write(socket, asio::buffer(*reply), kUse);
    static_cast<void>(sent);
    // Behind an upgrade there is no second call: the raw stream ends.
    if (unsent || reply->starts_with("HTTP/1.1 101")) co_return;
  }
}

}  // namespace sandbox::runner
