#pragma once

// The session's side of one exchange: body framing in, answer framing out.

#include "net/connection.h"
#include "net/http.h"
#include "net/http_message.h"

namespace sandbox::net {

class SessionExchange final : public HttpExchange {
 public:
  // `connection` outlives the exchange.
  SessionExchange(Connection& connection, RequestHead head);

  const HttpRequest& Request() const override { return head_.request; }
  std::optional<uint64_t> BodyLength() const override;
  boost::asio::awaitable<Result<std::string>> ReadBody(size_t bytes_max) override;
  boost::asio::awaitable<Result<std::string>> ReadAll(size_t bytes_max) override;
  boost::asio::awaitable<Status> Send(HttpResponse response) override;
  boost::asio::awaitable<Status> Begin(HttpResponse head, std::optional<uint64_t> length) override;
  boost::asio::awaitable<Status> Write(std::string_view bytes) override;
  boost::asio::awaitable<Status> End() override;
  void CloseAfter() override { head_.keep_alive = false; }
  bool PeerIsGone() override { return connection_.PeerIsGone(); }

  // Called when the handler is over: completes the answer when it did not, and clears the rest of the body. True when
  // the connection can carry another request.
  boost::asio::awaitable<bool> Finish(bool handler_failed);

 private:
  enum class Answer { kNone, kStreaming, kDone };

  bool HasNoBody(unsigned status) const { return status == 204 || status == 304 || status < 200; }
  std::string ConnectionLine() const { return head_.keep_alive ? "" : "Connection: close\r\n"; }
  boost::asio::awaitable<Status> Continue();
  // Writes the head that waits, if any, and `bytes` (its owner keeps them alive).
  boost::asio::awaitable<Status> Flush(std::string_view bytes = {});
  boost::asio::awaitable<Result<std::string>> ReadChunked(size_t bytes_max);
  boost::asio::awaitable<Status> NextChunk();
  boost::asio::awaitable<Status> ReadTrailer();
  boost::asio::awaitable<bool> DiscardBody();

  Connection& connection_;
  RequestHead head_;
  uint64_t left_ = 0;  // of the length, or of the current chunk
  bool first_chunk_ = true;
  bool body_done_ = false;
  bool broken_ = false;  // framing or connection lost: nothing more can be read

  Answer answer_ = Answer::kNone;
  bool silent_ = false;  // the answer has no body on the wire
  bool chunked_out_ = false;
  std::string pending_head_;
  uint64_t left_out_ = 0;  // of an announced length
};

}  // namespace sandbox::net
