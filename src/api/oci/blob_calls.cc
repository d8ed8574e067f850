// Blobs: read, asked for, removed.

#include "api/oci/calls.h"
#include "net/byte_range.h"
#include "net/coroutines.h"
#include "net/pieces.h"

namespace sandbox::oci {

namespace asio = boost::asio;

namespace {

struct BlobDownload {
  std::unique_ptr<ObjectReader> reader;
  net::HttpResponse head;
  uint64_t offset = 0, length = 0;
  std::string first;
};

Result<BlobDownload> OpenDownload(Session& session, const Digest& digest) {
  auto reader = session.store.OpenBlob(digest);
  if (!reader) return std::unexpected(std::move(reader.error()));
  const uint64_t size = (*reader)->Info().size;
  BlobDownload out{std::move(*reader), Plain(200), 0, size, ""};
  out.head.headers.Set("Content-Type", "application/octet-stream");
  out.head.headers.Set("Docker-Content-Digest", digest.text);
  out.head.headers.Set("ETag", Cat("\"", digest.text, "\""));
  out.head.headers.Set("Accept-Ranges", "bytes");
  out.head.headers.Set("Cache-Control", "max-age=31536000");
  if (session.Header("If-None-Match") == out.head.headers.Get("ETag")) {
    out.head.status = 304;
    out.length = 0;
  } else if (const auto range = net::ParseByteRange(session.Header("Range"), size)) {
    if (range->length == 0)
      return Fail(Code::kOutOfRange, "SIZE_INVALID",
                  Cat("the blob has ", size, " bytes, the range asks for none of them"));
    out.head.status = 206;
    out.head.headers.Set("Content-Range", net::ContentRange(*range, size));
    out.offset = range->offset;
    out.length = range->length;
  }
  if (session.Method() == "HEAD" || out.length == 0) return out;
  auto first =
      out.reader->ReadAt(out.offset, static_cast<size_t>(std::min<uint64_t>(net::kBodyPieceBytes, out.length)));
  if (!first) return std::unexpected(std::move(first.error()));
  out.first = std::move(*first);
  return out;
}

asio::awaitable<void> Download(Session& session, const Digest& digest) {
  auto download = co_await net::Offload(session.workers, [&] { return OpenDownload(session, digest); });
  if (!download) co_return co_await SendAnswer(session, std::unexpected(std::move(download.error())));
  if (!co_await session.exchange.Begin(std::move(download->head), download->length)) co_return;
  if (session.Method() == "HEAD") {
    (void)co_await session.exchange.End();
    co_return;
  }
  co_await net::SendPieces(session.exchange, session.workers, *download->reader, std::move(download->first),
                           download->offset, download->length);
}

}  // namespace

asio::awaitable<void> ServeBlob(Session& session) {
  const auto digest = DigestOf(session.request.reference);
  if (!digest) co_return co_await SendAnswer(session, std::unexpected(digest.error()));
  if (session.Method() == "GET" || session.Method() == "HEAD") co_return co_await Download(session, *digest);
  if (session.Method() != "DELETE") co_return co_await SendAnswer(session, MethodNotAllowed(session.Method()));
  const Status removed = co_await net::Offload(session.workers, [&] { return session.store.RemoveBlob(*digest); });
  co_await SendAnswer(session, removed ? Answer(Plain(202)) : std::unexpected(removed.error()));
}

}  // namespace sandbox::oci
