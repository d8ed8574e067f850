#include "api/oci/oci_server.h"

#include <chrono>

#include "api/oci/calls.h"
#include "net/coroutines.h"
#include "sandbox/base/log.h"
#include "sandbox/base/text.h"

namespace sandbox::oci {

namespace asio = boost::asio;

namespace {

constexpr auto kKept = std::chrono::hours(1);
constexpr auto kUntaggedKept = std::chrono::hours(24);

asio::awaitable<void> ServeList(Session& session, Answer (*list)(Session&)) {
  if (session.Method() != "GET" && session.Method() != "HEAD")
    co_return co_await SendAnswer(session, MethodNotAllowed(session.Method()));
  co_await SendAnswer(session, co_await net::Offload(session.workers, [&] { return list(session); }));
}

asio::awaitable<void> Serve(Session& session) {
  switch (session.request.resource) {
    case Resource::kBase: co_return co_await ServeList(session, [](Session&) -> Answer { return Json("{}"); });
    case Resource::kCatalog: co_return co_await ServeList(session, ListRepositories);
    case Resource::kTags: co_return co_await ServeList(session, ListTags);
    case Resource::kReferrers: co_return co_await ServeList(session, ListReferrers);
    case Resource::kManifest: co_return co_await ServeManifest(session);
    case Resource::kBlob: co_return co_await ServeBlob(session);
    case Resource::kUploads: co_return co_await ServeUploads(session);
    case Resource::kUpload: co_return co_await ServeUpload(session);
  }
}

}  // namespace

asio::awaitable<void> SendAnswer(Session& session, Answer answer) {
  net::HttpResponse response = answer ? std::move(*answer) : ErrorAnswer(answer.error());
  if (response.status == 429 || response.status >= 500) {
    Log(LogLevel::kWarning, "registry",
        Cat(session.Method(), " ", session.exchange.Request().target, ": ", answer.error().message));
  }
  (void)co_await session.exchange.Send(std::move(response));
}

Result<Digest> DigestOf(std::string_view text) {
  if (auto digest = ParseDigest(text)) return std::move(*digest);
  return Fail(Code::kInvalidArgument, "DIGEST_INVALID",
              Cat("'", ValidUtf8(text), "' is no digest: sha256: and 64, or sha512: and 128 small hexadecimal digits"));
}

std::string BlobPath(std::string_view repository, std::string_view name) {
  return Cat("/v2/", repository, "/blobs/", name);
}

OciServer::OciServer(ImageStore& store, Clock& clock, Entropy& entropy, asio::any_io_executor workers)
    : store_(store), clock_(clock), workers_(std::move(workers)), uploads_(store, clock, entropy) {}

net::HttpHandler OciServer::Handler() {
  return [this](net::HttpExchange& exchange) { return Handle(exchange); };
}

asio::awaitable<void> OciServer::Handle(net::HttpExchange& exchange) {
  const auto request = ParseRequest(exchange.Request());
  const OciRequest none;
  Session session{store_, uploads_, workers_, exchange, request ? *request : none};
  if (!request) co_return co_await SendAnswer(session, std::unexpected(request.error()));
  co_await Serve(session);
  const bool removes = session.Method() == "DELETE" && request->resource == Resource::kManifest;
  if (removes) co_await net::Offload(workers_, [this] { Sweep(); });
}

void OciServer::Sweep() {
  if (sweeping_.exchange(true)) return;
  const Instant unused_since = clock_.Now() - kKept;
  const size_t uploads = uploads_.Expire(unused_since);
  const auto collected = store_.CollectGarbage(unused_since, clock_.Now() - kUntaggedKept);
  sweeping_ = false;
  if (uploads > 0) Log(LogLevel::kInfo, "registry", Cat(uploads, " uploads were left for an hour: dropped"));
  if (!collected) {
    Log(LogLevel::kWarning, "registry", Cat("unused blobs stay for now: ", collected.error().message));
  } else if (collected->manifests + collected->blobs > 0) {
    Log(LogLevel::kInfo, "registry",
        Cat("removed ", collected->manifests, " images without a tag and ", collected->blobs,
            " blobs that no image needs, ", collected->bytes, " bytes"));
  }
}

}  // namespace sandbox::oci
