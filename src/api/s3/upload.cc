#include "api/s3/upload.h"

namespace sandbox::s3 {

S3Result<void> Upload::Feed(std::string_view raw) {
  if (!writer_) {
    auto writer = IsPart() ? BeginPart(store_, request_) : BeginPut(store_, request_);
    if (!writer) return std::unexpected(std::move(writer.error()));
    writer_ = std::move(*writer);
  }
  return payload_.Feed(raw, [this](std::string_view bytes) -> S3Result<void> {
    auto written = writer_->Append(bytes);
    if (!written) return std::unexpected(FromError(written.error()));
    return {};
  });
}

Answer Upload::Finish(std::string_view raw) {
  auto fed = Feed(raw);
  if (fed) fed = payload_.Finish(writer_->Md5());
  Answer answer = std::unexpected(S3Error{});
  if (!fed) {
    answer = std::unexpected(std::move(fed.error()));
  } else {
    answer = IsPart() ? FinishPart(*writer_) : FinishPut(store_, request_, *writer_);
  }
  if (answer) {
    for (const auto& [name, value] : payload_.Checksums()) answer->headers.Set(name, value);
  }
  Drop();
  return answer;
}

S3Result<std::string> DecodeDocument(const S3Request& request, std::string_view raw) {
  Payload payload(request.headers, request.identity);
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
