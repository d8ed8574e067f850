#pragma once

// One accepted TCP connection: buffered reads, whole writes, and a deadline for each of them.
//
// Thread: the socket's executor. An operation that makes no progress for `idle_timeout` closes the socket and fails
// with reason IDLE_TIMEOUT; a peer that went away is CONNECTION_CLOSED.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox::net {

class Connection {
 public:
  Connection(boost::asio::ip::tcp::socket socket, std::string prefix, std::chrono::seconds idle_timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Everything up to and with the first `end`; RESOURCE_EXHAUSTED when it is not within `bytes_max`. Empty when the
  // peer closed before the first byte. The whole of it has one deadline.
  boost::asio::awaitable<Result<std::string>> ReadThrough(std::string_view end, size_t bytes_max);
  // At least one byte, at most `bytes_max`.
  boost::asio::awaitable<Result<std::string>> ReadSome(size_t bytes_max);
  // The first byte that was not read yet, once there is one; it stays.
  boost::asio::awaitable<Result<char>> Peek();
  // Drops line ends that wait in the buffer: some clients send one behind a body.
  void SkipLineEnds();
  // The peer has closed or reset the connection.
  bool PeerIsGone();
  bool HasBuffered() const { return position_ < buffer_.size(); }

  boost::asio::awaitable<Status> Write(std::string_view first, std::string_view second = {});
  // Says goodbye so that the peer can read the last answer although it is still sending.
  boost::asio::awaitable<void> CloseGently();

  std::string Remote() const;

 private:
  struct Watch;

  boost::asio::awaitable<Status> Fill();
  Error Failure(const boost::system::error_code& error) const;

  boost::asio::ip::tcp::socket socket_;
  std::string buffer_;
  size_t position_ = 0;  // of the first unread byte in buffer_
  std::chrono::seconds idle_timeout_;
  std::shared_ptr<Watch> watch_;
};

}  // namespace sandbox::net
