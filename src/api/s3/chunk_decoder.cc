#include "api/s3/chunk_decoder.h"

#include <algorithm>
#include <charconv>

namespace sandbox::s3 {
namespace {

constexpr size_t kLineMax = 4096;
constexpr size_t kTrailersMax = 32;
constexpr uint64_t kChunkMax = uint64_t{5} << 30;

std::unexpected<S3Error> Incomplete(std::string message) { return S3Fail(400, "IncompleteBody", std::move(message)); }
std::unexpected<S3Error> BadSignature() {
  return S3Fail(403, "SignatureDoesNotMatch", "The signature of a chunk does not match.");
}

}  // namespace

S3Result<void> ChunkDecoder::Feed(std::string_view raw, const Sink& sink) {
  while (!raw.empty() && state_ != State::kDone) {
    if (state_ == State::kData) {
      const std::string_view piece = raw.substr(0, static_cast<size_t>(std::min<uint64_t>(left_, raw.size())));
      if (signed_) digest_.Update(piece);
      if (auto taken = sink(piece); !taken) return taken;
      left_ -= piece.size();
      raw.remove_prefix(piece.size());
      if (left_ == 0) state_ = State::kDataEnd;
      continue;
    }
    const size_t end = raw.find('\n');
    line_ += raw.substr(0, end);
    raw.remove_prefix(end == std::string_view::npos ? raw.size() : end + 1);
    if (line_.size() > kLineMax) return Incomplete("A line of the chunked body is too long.");
    if (end == std::string_view::npos) break;
    if (line_.ends_with('\r')) line_.pop_back();
    if (auto taken = OnLine(std::exchange(line_, {})); !taken) return taken;
  }
  return {};
}

S3Result<void> ChunkDecoder::OnLine(std::string line) {
  switch (state_) {
    case State::kSize: return OnSize(line);
    case State::kDataEnd:
      if (!line.empty()) return Incomplete("A chunk does not end where it said.");
      state_ = State::kSize;
      return CheckChunk();
    case State::kTrailer:
      if (!line.empty()) return OnTrailer(line);
      state_ = State::kDone;
      return {};
    case State::kData:
    case State::kDone: break;
  }
  return {};
}

S3Result<void> ChunkDecoder::OnSize(std::string_view line) {
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), left_, 16);
  const std::string_view rest = line.substr(static_cast<size_t>(end - line.data()));
  if (error != std::errc() || left_ > kChunkMax || (!rest.empty() && rest[0] != ';'))
    return Incomplete("The size of a chunk is not a number.");
  constexpr std::string_view kName = "chunk-signature=";
  const size_t at = rest.find(kName);
  signature_ = at == std::string_view::npos ? "" : rest.substr(at + kName.size());
  last_ = left_ == 0;
  state_ = last_ ? State::kTrailer : State::kData;
  return last_ ? CheckChunk() : S3Result<void>();
}

S3Result<void> ChunkDecoder::OnTrailer(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || trailer_.size() >= kTrailersMax)
    return Incomplete("The trailer is malformed.");
  std::string name(line.substr(0, colon));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "x-amz-trailer-signature") return CheckTrailer(value);
  trailer_text_ += Cat(name, ":", value, "\n");
  trailer_[std::move(name)] = value;
  return {};
}

S3Result<void> ChunkDecoder::CheckChunk() {
  if (!signed_) return {};
  const std::string hash = Hex(std::exchange(digest_, Digest(Hash::kSha256)).Final());
  const std::string text = Cat("AWS4-HMAC-SHA256-PAYLOAD\n", identity_.timestamp, "\n", identity_.scope, "\n",
                               previous_, "\n", Hex(DigestOf(Hash::kSha256, "")), "\n", hash);
  previous_ = Hex(Hmac(Hash::kSha256, identity_.signing_key, text));
  return EqualInConstantTime(previous_, signature_) ? S3Result<void>() : BadSignature();
}

S3Result<void> ChunkDecoder::CheckTrailer(std::string_view signature) {
  if (!signed_) return {};
  const std::string text = Cat("AWS4-HMAC-SHA256-TRAILER\n", identity_.timestamp, "\n", identity_.scope, "\n",
                               previous_, "\n", Hex(DigestOf(Hash::kSha256, trailer_text_)));
  trailer_text_.clear();
  return EqualInConstantTime(Hex(Hmac(Hash::kSha256, identity_.signing_key, text)), signature) ? S3Result<void>()
                                                                                               : BadSignature();
}

S3Result<void> ChunkDecoder::Finish() const {
  const bool complete = state_ == State::kDone || (state_ == State::kTrailer && trailer_.empty());
  if (!complete) return Incomplete("The request body ended before its last chunk.");
  // A trailer of a signed body that is not covered by a signature says nothing.
  if (signed_ && !trailer_text_.empty()) return BadSignature();
  return {};
}

}  // namespace sandbox::s3
