// Manifests, by tag and by digest.

#include "api/oci/calls.h"
#include "net/coroutines.h"
#include "sandbox/base/text.h"

namespace sandbox::oci {

namespace asio = boost::asio;

namespace {

Status CheckTag(std::string_view tag) {
  if (IsTag(tag)) return {};
  return Fail(Code::kInvalidArgument, "MANIFEST_INVALID",
              Cat("'", ValidUtf8(tag),
                  "' is no tag: at most 128 letters, digits, '_', '.' and '-', not beginning with ", "the last two"));
}

// A tag, or a digest.
Status CheckReference(std::string_view reference) {
  if (reference.find(':') == std::string_view::npos) return CheckTag(reference);
  const auto digest = DigestOf(reference);
  return digest ? Status() : std::unexpected(digest.error());
}

Answer Read(Session& session) {
  const auto reader = session.store.OpenManifest(session.request.repository, session.request.reference);
  if (!reader) return std::unexpected(reader.error());
  const ObjectInfo& info = (*reader)->Info();
  net::HttpResponse response = Plain(200);
  response.headers.Set("Content-Type", info.attributes.content_type);
  response.headers.Set("Docker-Content-Digest", info.etag);
  response.headers.Set("ETag", Cat("\"", info.etag, "\""));
  if (session.Header("If-None-Match") == response.headers.Get("ETag")) {
    response.status = 304;
    return response;
  }
  auto bytes = (*reader)->ReadAt(0, info.size);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  response.body = std::move(*bytes);
  return response;
}

Answer Remove(Session& session) {
  const Status removed = session.store.RemoveManifest(session.request.repository, session.request.reference);
  return removed ? Answer(Plain(202)) : std::unexpected(removed.error());
}

Answer Put(Session& session, const std::string& bytes) {
  const OciRequest& request = session.request;
  const std::vector<std::string> tags = request.Params("tag");
  const auto pushed =
      session.store.PutManifest(request.repository, request.reference, session.Header("Content-Type"), bytes, tags);
  if (!pushed) return std::unexpected(pushed.error());
  net::HttpResponse response = Plain(201);
  response.headers.Set("Location", Cat("/v2/", request.repository, "/manifests/", pushed->digest.text));
  response.headers.Set("Docker-Content-Digest", pushed->digest.text);
  if (pushed->subject) response.headers.Set("OCI-Subject", pushed->subject->text);
  std::string made;
  for (const std::string& tag : tags) made += Cat(made.empty() ? "" : ", ", tag);
  if (!made.empty()) response.headers.Set("OCI-Tag", made);
  return response;
}

asio::awaitable<Answer> Receive(Session& session) {
  if (Status right = CheckReference(session.request.reference); !right)
    co_return std::unexpected(std::move(right.error()));
  for (const std::string& tag : session.request.Params("tag")) {
    if (Status right = CheckTag(tag); !right) co_return std::unexpected(std::move(right.error()));
  }
  const auto bytes = co_await session.exchange.ReadAll(kManifestBytesMax);
  if (!bytes && bytes.error().reason == "BODY_TOO_LARGE") {
    co_return Fail(Code::kInvalidArgument, "TOO_LARGE",
                   Cat("a manifest has at most ", kManifestBytesMax, " bytes; what is larger belongs into a blob"));
  }
  if (!bytes) co_return Fail(Code::kInvalidArgument, "MANIFEST_INVALID", bytes.error().message);
  co_return co_await net::Offload(session.workers, [&] { return Put(session, *bytes); });
}

}  // namespace

asio::awaitable<void> ServeManifest(Session& session) {
  const std::string& method = session.Method();
  if (method == "PUT") co_return co_await SendAnswer(session, co_await Receive(session));
  if (method == "GET" || method == "HEAD")
    co_return co_await SendAnswer(session, co_await net::Offload(session.workers, [&] { return Read(session); }));
  if (method == "DELETE")
    co_return co_await SendAnswer(session, co_await net::Offload(session.workers, [&] { return Remove(session); }));
  co_await SendAnswer(session, MethodNotAllowed(method));
}

}  // namespace sandbox::oci
