// Names, digests, and what is read of manifests.

#include "oci/names.h"

#include "unit/oci/world.h"

namespace sandbox::oci {
namespace {

TEST_CASE("repositories have the specification's names and no others", "[oci]") {
  for (const char* right : {"a", "0", "library/busybox", "a.b", "a_b", "a__b", "a-b", "a---b", "a/b/c", "blobs/uploads",
                            "manifests/manifests", "a1/b2_c3/d"})
    CHECK(IsRepository(right));
  for (const char* wrong :
       {"",      "/",  "a/", "/a", "a//b", "A",    "a/B", "..",  "a/..", "a/./b", ".a",       "a.",   "a..b",
        "a___b", "_a", "a_", "-a", "a-",   "a._b", "a b", "a:b", "a@b",  "a\nb",  "\xc3\xa4", "a%2fb"}) {
    CAPTURE(wrong);
    CHECK_FALSE(IsRepository(wrong));
  }
  CHECK(IsRepository(std::string(255, 'a')));
  CHECK_FALSE(IsRepository(std::string(256, 'a')));
  CHECK_FALSE(IsRepository(std::string_view("a\0b", 3)));
}

TEST_CASE("tags", "[oci]") {
  for (const char* right : {"latest", "v1.2.3", "_x", "A", "0", "a-b.c_d", "sha256-0a"}) CHECK(IsTag(right));
  for (const char* wrong : {"", ".a", "-a", "a b", "a/b", "a:b", "..", "\xc3\xa4"}) CHECK_FALSE(IsTag(wrong));
  CHECK(IsTag(std::string(128, 'a')));
  CHECK_FALSE(IsTag(std::string(129, 'a')));
}

TEST_CASE("digests", "[oci]") {
  const std::string hex(64, 'a');
  CHECK(ParseDigest("sha256:" + hex)->kind == ObjectDigest::kSha256);
  CHECK(ParseDigest("sha512:" + hex + hex)->kind == ObjectDigest::kSha512);
  for (const std::string& wrong : {hex, "sha256:" + hex + "a", "sha256:" + hex.substr(1), "sha512:" + hex, "md5:" + hex,
                                   "sha256:" + std::string(64, 'A'), "sha256:" + std::string(64, 'g'),
                                   "sha256:../" + hex.substr(3), std::string("sha256:")})
    CHECK_FALSE(ParseDigest(wrong));
}

std::string Refused(const std::string& bytes, std::string_view type = "") {
  const auto manifest = ParseManifest(bytes, type);
  return manifest ? "" : manifest.error().reason == "MANIFEST_INVALID" ? manifest.error().message : "(reason)";
}
bool Names(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_CASE("a manifest's references are read", "[oci]") {
  const auto image = ParseManifest(
      ImageOf("{}", "layer", Cat(R"(,"annotations":{"a":"b"},"subject":)", DescriptorOf("other", kImageType))), "");
  REQUIRE(image);
  CHECK(image->blobs == std::vector<Digest>{DigestOfBytes("{}"), DigestOfBytes("layer")});
  CHECK(image->subject == DigestOfBytes("other"));
  CHECK(image->artifact_type == "application/vnd.oci.image.config.v1+json");
  CHECK(image->annotations == R"({"a":"b"})");
  const auto index = ParseManifest(IndexOf("m", R"(,"artifactType":"x/y")"), kIndexType);
  REQUIRE(index);
  CHECK(index->manifests == std::vector<Digest>{DigestOfBytes("m")});
  CHECK(index->blobs.empty());
  CHECK(index->artifact_type == "x/y");
}

TEST_CASE("Docker's media types, and a type that only the request says", "[oci]") {
  std::string image = ImageOf("{}", "layer");
  const std::string own = Cat(R"("mediaType":")", kImageType, R"(",)");
  image.erase(image.find(own), own.size());
  CHECK(ParseManifest(image, "application/vnd.docker.distribution.manifest.v2+json; charset=utf-8")->media_type ==
        "application/vnd.docker.distribution.manifest.v2+json");
  CHECK(Names(Refused(image), "media type ''"));
  CHECK(Names(Refused(image, "application/vnd.docker.distribution.manifest.v1+prettyjws"), "schema 1"));
  CHECK(Names(Refused(ImageOf("{}", "l"), kIndexType), "mediaType"));
}

TEST_CASE("layers that lie elsewhere need not be here", "[oci]") {
  std::string image = ImageOf("{}", "layer");
  const std::string type = "application/vnd.oci.image.layer.v1.tar";
  image.replace(image.find(type), type.size(), "application/vnd.oci.image.layer.nondistributable.v1.tar");
  CHECK(ParseManifest(image, "")->blobs == std::vector<Digest>{DigestOfBytes("{}")});
}

TEST_CASE("what is wrong with a manifest is named", "[oci]") {
  CHECK(Names(Refused("not JSON"), "JSON object"));
  CHECK(Names(Refused("[]"), "JSON object"));
  const std::string head = Cat(R"({"schemaVersion":2,"mediaType":")", kImageType, "\"");
  CHECK(Names(Refused(head + "}"), "config"));
  CHECK(Names(Refused(head + R"(,"config":7,"layers":[]})"), "config"));
  CHECK(Names(Refused(head + R"(,"config":{"digest":"sha256:x","size":1},"layers":[]})"), "config.digest"));
  const std::string config = R"(,"config":)" + DescriptorOf("{}", "a/b");
  CHECK(Names(Refused(head + config + "}"), "layers"));
  CHECK(Names(Refused(head + config + R"(,"layers":[{}]})"), "layers[0].digest"));
  CHECK(Refused(head + config + R"(,"layers":[]})").empty());
  CHECK(Names(Refused(head + config + R"(,"layers":[],"subject":{}})"), "subject.digest"));
  std::string negative = head + config + R"(,"layers":[]})";
  negative.replace(negative.find("\"size\":2"), 8, "\"size\":-2");
  CHECK(Names(Refused(negative), "config.size"));
  CHECK(Names(Refused(Cat(R"({"schemaVersion":1,"mediaType":")", kImageType, "\"}")), "schemaVersion"));
  CHECK(Names(Refused(std::string(100000, '[')), "JSON object"));
}

}  // namespace
}  // namespace sandbox::oci
