#include "api/s3/upload.h"

namespace sandbox::s3 {

S3Result<void> Upload::Begin() {
  if (!IsPart()) {
    auto writer = BeginPut(store_, request_);
    if (!writer) return std::unexpected(std::move(writer.error()));
    writer_ = std::move(*writer);
    return {};
  }
  auto part = BeginPart(store_, request_);
  if (!part) return std::unexpected(std::move(part.error()));
  writer_ = std::move(part->writer);
  replaced_ = std::move(part->replaced);
  return part->algorithm == nullptr ? S3Result<void>() : payload_.Compute(*part->algorithm);
}

S3Result<void> Upload::Feed(std::string_view raw) {
  if (!writer_) {
    if (auto begun = Begin(); !begun) return begun;
  }
  return payload_.Feed(raw, [this](std::string_view bytes) -> S3Result<void> {
    auto written = writer_->Append(bytes);
    if (!written) return std::unexpected(FromError(written.error()));
    return {};
  });
}

Answer Upload::Finish(std::string_view raw) {
  auto fed = Feed(raw);
  if (fed) fed = payload_.Finish(writer_->Digest());
  Answer answer = std::unexpected(S3Error{});
  if (!fed) {
    answer = std::unexpected(std::move(fed.error()));
  } else {
    if (payload_.BodyChecksum()) Keep(*payload_.BodyChecksum(), *writer_);
    answer = IsPart() ? FinishPart(store_, request_, *writer_, replaced_) : FinishPut(request_, *writer_);
  }
  if (answer && payload_.BodyChecksum()) Tell(*payload_.BodyChecksum(), answer->headers);
  Drop();
  return answer;
}

S3Result<std::string> DecodeDocument(const S3Request& request, std::string_view raw) {
  // The end of an upload in parts says the checksum of the object that it makes.
  const auto checksums =
      request.Has("uploadId") ? Payload::ChecksumHeaders::kOfObject : Payload::ChecksumHeaders::kOfBody;
  Payload payload(request.headers, request.identity, checksums);
  std::string body;
  auto fed = payload.Feed(raw, [&](std::string_view bytes) -> S3Result<void> {
    body += bytes;
    return {};
  });
  if (fed) fed = payload.Finish(Hex(DigestOf(Hash::kMd5, body)));
  if (!fed) return std::unexpected(std::move(fed.error()));
  return body;
}

}  // namespace sandbox::s3
