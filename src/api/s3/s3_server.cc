#include "api/s3/s3_server.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "api/s3/cors.h"
#include "api/s3/digest.h"
#include "api/s3/router.h"
#include "api/s3/settings.h"
#include "api/s3/upload.h"
#include "net/coroutines.h"
#include "net/pieces.h"

namespace sandbox::s3 {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr size_t kDocumentBytesMax = 8 * 1024 * 1024;

// What one request needs on its way.
struct Session {
  ObjectStore& store;
  asio::any_io_executor workers;
  net::HttpExchange& exchange;
  const S3Request& request;
  net::HttpHeaders cors;  // of the answer
};

// The rules of the request's bucket for pages of other origins; none when they cannot be read.
std::vector<CorsRule> CorsRules(ObjectStore& store, const std::string& bucket) {
  const auto text = FindSetting(store, bucket, BucketSetting::kCors);
  auto rules = text ? ParseCors(*text) : S3Result<std::vector<CorsRule>>();
  return rules ? std::move(*rules) : std::vector<CorsRule>();
}

Answer BodyLost(const Error& error) {
  return S3Fail(
      400, "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header: " + error.message);
}

// The next piece is read while the last one is hashed and written.
asio::awaitable<Answer> DoUpload(Session& session) {
  Upload upload(session.store, session.request);
  Result<std::string> piece = co_await net::ReadPiece(session.exchange);
  while (piece && piece->size() == net::kBodyPieceBytes) {
    auto [fed, next] = co_await (net::Offload(session.workers, [&] { return upload.Feed(*piece); }) &&
                                 net::ReadPiece(session.exchange));
    if (!fed) {
      co_await net::Offload(session.workers, [&] { upload.Drop(); });
      co_return std::unexpected(std::move(fed.error()));
    }
    piece = std::move(next);
  }
  if (!piece) {
    co_await net::Offload(session.workers, [&] { upload.Drop(); });
    co_return BodyLost(piece.error());
  }
  co_return co_await net::Offload(session.workers, [&] { return upload.Finish(*piece); });
}

struct FirstPiece {
  Download download;
  Result<std::string> bytes;
};

S3Result<FirstPiece> OpenDownload(ObjectStore& store, const S3Request& request) {
  auto download = BeginDownload(store, request);
  if (!download) return std::unexpected(std::move(download.error()));
  FirstPiece first{std::move(*download), std::string()};
  if (first.download.reader && request.method == "GET") {
    first.bytes = first.download.reader->ReadAt(
        first.download.offset, static_cast<size_t>(std::min<uint64_t>(net::kBodyPieceBytes, first.download.length)));
  }
  if (!first.bytes) return std::unexpected(FromError(first.bytes.error()));
  return first;
}

void AddCommon(const Session& session, net::HttpHeaders& headers) {
  headers.Set("x-amz-request-id", session.request.id);
  headers.Set("Server", "sandbox");
  for (const auto& [name, value] : session.cors.fields) headers.Set(name, value);
}

asio::awaitable<void> SendDownload(Session& session, FirstPiece first) {
  Download& download = first.download;
  AddCommon(session, download.head.headers);
  if (auto begun = co_await session.exchange.Begin(std::move(download.head), download.length); !begun) co_return;
  if (!download.reader || session.request.method != "GET") {
    (void)co_await session.exchange.End();
    co_return;
  }
  co_await net::SendPieces(session.exchange, session.workers, *download.reader, std::move(*first.bytes),
                           download.offset, download.length);
}

asio::awaitable<Answer> DoPlain(Session& session) {
  std::string raw;
  if (ShapeOf(session.request) == Shape::kDocument) {
    auto body = co_await session.exchange.ReadAll(kDocumentBytesMax);
    if (!body && body.error().code == Code::kResourceExhausted)
      co_return S3Fail(400, "MalformedXML", body.error().message);
    if (!body) co_return BodyLost(body.error());
    raw = std::move(*body);
  }
  co_return co_await net::Offload(session.workers, [&]() -> Answer {
    if (raw.empty()) return Perform(session.store, session.request, "");
    auto document = DecodeDocument(session.request, raw);
    if (!document) return std::unexpected(std::move(document.error()));
    return Perform(session.store, session.request, *document);
  });
}

asio::awaitable<void> SendAnswer(Session& session, Answer answer) {
  const S3Request& request = session.request;
  if (!answer) {
    net::HttpResponse failure;
    failure.status = answer.error().status;
    failure.headers.Set("Content-Type", "application/xml");
    failure.body = ErrorXml(answer.error(), request.raw_path, request.id);
    answer = std::move(failure);
  }
  if (request.method == "HEAD") answer->body.clear();
  AddCommon(session, answer->headers);
  (void)co_await session.exchange.Send(std::move(*answer));
}

asio::awaitable<void> Serve(Session& session) {
  Answer answer = EmptyResponse(200);
  switch (ShapeOf(session.request)) {
    case Shape::kUpload: answer = co_await DoUpload(session); break;
    case Shape::kDownload: {
      auto first = co_await net::Offload(session.workers, [&] { return OpenDownload(session.store, session.request); });
      if (first) {
        co_await SendDownload(session, std::move(*first));
        co_return;
      }
      answer = std::unexpected(std::move(first.error()));
      break;
    }
    case Shape::kDocument:
    case Shape::kPlain: answer = co_await DoPlain(session); break;
  }
  co_await SendAnswer(session, std::move(answer));
}

}  // namespace

S3Server::S3Server(ObjectStore& store, Clock& clock, asio::any_io_executor workers, ServerOptions options)
    : store_(store), clock_(clock), workers_(std::move(workers)), options_(std::move(options)) {
  for (const std::string& host : options_.hosts) host_names_.push_back(host.substr(0, host.rfind(':')));
}

net::HttpHandler S3Server::Handler() {
  return [this](net::HttpExchange& exchange) { return Handle(exchange); };
}

asio::awaitable<void> S3Server::Handle(net::HttpExchange& exchange) {
  auto parsed = ParseRequest(exchange.Request(), host_names_);
  S3Request request = parsed ? std::move(*parsed) : S3Request();
  request.id = RandomHex(8);
  request.method = exchange.Request().method;
  request.now = clock_.Now();
  Session session{store_, workers_, exchange, request, {}};
  if (!parsed) co_return co_await SendAnswer(session, std::unexpected(std::move(parsed.error())));
  std::vector<CorsRule> rules;
  if (exchange.Request().headers.Has("Origin")) {
    rules = co_await net::Offload(workers_, [&] { return CorsRules(store_, request.bucket); });
    session.cors = CorsHeaders(exchange.Request(), rules);
  }
  if (request.method == "OPTIONS") co_return co_await SendAnswer(session, Preflight(exchange.Request(), rules));
  if (request.path.starts_with("/minio/health/")) co_return co_await SendAnswer(session, EmptyResponse(200));

  auto identity = Authenticate({request.method, request.raw_path, request.path, request.query, request.headers},
                               options_.credentials, options_.hosts, request.now);
  if (!identity) co_return co_await SendAnswer(session, std::unexpected(std::move(identity.error())));
  request.identity = std::move(*identity);
  if (auto allowed = Authorize(request); !allowed)
    co_return co_await SendAnswer(session, std::unexpected(std::move(allowed.error())));
  co_await Serve(session);
}

}  // namespace sandbox::s3
