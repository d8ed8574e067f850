// Blobs on their way in: in one request, in two, or in chunks.

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "api/oci/calls.h"
#include "net/coroutines.h"
#include "net/pieces.h"

namespace sandbox::oci {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

namespace {

std::string UploadPath(std::string_view repository, std::string_view id) {
  return BlobPath(repository, Cat("uploads/", id));
}

// Where an upload is and how far.
net::HttpResponse Progress(unsigned status, const OciRequest& request, std::string_view id, uint64_t bytes) {
  net::HttpResponse response = Plain(status);
  response.headers.Set("Location", UploadPath(request.repository, id));
  response.headers.Set("Docker-Upload-UUID", std::string(id));
  response.headers.Set("Range", Cat("0-", bytes == 0 ? 0 : bytes - 1));
  return response;
}

net::HttpResponse Created(const OciRequest& request, const Digest& digest) {
  net::HttpResponse response = Plain(201);
  response.headers.Set("Location", BlobPath(request.repository, digest.text));
  response.headers.Set("Docker-Content-Digest", digest.text);
  return response;
}

// The rest of the request's body goes to the upload. `lost`: the body ended early, what came of it is kept. The next
// piece is read while the last one is hashed and written.
asio::awaitable<Status> Receive(Session& session, Upload& upload, bool& lost) {
  Result<std::string> piece = co_await net::ReadPiece(session.exchange);
  while (piece && !piece->empty()) {
    const bool last = piece->size() < net::kBodyPieceBytes;
    if (last) co_return co_await net::Offload(session.workers, [&] { return upload.Append(*piece); });
    auto [written, next] = co_await (net::Offload(session.workers, [&] { return upload.Append(*piece); }) &&
                                     net::ReadPiece(session.exchange));
    if (!written) co_return written;
    piece = std::move(next);
  }
  if (piece) co_return Status();
  lost = true;
  co_return Fail(Code::kInvalidArgument, "BLOB_UPLOAD_INVALID", piece.error().message);
}

asio::awaitable<Answer> Finish(Session& session, Upload& upload, const Digest& digest) {
  const Status kept = co_await net::Offload(session.workers, [&] { return upload.Finish(digest); });
  co_return kept ? Answer(Created(session.request, digest)) : std::unexpected(kept.error());
}

// POST ?digest=: the whole blob in one request.
asio::awaitable<Answer> PostWhole(Session& session) {
  const auto digest = DigestOf(session.request.Param("digest"));
  if (!digest) co_return std::unexpected(digest.error());
  Upload upload(session.store);
  bool lost = false;
  if (Status received = co_await Receive(session, upload, lost); !received)
    co_return std::unexpected(std::move(received.error()));
  co_return co_await Finish(session, upload, *digest);
}

// POST ?mount=: the blob is here already, or an upload begins as if nothing had been asked.
asio::awaitable<bool> CanMount(Session& session) {
  const auto digest = ParseDigest(session.request.Param("mount"));
  if (!digest) co_return false;
  co_return co_await net::Offload(session.workers, [&] { return session.store.OpenBlob(*digest).has_value(); });
}

asio::awaitable<Answer> Post(Session& session) {
  const OciRequest& request = session.request;
  if (session.Method() != "POST") co_return MethodNotAllowed(session.Method());
  if (request.Has("mount") && co_await CanMount(session))
    co_return Created(request, *ParseDigest(request.Param("mount")));
  if (request.Has("digest")) co_return co_await PostWhole(session);
  const auto id = session.uploads.Begin(request.repository);
  if (!id) co_return std::unexpected(id.error());
  co_return Progress(202, request, *id, 0);
}

// Whether a chunk continues the upload. OUT_OF_RANGE when it does not; SIZE_INVALID when it is not as long as it says.
Status CheckChunk(Session& session, const Upload& upload) {
  if (!session.exchange.Request().headers.Has("Content-Range")) return {};
  const auto range = ParseChunkRange(session.Header("Content-Range"));
  if (!range || range->first != upload.Bytes()) {
    return Fail(
        Code::kOutOfRange, "BLOB_UPLOAD_INVALID",
        Cat("Content-Range: the upload has ", upload.Bytes(), " bytes, the next chunk is ", upload.Bytes(), "-LAST"));
  }
  const auto length = session.exchange.BodyLength();
  if (length && *length != range->last - range->first + 1) {
    return Fail(Code::kInvalidArgument, "SIZE_INVALID",
                Cat("Content-Range says ", range->last - range->first + 1, " bytes, Content-Length ", *length));
  }
  return {};
}

// A chunk in the body of a PATCH or PUT. What cannot go on is dropped.
asio::awaitable<Status> TakeChunk(Session& session, UploadTable::Lease& upload) {
  if (Status right = CheckChunk(session, *upload); !right) co_return right;
  const auto range = ParseChunkRange(session.Header("Content-Range"));
  bool lost = false;
  Status received = co_await Receive(session, *upload, lost);
  if (received && range && upload->Bytes() != range->last + 1) {
    received = Fail(Code::kInvalidArgument, "SIZE_INVALID",
                    Cat("Content-Range says ", range->first, "-", range->last, ", but the upload has ", upload->Bytes(),
                        " bytes after it; it was dropped, begin another"));
  }
  if (!received && !lost) co_await net::Offload(session.workers, [&] { upload.Drop(); });
  co_return received;
}

asio::awaitable<Answer> Patch(Session& session, UploadTable::Lease& upload) {
  if (Status taken = co_await TakeChunk(session, upload); !taken) co_return std::unexpected(std::move(taken.error()));
  co_return Progress(202, session.request, session.request.reference, upload->Bytes());
}

asio::awaitable<Answer> Put(Session& session, UploadTable::Lease& upload) {
  const auto digest = DigestOf(session.request.Param("digest"));
  if (!digest) co_return std::unexpected(digest.error());
  if (Status taken = co_await TakeChunk(session, upload); !taken) co_return std::unexpected(std::move(taken.error()));
  Answer answer = co_await Finish(session, *upload, *digest);
  co_await net::Offload(session.workers, [&] { upload.Drop(); });
  co_return answer;
}

}  // namespace

asio::awaitable<void> ServeUploads(Session& session) { co_await SendAnswer(session, co_await Post(session)); }

asio::awaitable<void> ServeUpload(Session& session) {
  const OciRequest& request = session.request;
  const std::string& method = session.Method();
  auto taken = session.uploads.Take(request.repository, request.reference);
  if (!taken) co_return co_await SendAnswer(session, std::unexpected(std::move(taken.error())));
  uint64_t bytes = 0;
  Answer answer = MethodNotAllowed(method);
  {
    UploadTable::Lease upload = std::move(*taken);
    if (method == "PATCH") answer = co_await Patch(session, upload);
    if (method == "PUT") answer = co_await Put(session, upload);
    if (method == "GET" || method == "HEAD") answer = Progress(204, request, request.reference, upload->Bytes());
    if (method == "DELETE") {
      co_await net::Offload(session.workers, [&] { upload.Drop(); });
      answer = Plain(204);
    }
    if (upload) bytes = upload->Bytes();
  }
  // The upload is back in the table before the client hears of it and goes on.
  if (!answer && answer.error().code == Code::kOutOfRange) {
    net::HttpResponse response = Progress(416, request, request.reference, bytes);
    const net::HttpResponse error = ErrorAnswer(answer.error());
    response.headers.Set("Content-Type", "application/json");
    response.body = error.body;
    answer = std::move(response);
  }
  co_await SendAnswer(session, std::move(answer));
}

}  // namespace sandbox::oci
