#include "api/s3/payload.h"

#include <catch2/catch.hpp>

using namespace sandbox;
using namespace sandbox::s3;

namespace {

const std::string kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

// The documentation's example: 66560 bytes of 'a' in chunks of 64 KiB.
Identity ExampleIdentity(std::string hash, std::string signature) {
  return {false,
          std::move(hash),
          SigningKey(kSecret, "20130524", "us-east-1", "s3"),
          "20130524T000000Z",
          "20130524/us-east-1/s3/aws4_request",
          std::move(signature)};
}
const std::string kSeed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
const std::string kExampleBody =
    "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
    std::string(65536, 'a') +
    "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
    std::string(1024, 'a') +
    "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";

struct Outcome {
  S3Result<void> status;
  std::string bytes;
};

Outcome Read(const net::HttpHeaders& headers, const Identity& identity, std::string_view body, size_t step) {
  Outcome outcome;
  Payload payload(headers, identity);
  for (size_t at = 0; at < body.size() && outcome.status; at += step) {
    outcome.status = payload.Feed(body.substr(at, step), [&](std::string_view bytes) -> S3Result<void> {
      outcome.bytes += bytes;
      return {};
    });
  }
  if (outcome.status) outcome.status = payload.Finish(Hex(DigestOf(Hash::kMd5, outcome.bytes)));
  return outcome;
}

}  // namespace

TEST_CASE("signed chunks: the published example, in pieces of any size", "[s3]") {
  const Identity identity = ExampleIdentity("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", kSeed);
  net::HttpHeaders headers;
  headers.Set("x-amz-decoded-content-length", "66560");
  for (size_t step : {1u, 7u, 1000u, 65537u, 100000u}) {
    CAPTURE(step);
    auto outcome = Read(headers, identity, kExampleBody, step);
    CHECK(outcome.status);
    CHECK(outcome.bytes == std::string(66560, 'a'));
  }
  std::string changed = kExampleBody;
  changed[200] = 'b';
  CHECK(Read(headers, identity, changed, 4096).status.error().code == "SignatureDoesNotMatch");
  CHECK(Read(headers, identity, kExampleBody.substr(0, 66000), 4096).status.error().code == "IncompleteBody");
  headers.Set("x-amz-decoded-content-length", "66561");
  CHECK(Read(headers, identity, kExampleBody, 4096).status.error().code == "IncompleteBody");
}

TEST_CASE("signed trailer: the published example", "[s3]") {
  const Identity identity = ExampleIdentity("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                                            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
  net::HttpHeaders headers;
  headers.Set("x-amz-trailer", "x-amz-checksum-crc32c");
  const std::string body =
      "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
      std::string(65536, 'a') +
      "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" +
      std::string(1024, 'a') +
      "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
      "x-amz-checksum-crc32c:sOO8/Q==\r\n"
      "x-amz-trailer-signature:";
  const std::string good = body + "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
  auto outcome = Read(headers, identity, good, 1000);
  CAPTURE(outcome.status ? "" : outcome.status.error().message);
  CHECK(outcome.status);
  CHECK(Read(headers, identity, body + std::string(64, '0') + "\r\n\r\n", 1000).status.error().code ==
        "SignatureDoesNotMatch");
}

TEST_CASE("unsigned chunks with a checksum behind them", "[s3]") {
  Identity identity;
  identity.payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  net::HttpHeaders headers;
  headers.Set("x-amz-trailer", "x-amz-checksum-crc32");
  const std::string checksum = Base64(DigestOf(Hash::kCrc32, "hello world"));
  auto outcome =
      Read(headers, identity, "6\r\nhello \r\n5\r\nworld\r\n0\r\nx-amz-checksum-crc32:" + checksum + "\r\n\r\n", 3);
  CHECK(outcome.status);
  CHECK(outcome.bytes == "hello world");
  CHECK(Read(headers, identity, "5\r\nworld\r\n0\r\nx-amz-checksum-crc32:" + checksum + "\r\n\r\n", 3)
            .status.error()
            .code == "BadDigest");
  CHECK(Read(headers, identity, "5\r\nworld\r\n0\r\n\r\n", 3).status.error().code == "MalformedTrailerError");
  for (const char* bad : {"zz\r\n", "5\r\nworldX\r\n0\r\n\r\n", "-1\r\n", "ffffffffffffffff\r\n"}) {
    CAPTURE(bad);
    CHECK(Read(headers, identity, bad, 100).status.error().code == "IncompleteBody");
  }
  CHECK(Read(headers, identity, std::string(10000, '1'), 100).status.error().code == "IncompleteBody");
}

TEST_CASE("a plain body is compared with what its headers say", "[s3]") {
  Identity identity;
  identity.payload_hash = Hex(DigestOf(Hash::kSha256, "abc"));
  net::HttpHeaders headers;
  headers.Set("Content-MD5", Base64(DigestOf(Hash::kMd5, "abc")));
  headers.Set("x-amz-checksum-sha256", Base64(DigestOf(Hash::kSha256, "abc")));
  CHECK(Read(headers, identity, "abc", 2).status);
  CHECK(Read(headers, identity, "abd", 2).status.error().code == "XAmzContentSHA256Mismatch");
  identity.payload_hash = "UNSIGNED-PAYLOAD";
  CHECK(Read(headers, identity, "abd", 2).status.error().code == "BadDigest");
  headers.Set("Content-MD5", "short");
  CHECK(Read(headers, identity, "abc", 2).status.error().code == "InvalidDigest");
}
