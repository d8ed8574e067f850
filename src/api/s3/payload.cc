#include "api/s3/payload.h"

#include <array>
#include <charconv>

namespace sandbox::s3 {
namespace {

struct Algorithm {
  std::string_view header;
  std::string_view name;
  Hash hash;
};
constexpr std::array<Algorithm, 5> kAlgorithms = {{{"x-amz-checksum-crc32", "CRC32", Hash::kCrc32},
                                                   {"x-amz-checksum-crc32c", "CRC32C", Hash::kCrc32c},
                                                   {"x-amz-checksum-crc64nvme", "CRC64NVME", Hash::kCrc64Nvme},
                                                   {"x-amz-checksum-sha1", "SHA1", Hash::kSha1},
                                                   {"x-amz-checksum-sha256", "SHA256", Hash::kSha256}}};

}  // namespace

Payload::Payload(const net::HttpHeaders& headers, const Identity& identity) {
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
  const std::string_view trailer = headers.Get("x-amz-trailer");
  for (const Algorithm& algorithm : kAlgorithms) {
    if (headers.Has(algorithm.header)) {
      checks_.push_back(
          {std::string(algorithm.header), std::string(headers.Get(algorithm.header)), Digest(algorithm.hash)});
    } else if (decoder_ && trailer == algorithm.header) {
      checks_.push_back({std::string(algorithm.header), std::nullopt, Digest(algorithm.hash)});
    }
  }
}

S3Result<void> Payload::Feed(std::string_view raw, const ChunkDecoder::Sink& sink) {
  auto take = [&](std::string_view bytes) -> S3Result<void> {
    length_ += bytes.size();
    if (sha256_) sha256_->Update(bytes);
    for (Check& check : checks_) check.digest.Update(bytes);
    return sink(bytes);
  };
  return decoder_ ? decoder_->Feed(raw, take) : take(raw);
}

S3Result<void> Payload::Finish(std::string_view md5) {
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
  return FinishChecks();
}

S3Result<void> Payload::FinishChecks() {
  for (Check& check : checks_) {
    if (!check.expected && decoder_) {
      const auto found = decoder_->Trailer().find(check.header);
      if (found != decoder_->Trailer().end()) check.expected = found->second;
    }
    if (!check.expected) return S3Fail(400, "MalformedTrailerError", Cat("The trailer has no ", check.header, "."));
    const std::string computed = Base64(check.digest.Final());
    if (computed != *check.expected) {
      return S3Fail(400, "BadDigest",
                    Cat("The ", check.header, " you specified did not match the calculated checksum."));
    }
    verified_[check.header] = computed;
  }
  return {};
}

}  // namespace sandbox::s3
