#include "api/s3/multipart.h"

#include <catch2/catch.hpp>

#include "unit/s3/world.h"

using namespace sandbox;
using namespace sandbox::s3;

namespace {

const std::string kLarge1(kPartBytesMin, '1'), kLarge2(kPartBytesMin + 3, '2');

// One upload to /my-s3-bucket/k.
struct UploadWorld : World {
  explicit UploadWorld(const Headers& headers = {}) {
    const Answer made = Ask("POST", "/my-s3-bucket/k?uploads", "", headers);
    REQUIRE(made);
    id = Element(made->body, "UploadId");
    query = "/my-s3-bucket/k?uploadId=" + id;
  }
  Answer Send(int number, std::string_view bytes, const Headers& headers = {}) {
    return Ask("PUT", Cat(query, "&partNumber=", number), bytes, headers);
  }
  std::string SendCode(int number, std::string_view bytes, const Headers& headers = {}) {
    const Answer answer = Send(number, bytes, headers);
    return answer ? std::to_string(answer->status) : answer.error().code;
  }
  static std::string Part(int number, std::string_view bytes, const std::string& more = "") {
    return Cat("<Part><PartNumber>", number, "</PartNumber><ETag>", testing::Md5Hex(bytes), "</ETag>", more, "</Part>");
  }
  Answer Complete(const std::string& parts, const Headers& headers = {}) {
    return Ask("POST", query, "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>", headers);
  }
  std::string CompleteCode(const std::string& parts, const Headers& headers = {}) {
    const Answer answer = Complete(parts, headers);
    return answer ? std::to_string(answer->status) : answer.error().code;
  }
  std::string id, query;
};

std::string ElementOf(const ChecksumAlgorithm& algorithm, const std::string& value) {
  return Cat("<", algorithm.element, ">", value, "</", algorithm.element, ">");
}

}  // namespace

TEST_CASE("an upload in parts", "[s3]") {
  UploadWorld world({{"Content-Type", "text/a"}});
  REQUIRE(world.Send(1, kLarge1));
  REQUIRE(world.Send(2, "2"));
  CHECK(world.SendCode(0, "x") == "InvalidArgument");
  CHECK(world.SendCode(10001, "x") == "InvalidArgument");
  CHECK(world.Code("PUT", "/my-s3-bucket/other?partNumber=1&uploadId=" + world.id, "x") == "NoSuchUpload");
  CHECK(world.CompleteCode(world.Part(2, "2") + world.Part(1, kLarge1)) == "InvalidPartOrder");
  CHECK(world.CompleteCode(world.Part(1, "9")) == "InvalidPart");
  CHECK(world.CompleteCode(world.Part(3, "3")) == "InvalidPart");
  CHECK(world.CompleteCode("") == "MalformedXML");
  CHECK(world.CompleteCode(world.Part(1, kLarge1) + world.Part(2, "2")) == "200");
  CHECK(world.store.Get(kBucket, "k", kPartBytesMin + 1) == kLarge1 + "2");
  CHECK(world.store.Head(kBucket, "k")->attributes.content_type == "text/a");
  CHECK(world.store.List(kUploadsBucket, "", "", "", 10)->objects.empty());
}

TEST_CASE("a completed upload answers the same once more", "[s3]") {
  UploadWorld world({{"x-amz-checksum-algorithm", "CRC64NVME"}});
  REQUIRE(world.Send(1, kLarge1));
  REQUIRE(world.Send(2, "2"));
  const std::string parts = world.Part(1, kLarge1) + world.Part(2, "2");
  const Answer first = world.Complete(parts);
  REQUIRE(first);
  const Answer again = world.Complete(parts);
  REQUIRE(again);
  CHECK(again->body == first->body);
  // The object may have been replaced since: the upload is not done again.
  world.Put("k", "newer");
  CHECK(world.CompleteCode(parts) == "200");
  CHECK(world.store.Get(kBucket, "k", 10) == "newer");
  CHECK(world.CompleteCode(world.Part(1, kLarge1)) == "InvalidPart");
  CHECK(world.CompleteCode("") == "MalformedXML");
  CHECK(world.Code("POST", "/my-s3-bucket/other?uploadId=" + world.id,
                   "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>") == "NoSuchUpload");
  CHECK(world.SendCode(3, "3") == "NoSuchUpload");
  CHECK(world.Code("DELETE", world.query) == "NoSuchUpload");
  CHECK(world.Code("GET", world.query) == "NoSuchUpload");
  // Not for ever.
  ExpireUploads(world.store, Instant::max());
  CHECK(world.CompleteCode(parts) == "NoSuchUpload");
}

