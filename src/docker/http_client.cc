#include "docker/http_client.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <set>
#include <vector>

namespace sandbox::docker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Stream = beast::basic_stream<asio::generic::stream_protocol, asio::any_io_executor>;

constexpr auto kUse = asio::as_tuple(asio::use_awaitable);
constexpr size_t kPieceBytes = 64 * 1024;
constexpr size_t kHeaderBytesMax = 64 * 1024;
constexpr size_t kIdleMax = 32;
constexpr std::chrono::seconds kConnectDeadline{10};

}  // namespace

struct HttpClient::Connection {
  explicit Connection(const asio::any_io_executor& executor) : stream(executor) {}
  Stream stream;
  beast::flat_buffer buffer{kHeaderBytesMax + kPieceBytes};

  // The engine has closed the connection, or sent bytes without a request.
  bool Stale() {
    char byte = 0;
    return ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
           (errno != EAGAIN && errno != EWOULDBLOCK);
  }
};

struct HttpClient::Shared {
  asio::any_io_executor executor;
  EngineAddress address;
  std::vector<std::shared_ptr<Connection>> idle;
  std::set<std::shared_ptr<Connection>> busy;
  bool closed = false;

  std::unexpected<Error> Broken(const error_code& code, bool sent) const {
    Error error{Code::kUnavailable,
                "ENGINE_UNREACHABLE",
                Cat("Docker Engine at ", address.ToString(), ": ", code.message()),
                sent ? SideEffect::kUnknown : SideEffect::kNone,
                {}};
    if (code == beast::error::timeout) {
      error.code = Code::kDeadlineExceeded;
      error.reason = "ENGINE_TIMEOUT";
      error.message = Cat("Docker Engine at ", address.ToString(), " did not answer in time");
    }
    if (closed) error.reason = "ENGINE_CLOSED";
    return std::unexpected(std::move(error));
  }

  void GiveBack(const std::shared_ptr<Connection>& connection, bool reusable) {
    busy.erase(connection);
    if (reusable && !closed && idle.size() < kIdleMax) {
      connection->stream.expires_never();
      idle.push_back(connection);
    } else {
      connection->stream.close();
    }
  }

  std::shared_ptr<Connection> TakeIdle() {
    while (!idle.empty()) {
      std::shared_ptr<Connection> connection = std::move(idle.back());
      idle.pop_back();
      if (connection->Stale()) continue;
      busy.insert(connection);
      return connection;
    }
    return nullptr;
  }

  asio::awaitable<Result<asio::generic::stream_protocol::endpoint>> Endpoint() {
    using Generic = asio::generic::stream_protocol::endpoint;
    if (!address.socket_path.empty()) {
      if (address.socket_path.size() >= 108) co_return Broken(asio::error::name_too_long, false);
      co_return Generic(asio::local::stream_protocol::endpoint(address.socket_path));
    }
    asio::ip::tcp::resolver resolver(executor);
    auto [failed, found] = co_await resolver.async_resolve(address.host, std::to_string(address.port), kUse);
    if (failed || found.empty()) co_return Broken(failed ? failed : error_code(asio::error::host_not_found), false);
    co_return Generic(found.begin()->endpoint());
  }

  asio::awaitable<Result<std::shared_ptr<Connection>>> Connect() {
    auto endpoint = co_await Endpoint();
    if (!endpoint) co_return std::unexpected(endpoint.error());
    if (closed) co_return Broken(asio::error::operation_aborted, false);
    auto connection = std::make_shared<Connection>(executor);
    busy.insert(connection);
    connection->stream.expires_after(kConnectDeadline);
    auto [failed] = co_await connection->stream.async_connect(*endpoint, kUse);
    if (failed || closed) {
      GiveBack(connection, false);
      co_return Broken(failed ? failed : error_code(asio::error::operation_aborted), false);
    }
    co_return connection;
  }
};

