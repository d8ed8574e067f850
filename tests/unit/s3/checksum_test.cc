#include "api/s3/checksum.h"

#include <catch2/catch.hpp>

#include "api/s3/part_table.h"
#include "unit/s3/world.h"

using namespace sandbox;
using namespace sandbox::s3;

namespace {

// Of "123456789", as published (CRC) or by definition (SHA).
const std::map<std::string, std::string> kOfDigits = {{"CRC32", "y/Q5Jg=="},
                                                      {"CRC32C", "4waSgw=="},
                                                      {"CRC64NVME", "rosUhgp5mIg="},
                                                      {"SHA1", "98O8HYCOBHMq32eZZczDTKeuNEE="},
                                                      {"SHA256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="}};

}  // namespace

TEST_CASE("the checksum of a whole comes from those of its pieces", "[s3]") {
  const std::string bytes = "The quick brown fox jumps over the lazy dog, again and again.";
  for (const Hash hash : {Hash::kCrc32, Hash::kCrc32c, Hash::kCrc64Nvme}) {
    for (const size_t cut : {size_t{0}, size_t{1}, size_t{8}, size_t{33}, bytes.size()}) {
      CAPTURE(static_cast<int>(hash), cut);
      const std::string first = bytes.substr(0, cut), second = bytes.substr(cut);
      CHECK(CombineCrc(hash, DigestOf(hash, first), DigestOf(hash, second), second.size()) == DigestOf(hash, bytes));
    }
    // A length that needs more than 32 bits: the same by halves.
    const std::string a = DigestOf(hash, "a"), zero = DigestOf(hash, "");
    const uint64_t half = uint64_t{3} << 32;
    CHECK(CombineCrc(hash, CombineCrc(hash, a, zero, half), zero, half) == CombineCrc(hash, a, zero, 2 * half));
  }
}

TEST_CASE("a put object keeps the checksum that came with it", "[s3]") {
  for (const ChecksumAlgorithm& algorithm : ChecksumAlgorithms()) {
    CAPTURE(algorithm.name);
    World world;
    const std::string header(algorithm.header), value = kOfDigits.at(std::string(algorithm.name));
    const auto put = world.Ask("PUT", "/my-s3-bucket/k", "123456789", {{header, value}});
    REQUIRE(put);
    CHECK(put->headers.Get(header) == value);
    CHECK(put->headers.Get("x-amz-checksum-type") == "FULL_OBJECT");
    CHECK(world.Get("/my-s3-bucket/k").count(header) == 0);
    auto got = world.Get("/my-s3-bucket/k", {{"x-amz-checksum-mode", "ENABLED"}});
    CHECK(got[header] == value);
    CHECK(got["x-amz-checksum-type"] == "FULL_OBJECT");
    // A part of the bytes has another checksum.
    CHECK(world.Get("/my-s3-bucket/k", {{"x-amz-checksum-mode", "ENABLED"}, {"Range", "bytes=0-1"}}).count(header) ==
          0);
    const std::string told =
        world.Body("/my-s3-bucket/k?attributes", {{"x-amz-object-attributes", "Checksum,ObjectSize,ETag,ObjectParts"}});
    CHECK(Element(told, std::string(algorithm.element)) == value);
    CHECK(Element(told, "ChecksumType") == "FULL_OBJECT");
    CHECK(Element(told, "ObjectSize") == "9");
    CHECK(Element(told, "ETag") == testing::Md5Hex("123456789"));
    CHECK_FALSE(Contains(told, "ObjectParts"));
    CHECK_FALSE(Contains(told, "StorageClass"));

    CHECK(world.Code("PUT", "/my-s3-bucket/other", "12345678", {{header, value}}) == "BadDigest");
    CHECK(world.Code("PUT", "/my-s3-bucket/other", "123456789", {{header, "bad"}}) == "InvalidRequest");
    CHECK(world.Code("PUT", "/my-s3-bucket/other", "123456789", {{header, "AAAA"}}) == "InvalidRequest");
    CHECK(world.store.Head(kBucket, "other").error().reason == "NO_SUCH_KEY");
  }
}

