#include "api/s3/payload.h"

#include <charconv>

namespace sandbox::s3 {

Payload::Payload(const net::HttpHeaders& headers, const Identity& identity, ChecksumHeaders checksums) {
  const std::string_view hash = identity.payload_hash;
  if (hash.starts_with("STREAMING-")) {
    decoder_.emplace(hash.starts_with("STREAMING-AWS4-HMAC") && !identity.signing_key.empty(), identity);
    const std::string_view length = headers.Get("x-amz-decoded-content-length");
    uint64_t number = 0;
    if (!length.empty() && std::from_chars(length.data(), length.data() + length.size(), number).ec == std::errc())
      expected_length_ = number;
  } else if (hash.size() == 64) {
    expected_sha256_ = hash;
    sha256_.emplace(Hash::kSha256);
  }
  // An empty one comes from upload locations without a digest.
  if (!headers.Get("Content-MD5").empty()) expected_md5_ = headers.Get("Content-MD5");
  if (checksums == ChecksumHeaders::kOfBody) accepted_ = ExpectChecksum(headers);
}

S3Result<void> Payload::ExpectChecksum(const net::HttpHeaders& headers) {
  auto said = SaidChecksum(headers);
  if (!said) return std::unexpected(std::move(said.error()));
  if (*said) {
    const ChecksumAlgorithm& algorithm = *(*said)->algorithm;
    if ((*said)->type == ChecksumType::kComposite)
      return S3Fail(400, "InvalidRequest", Cat("Value for ", algorithm.header, " header is invalid."));
    check_.emplace(&algorithm, std::move((*said)->value), false, Digest(algorithm.hash));
    return {};
  }
  const std::string trailer = LowerCase(headers.Get("x-amz-trailer"));
  if (const ChecksumAlgorithm* algorithm = AlgorithmOfHeader(trailer); algorithm != nullptr && decoder_) {
    check_.emplace(algorithm, std::nullopt, true, Digest(algorithm->hash));
    return {};
  }
  if (trailer.starts_with("x-amz-checksum-"))
    return S3Fail(400, "InvalidRequest", "The value specified in the x-amz-trailer header is not supported");
  if (headers.Has("x-amz-sdk-checksum-algorithm")) {
    return S3Fail(400, "InvalidRequest",
                  "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
                  "headers were found.");
  }
  return {};
}

S3Result<void> Payload::Compute(const ChecksumAlgorithm& algorithm) {
  if (!check_) {
    check_.emplace(&algorithm, std::nullopt, false, Digest(algorithm.hash));
  } else if (check_->algorithm != &algorithm) {
    return S3Fail(400, "InvalidRequest",
                  Cat("Checksum Type mismatch occurred, expected checksum Type: ", LowerCase(algorithm.name),
                      ", actual checksum Type: ", LowerCase(check_->algorithm->name)));
  }
  return {};
}

S3Result<void> Payload::Feed(std::string_view raw, const ChunkDecoder::Sink& sink) {
  if (!accepted_) return accepted_;
  auto take = [&](std::string_view bytes) -> S3Result<void> {
    length_ += bytes.size();
    if (sha256_) sha256_->Update(bytes);
    if (check_) check_->digest.Update(bytes);
    return sink(bytes);
  };
  return decoder_ ? decoder_->Feed(raw, take) : take(raw);
}

S3Result<void> Payload::Finish(std::string_view md5) {
  if (!accepted_) return accepted_;
  if (decoder_) {
    if (auto complete = decoder_->Finish(); !complete) return complete;
  }
  if (expected_length_ && *expected_length_ != length_) {
    return S3Fail(400, "IncompleteBody",
                  "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header.");
  }
  if (sha256_ && Hex(sha256_->Final()) != expected_sha256_) {
    return S3Fail(400, "XAmzContentSHA256Mismatch",
                  "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  if (expected_md5_) {
    const auto raw = FromBase64(*expected_md5_);
    if (!raw || raw->size() != 16) return S3Fail(400, "InvalidDigest", "The Content-MD5 you specified is not valid.");
    if (Hex(*raw) != md5)
      return S3Fail(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  return FinishCheck();
}

S3Result<void> Payload::FinishCheck() {
  if (!check_) return {};
  const ChecksumAlgorithm& algorithm = *check_->algorithm;
  if (check_->in_trailer) {
    const auto found = decoder_->Trailer().find(std::string(algorithm.header));
    if (found == decoder_->Trailer().end())
      return S3Fail(400, "MalformedTrailerError", Cat("The trailer has no ", algorithm.header, "."));
    if (!RawChecksum(algorithm, found->second))
      return S3Fail(400, "InvalidRequest", Cat("Value for ", algorithm.header, " trailing header is invalid."));
    check_->expected = found->second;
  }
  const std::string computed = Base64(check_->digest.Final());
  if (check_->expected && computed != *check_->expected) {
    return S3Fail(400, "BadDigest",
                  Cat("The ", algorithm.name, " you specified did not match the calculated checksum."));
  }
  checksum_ = Checksum{&algorithm, ChecksumType::kFullObject, computed};
  return {};
}

}  // namespace sandbox::s3