// One reply on one connection. Raw behind an upgraded header, else HTTP's own framing.
class HttpClient::Body : public HttpStream {
 public:
  Body(std::shared_ptr<Shared> shared, std::shared_ptr<Connection> connection, bool mutates)
      : shared_(std::move(shared)), connection_(std::move(connection)), mutates_(mutates) {
    parser_.body_limit(boost::none);
    parser_.header_limit(kHeaderBytesMax);
  }
  ~Body() override { Finish(false); }

  unsigned Status() const override { return parser_.get().result_int(); }
  std::string Server() const override { return std::string(parser_.get()[http::field::server]); }
  void Cancel() override {
    if (connection_) connection_->stream.close();
  }

  asio::awaitable<error_code> ReadHeader() {
    // The stream and the buffer live in the connection, which this coroutine keeps through the caller's reference to
    // this object.
    auto [failed, bytes] = co_await http::async_read_header(connection_->stream, connection_->buffer, parser_, kUse);
    static_cast<void>(bytes);
    co_return failed;
  }
  void Raw() { raw_ = true; }

  asio::awaitable<Result<std::string>> Read() override {
    if (!connection_) co_return std::string();
    if (raw_) co_return co_await ReadRaw();
    while (!parser_.is_done()) {
      parser_.get().body().data = piece_.data();
      parser_.get().body().size = piece_.size();
      parser_.get().body().more = true;
      auto [failed, bytes] = co_await http::async_read_some(connection_->stream, connection_->buffer, parser_, kUse);
      static_cast<void>(bytes);
      if (failed && failed != http::error::need_buffer) co_return Cut(failed);
      const size_t got = piece_.size() - parser_.get().body().size;
      if (got > 0) co_return std::string(piece_.data(), got);
    }
    Finish(parser_.keep_alive());
    co_return std::string();
  }

  asio::awaitable<Result<void>> Write(std::string bytes) override {
    if (!connection_ || !raw_) co_return Internal("nothing can be written to this reply");
    const std::shared_ptr<Connection> connection = connection_;
    auto [failed, written] = co_await asio::async_write(connection->stream, asio::buffer(bytes), kUse);
    static_cast<void>(written);
    if (failed) co_return shared_->Broken(failed, mutates_);
    co_return Result<void>();
  }

 private:
  asio::awaitable<Result<std::string>> ReadRaw() {
    // A 101 reply can carry payload behind its header.
    if (const auto early = connection_->buffer.data(); early.size() > 0) {
      std::string text(static_cast<const char*>(early.data()), early.size());
      connection_->buffer.consume(early.size());
      co_return text;
    }
    auto [failed, bytes] = co_await connection_->stream.async_read_some(asio::buffer(piece_), kUse);
    if (failed && failed != asio::error::eof) co_return Cut(failed);
    if (failed) {
      Finish(false);
      co_return std::string();
    }
    co_return std::string(piece_.data(), bytes);
  }

  std::unexpected<Error> Cut(const error_code& failed) {
    auto error = shared_->Broken(failed, mutates_);
    Finish(false);
    return error;
  }

  void Finish(bool reusable) {
    if (!connection_) return;
    shared_->GiveBack(connection_, reusable);
    connection_.reset();
  }

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Connection> connection_;
  http::response_parser<http::buffer_body> parser_;
  std::array<char, kPieceBytes> piece_;
  bool mutates_;
  bool raw_ = false;
};

HttpClient::HttpClient(asio::any_io_executor executor, EngineAddress address) : shared_(std::make_shared<Shared>()) {
  shared_->executor = std::move(executor);
  shared_->address = std::move(address);
}

HttpClient::~HttpClient() { Close(); }

void HttpClient::Close() {
  shared_->closed = true;
  shared_->idle.clear();
  for (const auto& connection : shared_->busy) connection->stream.close();
}