TEST_CASE("a crash behind the object leaves an upload that can be completed", "[s3]") {
  UploadWorld world;
  REQUIRE(world.Send(1, "1"));
  const std::string parts = world.Part(1, "1");
  const Answer first = world.Complete(parts);
  REQUIRE(first);
  // What the disk has when the record of the completion is not there yet.
  UploadWorld left;
  REQUIRE(left.Send(1, "1"));
  left.Put("k", "1");
  const Answer again = left.Complete(parts);
  REQUIRE(again);
  CHECK(Element(again->body, "ETag") == Element(first->body, "ETag"));
}

TEST_CASE("no more than a thousand completed uploads are remembered", "[s3]") {
  UploadWorld world;
  REQUIRE(world.store.CreateBucket(kCompletedBucket));
  for (size_t i = 0; i < kCompletedMax; ++i)
    REQUIRE(world.store.Put(kCompletedBucket, Cat("old", i), "b\nk", Durability::kCached));
  REQUIRE(world.Send(1, "1"));
  CHECK(world.CompleteCode(world.Part(1, "1")) == "200");
  CHECK(world.store.List(kCompletedBucket, "", "", "", 5000)->objects.size() <= kCompletedMax);
  CHECK(world.CompleteCode(world.Part(1, "1")) == "200");
}

