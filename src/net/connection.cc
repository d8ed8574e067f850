#include "net/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>

namespace sandbox::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {
constexpr size_t kFillBytes = 16 * 1024;
constexpr size_t kLingerBytes = 256 * 1024;
constexpr std::chrono::seconds kLingerTime{2};
}  // namespace

// The deadline of the running operation. One timer wait is kept open and moved on when it fires, so that an operation
// costs no timer of its own.
struct Connection::Watch : std::enable_shared_from_this<Watch> {
  explicit Watch(tcp::socket* watched) : timer(watched->get_executor()), socket(watched) {}

  void Arm(std::chrono::seconds time) {
    deadline = std::chrono::steady_clock::now() + time;
    active = true;
    if (!waiting || timer.expiry() > deadline) Wait();
  }
  void Disarm() { active = false; }

  void Wait() {
    waiting = true;
    timer.expires_at(deadline);
    timer.async_wait([self = shared_from_this()](error_code error) {
      if (error) return;  // moved by Arm, or the connection is gone
      self->waiting = false;
      if (!self->active || self->socket == nullptr) return;
      if (std::chrono::steady_clock::now() < self->deadline) return self->Wait();
      self->expired = true;
      error_code ignored;
      self->socket->close(ignored);
    });
  }

  asio::steady_timer timer;
  tcp::socket* socket;
  std::chrono::steady_clock::time_point deadline;
  bool waiting = false;
  bool active = false;
  bool expired = false;
};

Connection::Connection(tcp::socket socket, std::string prefix, std::chrono::seconds idle_timeout)
    : socket_(std::move(socket)),
      buffer_(std::move(prefix)),
      idle_timeout_(idle_timeout),
      watch_(std::make_shared<Watch>(&socket_)) {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
}

Connection::~Connection() {
  watch_->socket = nullptr;
  watch_->timer.cancel();
}

bool Connection::PeerIsGone() {
  char byte = 0;
  const ssize_t got = recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

std::string Connection::Remote() const {
  error_code error;
  const tcp::endpoint peer = socket_.remote_endpoint(error);
  return error ? std::string() : Cat(peer.address().to_string(), ":", peer.port());
}

Error Connection::Failure(const error_code& error) const {
  if (watch_->expired) return {Code::kDeadlineExceeded, "IDLE_TIMEOUT", "the connection made no progress"};
  return {Code::kUnavailable, "CONNECTION_CLOSED", error.message()};
}

asio::awaitable<Status> Connection::Fill() {
  if (position_ == buffer_.size()) {
    buffer_.clear();
    position_ = 0;
  } else if (position_ > kFillBytes) {
    buffer_.erase(0, position_);
    position_ = 0;
  }
  const size_t before = buffer_.size();
  buffer_.resize(before + kFillBytes);
  error_code error;
  const size_t got = co_await socket_.async_read_some(asio::buffer(buffer_.data() + before, kFillBytes),
                                                      asio::redirect_error(asio::use_awaitable, error));
  buffer_.resize(before + got);
  if (error) co_return std::unexpected(Failure(error));
  co_return Status{};
}

asio::awaitable<Result<std::string>> Connection::ReadThrough(std::string_view end, size_t bytes_max) {
  watch_->Arm(idle_timeout_);
  size_t searched = 0;
  while (true) {
    const std::string_view unread = std::string_view(buffer_).substr(position_);
    const size_t found = unread.find(end, searched);
    if (found != std::string_view::npos && found + end.size() <= bytes_max) {
      std::string out(unread.substr(0, found + end.size()));
      position_ += out.size();
      watch_->Disarm();
      co_return out;
    }
    if (unread.size() >= bytes_max)
      co_return Fail(Code::kResourceExhausted, "TOO_LARGE", Cat("more than ", bytes_max, " bytes"));
    searched = unread.size() < end.size() ? 0 : unread.size() - end.size() + 1;
    const bool untouched = unread.empty();
    Status filled = co_await Fill();
    if (!filled) {
      if (untouched && filled.error().reason == "CONNECTION_CLOSED") co_return std::string();
      co_return std::unexpected(std::move(filled.error()));
    }
  }
}

asio::awaitable<Result<char>> Connection::Peek() {
  watch_->Arm(idle_timeout_);
  while (!HasBuffered()) {
    if (Status filled = co_await Fill(); !filled) co_return std::unexpected(std::move(filled.error()));
  }
  watch_->Disarm();
  co_return buffer_[position_];
}

asio::awaitable<Result<std::string>> Connection::ReadSome(size_t bytes_max) {
  std::string out;
  if (HasBuffered()) {
    out = buffer_.substr(position_, bytes_max);
    position_ += out.size();
    co_return out;
  }
  out.resize(bytes_max);
  watch_->Arm(idle_timeout_);
  error_code error;
  const size_t got =
      co_await socket_.async_read_some(asio::buffer(out), asio::redirect_error(asio::use_awaitable, error));
  watch_->Disarm();
  if (error) co_return std::unexpected(Failure(error));
  out.resize(got);
  co_return out;
}

void Connection::SkipLineEnds() {
  while (HasBuffered() && (buffer_[position_] == '\r' || buffer_[position_] == '\n')) ++position_;
}

asio::awaitable<Status> Connection::Write(std::string_view first, std::string_view second) {
  std::array<asio::const_buffer, 2> left{asio::buffer(first.data(), first.size()),
                                         asio::buffer(second.data(), second.size())};
  while (left[0].size() + left[1].size() > 0) {
    watch_->Arm(idle_timeout_);
    error_code error;
    size_t sent = co_await socket_.async_write_some(left, asio::redirect_error(asio::use_awaitable, error));
    watch_->Disarm();
    if (error) co_return std::unexpected(Failure(error));
    for (asio::const_buffer& part : left) {
      const size_t step = std::min(sent, part.size());
      part += step;
      sent -= step;
    }
  }
  co_return Status{};
}

asio::awaitable<void> Connection::CloseGently() {
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  std::string sink(kFillBytes, '\0');
  watch_->Arm(kLingerTime);  // once: a peer that keeps sending is cut off as well
  for (size_t total = 0; !error && total < kLingerBytes;) {
    total += co_await socket_.async_read_some(asio::buffer(sink), asio::redirect_error(asio::use_awaitable, error));
  }
  watch_->Disarm();
  socket_.close(error);
}

}  // namespace sandbox::net