// Sends the request, its body included.
asio::awaitable<Status> HttpClient::Write(Connection& connection, const HttpCall& call, const Shared& shared) {
  http::request<http::buffer_body> request(http::string_to_verb(call.method), call.target, 11);
  request.set(http::field::host, shared.address.socket_path.empty() ? shared.address.host : "docker");
  request.set(http::field::user_agent, "sandbox");
  if (!call.upgrade.empty()) {
    request.set(http::field::connection, "Upgrade");
    request.set(http::field::upgrade, call.upgrade);
  }
  for (const auto& [name, value] : call.headers) request.insert(name, value);
  const uint64_t size = call.source ? call.source->Size() : call.body.size();
  if (size > 0) request.set(http::field::content_type, call.source ? kTarType : call.content_type);
  if (size > 0 || call.Mutates()) request.content_length(size);
  std::string piece = call.body;
  request.body() = {piece.empty() ? nullptr : piece.data(), piece.size(), call.source != nullptr};
  http::request_serializer<http::buffer_body> serializer(request);
  while (true) {
    auto [failed, bytes] = co_await http::async_write(connection.stream, serializer, kUse);
    static_cast<void>(bytes);
    if (failed && failed != http::error::need_buffer) co_return shared.Broken(failed, call.Mutates());
    if (!failed) co_return Status();
    auto next = co_await call.source->Next();
    if (!next) co_return std::unexpected(std::move(next.error()));
    piece = std::move(*next);
    request.body() = {piece.empty() ? nullptr : piece.data(), piece.size(), !piece.empty()};
  }
}

// Coroutines own what they need: the client may be destroyed while a call is pending.
asio::awaitable<Result<std::unique_ptr<HttpStream>>> HttpClient::Send(std::shared_ptr<Shared> shared, HttpCall call) {
  while (true) {
    std::shared_ptr<Connection> connection = shared->closed ? nullptr : shared->TakeIdle();
    const bool reused = connection != nullptr;
    if (!reused) {
      auto connected = co_await shared->Connect();
      if (!connected) co_return std::unexpected(connected.error());
      connection = *connected;
    }
    auto body = std::make_unique<Body>(shared, connection, call.Mutates());
    if (call.deadline.count() > 0) {
      connection->stream.expires_after(call.deadline);
    } else {
      connection->stream.expires_never();
    }
    Status sent = co_await Write(*connection, call, *shared);
    if (sent) {
      if (const error_code failed = co_await body->ReadHeader()) sent = shared->Broken(failed, call.Mutates());
    }
    if (sent) {
      if (!call.upgrade.empty() && (body->Status() == 101 || body->Status() == 200)) body->Raw();
      if (!call.deadline_for_body) connection->stream.expires_never();
      co_return std::unique_ptr<HttpStream>(std::move(body));
    }
    // A kept-alive connection may have been closed under us; what changes nothing is asked again on a new one.
    if (!reused || call.Mutates() || shared->closed || sent.error().reason == "ENGINE_TIMEOUT")
      co_return std::unexpected(std::move(sent.error()));
  }
}

asio::awaitable<Result<std::unique_ptr<HttpStream>>> HttpClient::Open(HttpCall call) {
  return Send(shared_, std::move(call));
}

asio::awaitable<Result<HttpReply>> HttpClient::Fetch(HttpCall call, size_t bytes_max) {
  call.deadline_for_body = true;
  auto opened = co_await Open(std::move(call));
  if (!opened) co_return std::unexpected(opened.error());
  HttpReply reply;
  reply.status = (*opened)->Status();
  reply.server = (*opened)->Server();
  while (true) {
    auto piece = co_await (*opened)->Read();
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->empty()) co_return reply;
    if (reply.body.size() + piece->size() > bytes_max) {
      co_return Fail(Code::kResourceExhausted, "REPLY_TOO_LARGE",
                     Cat("the engine's reply is larger than ", bytes_max, " bytes"));
    }
    reply.body += *piece;
  }
}

}  // namespace sandbox::docker