TEST_CASE("only the last part may be small", "[s3]") {
  UploadWorld world;
  REQUIRE(world.Send(1, std::string(kPartBytesMin - 1, 'x')));
  REQUIRE(world.Send(2, "y"));
  REQUIRE(world.Send(3, ""));
  const std::string small = world.Part(1, std::string(kPartBytesMin - 1, 'x'));
  const Answer refused = world.Complete(small + world.Part(2, "y"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "EntityTooSmall");
  CHECK(Contains(refused.error().message, "part 1 has 5242879 bytes"));
  CHECK(world.CompleteCode(world.Part(2, "y") + world.Part(3, "")) == "EntityTooSmall");
  CHECK(world.CompleteCode(world.Part(2, "y")) == "200");
}

TEST_CASE("of a part that was sent again the one that the client names counts", "[s3]") {
  auto begin = [](UploadWorld& world) {
    return *BeginPart(world.store, world.Make("PUT", world.query + "&partNumber=1"));
  };
  auto finish = [](UploadWorld& world, PartWriter& part, std::string_view bytes) {
    REQUIRE(part.writer->Append(bytes));
    REQUIRE(FinishPart(world.store, world.Make("PUT", world.query + "&partNumber=1"), *part.writer, part.replaced));
  };
  SECTION("one after the other: the first is gone") {
    UploadWorld world;
    REQUIRE(world.Send(1, "first"));
    REQUIRE(world.Send(1, "second"));
    CHECK(world.CompleteCode(world.Part(1, "first")) == "InvalidPart");
    CHECK(world.CompleteCode(world.Part(1, "second")) == "200");
  }
  for (const std::string named : {"first", "second"}) {
    DYNAMIC_SECTION("the first ends last, and " << named << " is named") {
      UploadWorld world;
      auto first = begin(world), second = begin(world);
      finish(world, second, "second");
      finish(world, first, "first");
      CHECK(Contains(world.Body(world.query), testing::Md5Hex("first")));
      CHECK(world.CompleteCode(world.Part(1, named)) == "200");
      CHECK(world.store.Get(kBucket, "k", 10) == named);
    }
  }
  SECTION("both are named: the last entry counts") {
    UploadWorld world;
    auto first = begin(world), second = begin(world);
    finish(world, second, "second");
    finish(world, first, "first");
    CHECK(world.CompleteCode(world.Part(1, "second") + world.Part(1, "first")) == "200");
    CHECK(world.store.Get(kBucket, "k", 10) == "first");
  }
  SECTION("an upload that ended meanwhile keeps nothing of it") {
    UploadWorld world;
    auto late = begin(world);
    REQUIRE(world.Code("DELETE", world.query) == "204");
    REQUIRE(late.writer->Append("late"));
    const auto done =
        FinishPart(world.store, world.Make("PUT", world.query + "&partNumber=1"), *late.writer, late.replaced);
    CHECK(done.error().code == "NoSuchUpload");
    CHECK(world.store.List(kUploadsBucket, "", "", "", 10)->objects.empty());
  }
}

TEST_CASE("an upload tells its checksum everywhere", "[s3]") {
  for (const ChecksumAlgorithm& algorithm : ChecksumAlgorithms()) {
    for (const std::string type : {"COMPOSITE", "FULL_OBJECT"}) {
      const bool sha = algorithm.bytes >= 20, crc64 = algorithm.hash == Hash::kCrc64Nvme;
      if ((sha && type == "FULL_OBJECT") || (crc64 && type == "COMPOSITE")) continue;
      CAPTURE(algorithm.name, type);
      const std::string header(algorithm.header), element(algorithm.element);
      UploadWorld world({{"x-amz-checksum-algorithm", std::string(algorithm.name)}, {"x-amz-checksum-type", type}});
      const std::string sum1 = Base64(DigestOf(algorithm.hash, kLarge1));
      const std::string sum2 = Base64(DigestOf(algorithm.hash, "2"));
      const auto sent = world.Send(1, kLarge1, {{header, sum1}});
      REQUIRE(sent);
      CHECK(sent->headers.Get(header) == sum1);
      // Without one it is computed.
      const auto second = world.Send(2, "2");
      REQUIRE(second);
      CHECK(second->headers.Get(header) == sum2);
      CHECK(world.SendCode(2, "3", {{header, sum2}}) == "BadDigest");
      const std::string listed = world.Body(world.query);
      CHECK(Element(listed, "ChecksumAlgorithm") == algorithm.name);
      CHECK(Element(listed, "ChecksumType") == type);
      CHECK(Contains(listed, ElementOf(algorithm, sum2)));
      CHECK(Element(world.Body("/my-s3-bucket?uploads"), "ChecksumAlgorithm") == algorithm.name);

      const std::string wanted =
          type == "FULL_OBJECT"
              ? Base64(DigestOf(algorithm.hash, kLarge1 + "2"))
              : Base64(DigestOf(algorithm.hash, DigestOf(algorithm.hash, kLarge1) + DigestOf(algorithm.hash, "2"))) +
                    "-2";
      const std::string parts =
          world.Part(1, kLarge1, ElementOf(algorithm, sum1)) + world.Part(2, "2", ElementOf(algorithm, sum2));
      CHECK(world.CompleteCode(world.Part(1, kLarge1, ElementOf(algorithm, sum2))) == "InvalidPart");
      const std::string wrong = Base64(DigestOf(algorithm.hash, "?")) + (type == "COMPOSITE" ? "-2" : "");
      CHECK(world.CompleteCode(parts, {{header, wrong}}) == "BadDigest");
      CHECK(world.CompleteCode(parts, {{header, "bad"}}) == "InvalidRequest");
      CHECK(world.CompleteCode(parts, {{"x-amz-mp-object-size", "7"}}) == "InvalidRequest");
      CHECK(world.CompleteCode(parts, {{"x-amz-checksum-type", type == "COMPOSITE" ? "FULL_OBJECT" : "COMPOSITE"}}) ==
            "InvalidRequest");
      const auto done = world.Complete(parts, {{header, wanted},
                                               {"x-amz-mp-object-size", std::to_string(kPartBytesMin + 1)},
                                               {"x-amz-checksum-type", type}});
      REQUIRE(done);
      CHECK(Element(done->body, element) == wanted);
      CHECK(Element(done->body, "ChecksumType") == type);
      auto got = world.Get("/my-s3-bucket/k", {{"x-amz-checksum-mode", "ENABLED"}});
      CHECK(got[header] == wanted);
      CHECK(got["x-amz-checksum-type"] == type);
      CHECK(world.Get("/my-s3-bucket/k").count(header) == 0);
      auto part = world.Get("/my-s3-bucket/k?partNumber=2", {{"x-amz-checksum-mode", "ENABLED"}});
      CHECK(part[header] == sum2);
      const std::string told =
          world.Body("/my-s3-bucket/k?attributes", {{"x-amz-object-attributes", "Checksum, ObjectParts"}});
      CHECK(Element(told, element) == wanted);
      CHECK(Element(told, "PartsCount") == "2");
      CHECK(Contains(told, ElementOf(algorithm, sum1)));
    }
  }
}

TEST_CASE("what a checksum cannot be", "[s3]") {
  World world;
  auto create = [&](const Headers& headers) { return world.Code("POST", "/my-s3-bucket/k?uploads", "", headers); };
  CHECK(create({{"x-amz-checksum-algorithm", "MD4"}}) == "InvalidRequest");
  CHECK(create({{"x-amz-checksum-type", "COMPOSITE"}}) == "InvalidRequest");
  CHECK(create({{"x-amz-checksum-algorithm", "CRC32"}, {"x-amz-checksum-type", "HALF"}}) == "InvalidRequest");
  CHECK(create({{"x-amz-checksum-algorithm", "SHA256"}, {"x-amz-checksum-type", "FULL_OBJECT"}}) == "InvalidRequest");
  CHECK(create({{"x-amz-checksum-algorithm", "SHA1"}, {"x-amz-checksum-type", "FULL_OBJECT"}}) == "InvalidRequest");
  CHECK(create({{"x-amz-checksum-algorithm", "CRC64NVME"}, {"x-amz-checksum-type", "COMPOSITE"}}) == "InvalidRequest");
  const auto made = world.Ask("POST", "/my-s3-bucket/k?uploads", "", {{"x-amz-checksum-algorithm", "CRC64NVME"}});
  REQUIRE(made);
  CHECK(made->headers.Get("x-amz-checksum-algorithm") == "CRC64NVME");
  CHECK(made->headers.Get("x-amz-checksum-type") == "FULL_OBJECT");

  UploadWorld upload({{"x-amz-checksum-algorithm", "SHA256"}});
  CHECK(upload.SendCode(1, "123456789", {{"x-amz-checksum-crc32", "y/Q5Jg=="}}) == "InvalidRequest");
  REQUIRE(upload.Send(1, "1"));
  // A composite one needs those of the parts.
  CHECK(upload.CompleteCode(upload.Part(1, "1")) == "InvalidRequest");
}

TEST_CASE("a part of an object by its number", "[s3]") {
  UploadWorld world;
  REQUIRE(world.Send(2, kLarge2));
  REQUIRE(world.Send(5, "end"));
  REQUIRE(world.Complete(world.Part(2, kLarge2) + world.Part(5, "end")));
  auto part = world.Get("/my-s3-bucket/k?partNumber=5");
  CHECK(part["status"] == "206");
  CHECK(part["body"] == "end");
  CHECK(part["x-amz-mp-parts-count"] == "2");
  CHECK(part["Content-Range"] == Cat("bytes ", kLarge2.size(), "-", kLarge2.size() + 2, "/", kLarge2.size() + 3));
  CHECK((world.Get("/my-s3-bucket/k?partNumber=2")["body"] == kLarge2));
  CHECK(world.Get("/my-s3-bucket/k?partNumber=1")["error"] == "InvalidPartNumber");
  CHECK(world.Get("/my-s3-bucket/k?partNumber=0")["error"] == "InvalidArgument");
  CHECK(world.Get("/my-s3-bucket/k?partNumber=2", {{"Range", "bytes=0-1"}})["error"] == "InvalidRequest");
  CHECK(world.Get("/my-s3-bucket/k").count("x-amz-mp-parts-count") == 0);

  const Headers wanted = {{"x-amz-object-attributes", "ObjectParts"}, {"x-amz-max-parts", "1"}};
  const std::string page = world.Body("/my-s3-bucket/k?attributes", wanted);
  CHECK(Element(page, "IsTruncated") == "true");
  CHECK(Element(page, "NextPartNumberMarker") == "2");
  CHECK(Element(page, "PartNumber") == "2");
  const std::string rest = world.Body("/my-s3-bucket/k?attributes",
                                      {{"x-amz-object-attributes", "ObjectParts"}, {"x-amz-part-number-marker", "2"}});
  CHECK(Element(rest, "IsTruncated") == "false");
  CHECK(Element(rest, "PartNumber") == "5");

  world.Put("plain", "whole");
  auto whole = world.Get("/my-s3-bucket/plain?partNumber=1");
  CHECK(whole["body"] == "whole");
  CHECK(whole.count("x-amz-mp-parts-count") == 0);
  CHECK(world.Get("/my-s3-bucket/plain?partNumber=2")["error"] == "InvalidPartNumber");
}

TEST_CASE("a part copied from an object", "[s3]") {
  UploadWorld world({{"x-amz-checksum-algorithm", "CRC32"}});
  world.Put("from", "0123456789");
  auto copy = [&](std::string range) {
    Headers headers = {{"x-amz-copy-source", "my-s3-bucket/from"}};
    if (!range.empty()) headers["x-amz-copy-source-range"] = range;
    return world.Ask("PUT", world.query + "&partNumber=1", "", headers);
  };
  CHECK(copy("bytes=0-21").error().code == "InvalidRange");
  CHECK(copy("bytes=0-10").error().code == "InvalidRange");
  CHECK(copy("bytes=10-10").error().code == "InvalidRange");
  for (const char* improper : {"0-2", "bytes=0", "bytes=hello-world", "bytes=0-bar", "bytes=hello-", "bytes=0-2,3-5",
                               "bytes=-3", "bytes=4-2", "bytes=0-"}) {
    CAPTURE(improper);
    CHECK(copy(improper).error().code == "InvalidArgument");
  }
  const auto done = copy("bytes=3-9");
  REQUIRE(done);
  CHECK(Element(done->body, "ChecksumCRC32") == Base64(DigestOf(Hash::kCrc32, "3456789")));
  CHECK(Element(done->body, "ETag") == "&quot;" + testing::Md5Hex("3456789") + "&quot;");
  CHECK(copy(""));
}

TEST_CASE("uploads are listed by pages", "[s3]") {
  World world;
  for (const char* key : {"a/1", "a/2", "b", "b", "c"})
    REQUIRE(world.Code("POST", Cat("/my-s3-bucket/", key, "?uploads")) == "200");
  std::vector<std::string> seen;
  std::string markers;
  for (int page = 0; page < 5; ++page) {
    const std::string xml = world.Body("/my-s3-bucket?uploads&max-uploads=2" + markers);
    for (size_t at = xml.find("<Upload>"); at != std::string::npos; at = xml.find("<Upload>", at + 1))
      seen.push_back(Element(xml.substr(at), "Key"));
    if (Element(xml, "IsTruncated") == "false") break;
    markers =
        Cat("&key-marker=", Element(xml, "NextKeyMarker"), "&upload-id-marker=", Element(xml, "NextUploadIdMarker"));
  }
  CHECK(seen == std::vector<std::string>{"a/1", "a/2", "b", "b", "c"});
  const std::string grouped = world.Body("/my-s3-bucket?uploads&delimiter=/");
  CHECK(Contains(grouped, "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"));
  CHECK_FALSE(Contains(grouped, "a/1"));
  CHECK(Element(world.Body("/my-s3-bucket?uploads&prefix=c"), "Prefix") == "c");
  CHECK(world.Body("/my-s3-bucket?uploads&max-uploads=x") == "InvalidArgument");
}

TEST_CASE("an upload that was left expires with its parts", "[s3]") {
  UploadWorld world;
  REQUIRE(world.Send(1, "1"));
  Instant written{};
  for (const ObjectInfo& info : world.store.List(kUploadsBucket, "", "", "", 10)->objects)
    written = std::max(written, info.modified_at);
  CHECK(ExpireUploads(world.store, written) == 0);
  CHECK(world.Code("GET", world.query) == "200");
  CHECK(ExpireUploads(world.store, written + std::chrono::seconds(1)) == 1);
  CHECK(world.Code("GET", world.query) == "NoSuchUpload");
  CHECK(world.store.List(kUploadsBucket, "", "", "", 10)->objects.empty());
  CHECK(ExpireUploads(world.store, written + std::chrono::seconds(1)) == 0);
}

TEST_CASE("tags and conditions of an upload in parts", "[s3]") {
  UploadWorld world({{"x-amz-tagging", "a=1&b=2"}});
  REQUIRE(world.Send(1, "1"));
  world.Put("k", "there");
  CHECK(world.CompleteCode(world.Part(1, "1"), {{"If-None-Match", "*"}}) == "PreconditionFailed");
  CHECK(world.CompleteCode(world.Part(1, "1"), {{"If-Match", testing::Md5Hex("there")}}) == "200");
  CHECK(world.Get("/my-s3-bucket/k")["x-amz-tagging-count"] == "2");
}
