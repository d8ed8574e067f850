#pragma once

// A request's body on its way in: transfer codings of S3 removed, hash and checksums compared at the end. One thread at
// a time; it hashes, so not on a loop.

#include <map>
#include <optional>
#include <string>

#include "api/s3/chunk_decoder.h"

namespace sandbox::s3 {

class Payload {
 public:
  Payload(const net::HttpHeaders& headers, const Identity& identity);

  // Passes the decoded bytes to `sink`.
  S3Result<void> Feed(std::string_view raw, const ChunkDecoder::Sink& sink);
  // `md5` (hex) of the decoded bytes is compared with Content-MD5. Errors: BadDigest, XAmzContentSHA256Mismatch,
  // IncompleteBody, InvalidDigest, SignatureDoesNotMatch.
  S3Result<void> Finish(std::string_view md5);
  // Verified checksums by header name, to be kept with the object.
  const std::map<std::string, std::string>& Checksums() const { return verified_; }

 private:
  struct Check {
    std::string header;
    std::optional<std::string> expected;  // missing: comes with the trailer
    Digest digest;
  };

  S3Result<void> FinishChecks();

  std::string expected_sha256_;  // empty: not checked
  std::optional<std::string> expected_md5_;
  std::optional<uint64_t> expected_length_;
  std::optional<ChunkDecoder> decoder_;
  std::optional<Digest> sha256_;
  std::vector<Check> checks_;
  uint64_t length_ = 0;
  std::map<std::string, std::string> verified_;
};

}  // namespace sandbox::s3
