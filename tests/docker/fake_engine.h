#pragma once

// An engine that answers what a test says, over a Unix socket.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sandbox::runner {

class FakeEngine {
 public:
  // `answer` gets "POST /path?query" and the body, and returns the bytes of the reply; nullopt cuts the connection.
  using Answer = std::function<std::optional<std::string>(const std::string& call, const std::string& body)>;

  FakeEngine(boost::asio::io_context& loop, std::filesystem::path socket, Answer answer);
  ~FakeEngine();
  void Listen();

  std::vector<std::string> calls;

 private:
  boost::asio::awaitable<void> Accept();
  boost::asio::awaitable<void> Serve(boost::asio::local::stream_protocol::socket socket);

  boost::asio::io_context& loop_;
  std::filesystem::path path_;
  Answer answer_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
};

// "HTTP/1.1 200 ..." with a JSON body and its length.
std::string Reply(int status, const std::string& body);

}  // namespace sandbox::runner
