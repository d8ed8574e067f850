#include "net/http_exchange.h"

#include <algorithm>
#include <charconv>

namespace sandbox::net {

namespace asio = boost::asio;

namespace {
constexpr size_t kPieceBytes = 256 * 1024;
constexpr size_t kChunkLineBytes = 4 * 1024;
constexpr size_t kTrailerLines = 64;
// What is read and dropped of a body that the handler did not want, so that the client gets its answer and keeps its
// connection.
constexpr uint64_t kDiscardBytes = 16 * 1024 * 1024;

std::string Hex(uint64_t number) {
  char out[16];
  return std::string(out, std::to_chars(out, out + sizeof out, number, 16).ptr);
}
}  // namespace

SessionExchange::SessionExchange(Connection& connection, RequestHead head)
    : connection_(connection), head_(std::move(head)) {
  left_ = head_.length;
  body_done_ = head_.body == BodyKind::kNone;
}

std::optional<uint64_t> SessionExchange::BodyLength() const {
  return head_.body == BodyKind::kChunked ? std::nullopt : std::optional<uint64_t>(head_.length);
}

asio::awaitable<Status> SessionExchange::Continue() {
  if (!head_.expects_continue) co_return Status{};
  head_.expects_continue = false;
  if (answer_ != Answer::kNone || connection_.HasBuffered()) co_return Status{};
  co_return co_await connection_.Write("HTTP/1.1 100 Continue\r\n\r\n");
}

asio::awaitable<Result<std::string>> SessionExchange::ReadBody(size_t bytes_max) {
  if (broken_) co_return Fail(Code::kUnavailable, "CONNECTION_CLOSED", "the body ended early");
  if (body_done_ || bytes_max == 0) co_return std::string();
  broken_ = true;  // until the read has succeeded
  if (Status ready = co_await Continue(); !ready) co_return std::unexpected(std::move(ready.error()));
  Result<std::string> piece;
  if (head_.body == BodyKind::kChunked) {
    piece = co_await ReadChunked(bytes_max);
  } else {
    piece = co_await connection_.ReadSome(std::min<uint64_t>({bytes_max, left_, kPieceBytes}));
    if (piece) left_ -= piece->size();
    if (piece && left_ == 0) body_done_ = true;
  }
  if (piece) broken_ = false;
  co_return piece;
}

asio::awaitable<Result<std::string>> SessionExchange::ReadAll(size_t bytes_max) {
  std::string all;
  while (true) {
    if (head_.body == BodyKind::kLength && left_ > bytes_max - std::min(bytes_max, all.size())) break;
    Result<std::string> piece = co_await ReadBody(kPieceBytes);
    if (!piece) co_return piece;
    if (piece->empty()) co_return all;
    if (all.size() + piece->size() > bytes_max) break;
    if (all.empty()) {
      all = std::move(*piece);
    } else {
      all.append(*piece);
    }
  }
  co_return Fail(Code::kResourceExhausted, "BODY_TOO_LARGE",
                 Cat("the request body is larger than ", bytes_max, " bytes"));
}

asio::awaitable<Result<std::string>> SessionExchange::ReadChunked(size_t bytes_max) {
  if (left_ == 0) {
    if (Status next = co_await NextChunk(); !next) co_return std::unexpected(std::move(next.error()));
    if (left_ == 0) {
      if (Status trailer = co_await ReadTrailer(); !trailer) co_return std::unexpected(std::move(trailer.error()));
      body_done_ = true;
      co_return std::string();
    }
  }
  Result<std::string> piece = co_await connection_.ReadSome(std::min<uint64_t>({bytes_max, left_, kPieceBytes}));
  if (piece) left_ -= piece->size();
  co_return piece;
}

asio::awaitable<Status> SessionExchange::NextChunk() {
  if (!first_chunk_) {
    Result<std::string> end = co_await connection_.ReadThrough("\r\n", kChunkLineBytes);
    if (!end) co_return std::unexpected(std::move(end.error()));
    if (*end != "\r\n") co_return Fail(Code::kInvalidArgument, "BAD_CHUNK", "a chunk does not end where it said");
  }
  first_chunk_ = false;
  Result<std::string> line = co_await connection_.ReadThrough("\r\n", kChunkLineBytes);
  if (!line) co_return std::unexpected(std::move(line.error()));
  const auto [end, error] = std::from_chars(line->data(), line->data() + line->size(), left_, 16);
  const bool ended = end == line->data() + line->size() || *end == '\r' || *end == ';' || *end == ' ' || *end == '\t';
  if (error != std::errc() || !ended || left_ > INT64_MAX)
    co_return Fail(Code::kInvalidArgument, "BAD_CHUNK", "bad chunk size");
  co_return Status{};
}

asio::awaitable<Status> SessionExchange::ReadTrailer() {
  for (size_t lines = 0; lines < kTrailerLines; ++lines) {
    Result<std::string> line = co_await connection_.ReadThrough("\r\n", kChunkLineBytes);
    if (!line) co_return std::unexpected(std::move(line.error()));
    if (line->empty()) co_return Fail(Code::kUnavailable, "CONNECTION_CLOSED", "the trailer is missing");
    if (*line == "\r\n") co_return Status{};
  }
  co_return Fail(Code::kInvalidArgument, "BAD_CHUNK", "the trailer is too long");
}

asio::awaitable<Status> SessionExchange::Send(HttpResponse response) {
  const std::string body = std::move(response.body);
  if (Status begun = co_await Begin(std::move(response), body.size()); !begun) co_return begun;
  if (Status written = co_await Write(body); !written) co_return written;
  co_return co_await End();
}

asio::awaitable<Status> SessionExchange::Begin(HttpResponse head, std::optional<uint64_t> length) {
  if (answer_ != Answer::kNone) co_return Internal("a second answer to one request");
  if (head_.expects_continue) head_.keep_alive = false;  // the client may or may not send the body now
  const bool bodiless = HasNoBody(head.status);
  std::string framing = ConnectionLine();
  if (length && !bodiless) framing += Cat("Content-Length: ", *length, "\r\n");
  if (!length && !bodiless) framing += "Transfer-Encoding: chunked\r\n";
  answer_ = Answer::kStreaming;
  silent_ = bodiless || head_.request.method == "HEAD";
  chunked_out_ = !length;
  left_out_ = length.value_or(0);
  pending_head_ = FormatHead(head, framing);
  // An answer of known length waits for its first bytes, so that a small one is one packet.
  if (length && *length > 0 && !silent_) co_return Status{};
  co_return co_await Flush();
}

asio::awaitable<Status> SessionExchange::Flush(std::string_view bytes) {
  const std::string head = std::exchange(pending_head_, {});
  Status written = co_await connection_.Write(head, bytes);
  if (!written) broken_ = true;
  co_return written;
}

asio::awaitable<Status> SessionExchange::Write(std::string_view bytes) {
  if (answer_ != Answer::kStreaming) co_return Internal("a write outside an answer");
  if (silent_ || bytes.empty()) co_return Status{};
  if (chunked_out_) {
    const std::string size_line = Cat(Hex(bytes.size()), "\r\n");
    if (Status size = co_await Flush(size_line); !size) co_return size;
    Status written = co_await connection_.Write(bytes, "\r\n");
    if (!written) broken_ = true;
    co_return written;
  }
  if (bytes.size() > left_out_) co_return Internal("an answer is longer than announced");
  left_out_ -= bytes.size();
  co_return co_await Flush(bytes);
}

asio::awaitable<Status> SessionExchange::End() {
  if (answer_ != Answer::kStreaming) co_return Internal("the end of no answer");
  answer_ = Answer::kDone;
  if (!silent_ && chunked_out_) co_return co_await Flush("0\r\n\r\n");
  if (!silent_ && left_out_ > 0) {
    broken_ = true;
    co_return Internal("an answer is shorter than announced");
  }
  co_return Status{};
}

asio::awaitable<bool> SessionExchange::DiscardBody() {
  if (head_.body == BodyKind::kLength && left_ > kDiscardBytes) co_return false;
  for (uint64_t total = 0; !body_done_ && total <= kDiscardBytes;) {
    Result<std::string> piece = co_await ReadBody(kPieceBytes);
    if (!piece) co_return false;
    total += piece->size();
  }
  co_return body_done_;
}

asio::awaitable<bool> SessionExchange::Finish(bool handler_failed) {
  if (answer_ == Answer::kNone && !broken_) {
    HttpResponse response;
    response.status = 500;
    response.headers.Set("Content-Type", "text/plain; charset=utf-8");
    response.body = handler_failed ? "internal error\n" : "no answer\n";
    head_.keep_alive = false;
    (void)co_await Send(std::move(response));
  }
  if (answer_ != Answer::kDone || broken_ || head_.expects_continue) co_return false;
  // Read even when the connection is closed afterwards: a client that is still sending would lose the answer.
  co_return co_await DiscardBody() && head_.keep_alive;
}

}  // namespace sandbox::net
