#include <catch2/catch.hpp>

#include "api/s3/digest.h"
#include "api/s3/http_date.h"
#include "api/s3/request.h"
#include "api/s3/uri.h"
#include "api/s3/xml.h"

using namespace sandbox;
using namespace sandbox::s3;

TEST_CASE("checksums have the published check values", "[s3]") {
  CHECK(Hex(DigestOf(Hash::kCrc32, "123456789")) == "cbf43926");
  CHECK(Hex(DigestOf(Hash::kCrc32c, "123456789")) == "e3069283");
  CHECK(Hex(DigestOf(Hash::kCrc64Nvme, "123456789")) == "ae8b14860a799888");
  CHECK(Hex(DigestOf(Hash::kMd5, "")) == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(Hex(DigestOf(Hash::kSha1, "abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  Digest pieces(Hash::kCrc32);
  for (const char* piece : {"1", "2345678", "9"}) pieces.Update(piece);
  CHECK(Hex(pieces.Final()) == "cbf43926");
}

TEST_CASE("texts of bytes round trip", "[s3]") {
  for (const std::string bytes : {"a", "ab", "abc", "\xff\x01z"}) CHECK(FromBase64(Base64(bytes)) == bytes);
  CHECK_FALSE(FromBase64("a"));
  CHECK_FALSE(FromBase64("!!!!"));
  CHECK(FromHex("00fF") == std::string("\x00\xff", 2));
  CHECK_FALSE(FromHex("0"));
}

TEST_CASE("percent coding", "[s3]") {
  CHECK(PercentEncode("a b/=+~*\xc3\xa9", "/") == "a%20b/%3D%2B~%2A%C3%A9");
  CHECK(PercentEncode("/") == "%2F");
  CHECK(PercentDecode("a%20b+c") == "a b+c");
  CHECK(PercentDecode("a+b", Plus::kIsSpace) == "a b");
  CHECK_FALSE(PercentDecode("%"));
  CHECK_FALSE(PercentDecode("%g0"));
  CHECK(*ParseQuery("uploads&a=1%3D&b=") == Query{{"uploads", ""}, {"a", "1="}, {"b", ""}});
}

TEST_CASE("dates", "[s3]") {
  const Instant instant = *ParseAmzDate("20130524T000102Z");
  CHECK(FormatHttpDate(instant) == "Fri, 24 May 2013 00:01:02 GMT");
  CHECK(ParseHttpDate("Fri, 24 May 2013 00:01:02 GMT") == instant);
  CHECK(FormatXmlDate(instant + std::chrono::milliseconds(7)) == "2013-05-24T00:01:02.007Z");
  CHECK_FALSE(ParseAmzDate("yesterday"));
  for (const char* text : {"2013-05-24T00:01:02Z", "2013-05-24T00:01:02.007Z", "2013-05-24T00:01:02+00:00"})
    CHECK(ParseXmlDate(text) == instant);
  for (const char* text : {"", "2013-05-24", "2013-05-24T00:01:02", "2013-05-24T00:01:02.Zx"})
    CHECK_FALSE(ParseXmlDate(text));
}

TEST_CASE("documents of clients", "[s3]") {
  auto request = ParseDelete(
      "<Delete xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Object><Key>a&amp;b</Key></Object><Object><Key> "
      "</Key></Object><Quiet>true</Quiet></Delete>");
  REQUIRE(request);
  REQUIRE(request->objects.size() == 2);
  CHECK(request->objects[0].key == "a&b");
  CHECK(request->objects[1].key == " ");
  CHECK(request->quiet);
  for (const char* bad : {"", "<Delete>", "<Delete/>", "<Other/>", "<Delete><Object/></Delete>"})
    CHECK(ParseDelete(bad).error().code == "MalformedXML");
  auto parts = ParseComplete(
      "<x:CompleteMultipartUpload "
      "xmlns:x='y'><x:Part><x:PartNumber>2</x:PartNumber><x:ETag>\"ab\"</x:ETag></x:Part></x:CompleteMultipartUpload>");
  REQUIRE(parts);
  CHECK(parts->at(0).number == 2);
  CHECK(parts->at(0).etag == "ab");
  CHECK(EscapeXml("<a&\"\n>") == "&lt;a&amp;&quot;&#xa;&gt;");
}

TEST_CASE("a document deletes a thousand objects at most", "[s3]") {
  auto document = [](int count) {
    std::string text = "<Delete>";
    for (int i = 0; i < count; ++i) text += Cat("<Object><Key>", i, "</Key></Object>");
    return text + "</Delete>";
  };
  CHECK(ParseDelete(document(1000))->objects.size() == 1000);
  CHECK(ParseDelete(document(1001)).error().code == "MalformedXML");
}

TEST_CASE("a request names its bucket by path or by host", "[s3]") {
  net::HttpRequest http;
  http.method = "GET";
  http.target = "/bucket/a%20b//c%3D?x=1";
  http.headers.Set("Host", "localhost:30002");
  auto request = ParseRequest(http, {"localhost"});
  REQUIRE(request);
  CHECK(request->bucket == "bucket");
  CHECK(request->key == "a b//c=");
  CHECK(request->Param("x") == "1");
  http.headers.Set("Host", "my.bucket.localhost:30002");
  request = ParseRequest(http, {"localhost"});
  CHECK(request->bucket == "my.bucket");
  CHECK(request->key == "bucket/a b//c=");
  http.target = "/%zz";
  CHECK(ParseRequest(http, {}).error().code == "InvalidURI");
}
