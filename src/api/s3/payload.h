#pragma once

// A request's body on its way in: transfer codings of S3 removed, hash and checksums compared at the end. One thread at
// a time; it hashes, so not on a loop.

#include <optional>
#include <string>

#include "api/s3/checksum.h"
#include "api/s3/chunk_decoder.h"

namespace sandbox::s3 {

class Payload {
 public:
  // kOfObject: the x-amz-checksum-* headers speak of an object, not of this body.
  enum class ChecksumHeaders { kOfBody, kOfObject };

  Payload(const net::HttpHeaders& headers, const Identity& identity,
          ChecksumHeaders checksums = ChecksumHeaders::kOfBody);

  // Before the first Feed: computes this checksum too when the client says none. InvalidRequest when it says another.
  S3Result<void> Compute(const ChecksumAlgorithm& algorithm);
  // Passes the decoded bytes to `sink`.
  S3Result<void> Feed(std::string_view raw, const ChunkDecoder::Sink& sink);
  // `md5` (hex) of the decoded bytes is compared with Content-MD5. Errors: BadDigest, XAmzContentSHA256Mismatch,
  // IncompleteBody, InvalidDigest, InvalidRequest, SignatureDoesNotMatch.
  S3Result<void> Finish(std::string_view md5);
  // After Finish: the checksum that was compared or computed, to be kept with the object.
  const std::optional<Checksum>& BodyChecksum() const { return checksum_; }

 private:
  struct Check {
    const ChecksumAlgorithm* algorithm;
    std::optional<std::string> expected;  // missing: comes with the trailer, or nothing is compared
    bool in_trailer;
    Digest digest;
  };

  S3Result<void> ExpectChecksum(const net::HttpHeaders& headers);
  S3Result<void> FinishCheck();

  std::string expected_sha256_;  // empty: not checked
  std::optional<std::string> expected_md5_;
  std::optional<uint64_t> expected_length_;
  std::optional<ChunkDecoder> decoder_;
  std::optional<Digest> sha256_;
  S3Result<void> accepted_;  // what the headers say goes together
  std::optional<Check> check_;
  uint64_t length_ = 0;
  std::optional<Checksum> checksum_;
};

}  // namespace sandbox::s3