TEST_CASE("checksum headers that do not go together", "[s3]") {
  World world;
  auto put = [&](const Headers& headers) { return world.Code("PUT", "/my-s3-bucket/k", "123456789", headers); };
  CHECK(put({{"x-amz-checksum-crc32", "y/Q5Jg=="}, {"x-amz-checksum-crc32c", "4waSgw=="}}) == "InvalidRequest");
  CHECK(put({{"x-amz-sdk-checksum-algorithm", "CRC32"}}) == "InvalidRequest");
  CHECK(put({{"x-amz-sdk-checksum-algorithm", "CRC32"}, {"x-amz-checksum-crc32", "y/Q5Jg=="}}) == "200");
  CHECK(world.Code("GET", "/my-s3-bucket/k?attributes") == "InvalidArgument");
  CHECK(world.Code("GET", "/my-s3-bucket/k?attributes", "", {{"x-amz-object-attributes", "Colour"}}) ==
        "InvalidArgument");
  CHECK(world.Code("GET", "/my-s3-bucket/none?attributes", "", {{"x-amz-object-attributes", "ETag"}}) == "NoSuchKey");
}

TEST_CASE("a checksum in the trailer is compared and kept", "[s3]") {
  World world;
  auto put = [&](const std::string& value) {
    S3Request request = world.Make("PUT", "/my-s3-bucket/k", {{"x-amz-trailer", "x-amz-checksum-crc64nvme"}});
    request.identity.payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    const Answer answer =
        Upload(world.store, request).Finish("9\r\n123456789\r\n0\r\nx-amz-checksum-crc64nvme:" + value + "\r\n\r\n");
    return answer ? std::to_string(answer->status) : answer.error().code;
  };
  CHECK(put("AAAAAAAAAAA=") == "BadDigest");
  CHECK(put("AAAA") == "InvalidRequest");
  CHECK(world.store.Head(kBucket, "k").error().reason == "NO_SUCH_KEY");
  CHECK(put("rosUhgp5mIg=") == "200");
  CHECK(world.Get("/my-s3-bucket/k", {{"x-amz-checksum-mode", "ENABLED"}})["x-amz-checksum-crc64nvme"] ==
        "rosUhgp5mIg=");
}

TEST_CASE("a copy has its source's checksum, or the one that was asked for", "[s3]") {
  World world;
  REQUIRE(world.Code("PUT", "/my-s3-bucket/k", "123456789", {{"x-amz-checksum-crc32", "y/Q5Jg=="}}) == "200");
  auto copy = world.Ask("PUT", "/my-s3-bucket/to", "",
                        {{"x-amz-copy-source", "my-s3-bucket/k"}, {"x-amz-metadata-directive", "REPLACE"}});
  REQUIRE(copy);
  CHECK(Element(copy->body, "ChecksumCRC32") == "y/Q5Jg==");
  copy = world.Ask("PUT", "/my-s3-bucket/to", "",
                   {{"x-amz-copy-source", "my-s3-bucket/k"}, {"x-amz-checksum-algorithm", "SHA1"}});
  REQUIRE(copy);
  CHECK(Element(copy->body, "ChecksumSHA1") == kOfDigits.at("SHA1"));
  CHECK_FALSE(Contains(copy->body, "ChecksumCRC32"));
  CHECK(world.Get("/my-s3-bucket/to", {{"x-amz-checksum-mode", "ENABLED"}})["x-amz-checksum-sha1"] ==
        kOfDigits.at("SHA1"));
}

TEST_CASE("the table of parts round trips, and a damaged one is none", "[s3]") {
  ObjectAttributes attributes;
  CHECK(PartTableOf(attributes).empty());
  std::string& text = attributes.headers[std::string(kPartTableHeader)];
  text = FormatPartTable({{1, 5242880, "y/Q5Jg=="}, {7, 3, ""}});
  const auto table = PartTableOf(attributes);
  REQUIRE(table.size() == 2);
  CHECK((table[0].number == 1 && table[0].bytes == 5242880 && table[0].checksum == "y/Q5Jg=="));
  CHECK((table[1].number == 7 && table[1].bytes == 3 && table[1].checksum.empty()));
  for (const char* damaged : {"1", "1 x", "a 1 ", "1 5 ,2", ","}) {
    text = damaged;
    CHECK(PartTableOf(attributes).empty());
  }
}
