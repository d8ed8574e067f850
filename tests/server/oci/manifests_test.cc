// Manifests over real sockets.

#include "server/oci/running_registry.h"

namespace sandbox::oci {
namespace {

const std::string kImage = ImageOf("{}", "layer");

struct WithBlobs : RunningRegistry {
  WithBlobs() {
    REQUIRE(PushBlob("{}") == "201");
    REQUIRE(PushBlob("layer") == "201");
  }
  Reply Put(const std::string& reference, const std::string& manifest, std::string_view type = kImageType) {
    return Ask("PUT", "/v2/app/manifests/" + reference, manifest, Cat("Content-Type: ", type, "\r\n"));
  }
};

TEST_CASE("a manifest is pushed by tag and read by tag and digest", "[oci]") {
  WithBlobs registry;
  const std::string digest = DigestOfBytes(kImage).text;
  const Reply made = registry.Put("v1", kImage);
  CHECK(made.Code() == "201");
  CHECK(made.Get("Location") == "/v2/app/manifests/" + digest);
  CHECK(made.Get("Docker-Content-Digest") == digest);
  CHECK(made.Get("OCI-Subject").empty());
  for (const std::string& reference : {std::string("v1"), digest}) {
    const Reply got = registry.Ask("GET", "/v2/app/manifests/" + reference);
    CHECK(got.Code() == "200");
    CHECK(got.body == kImage);
    CHECK(got.Get("Content-Type") == kImageType);
    CHECK(got.Get("Docker-Content-Digest") == digest);
    const Reply head = registry.Ask("HEAD", "/v2/app/manifests/" + reference);
    CHECK(head.status == 200);
    CHECK(head.Get("Content-Length") == std::to_string(kImage.size()));
    CHECK(head.Get("Content-Type") == kImageType);
  }
  CHECK(registry.Ask("GET", "/v2/app/manifests/v1", "", Cat("If-None-Match: \"", digest, "\"\r\n")).status == 304);
}

TEST_CASE("a manifest is pushed by digest, and with tags beside it", "[oci]") {
  WithBlobs registry;
  const std::string digest = DigestOfBytes(kImage).text;
  CHECK(registry.Put(digest, kImage).Code() == "201");
  CHECK(registry.Ask("GET", "/v2/app/tags/list").body == R"({"name":"app","tags":[]})");
  CHECK(registry.Put(digest + "?tag=a&tag=b", kImage).Get("OCI-Tag") == "a, b");
  CHECK(registry.Ask("GET", "/v2/app/tags/list").body == R"({"name":"app","tags":["a","b"]})");
  CHECK(registry.Put(digest + "?tag=-x", kImage).Code() == "400 MANIFEST_INVALID");
  CHECK(registry.Put(DigestOfBytes("other").text, kImage).Code() == "400 DIGEST_INVALID");
  CHECK(registry.Put("sha256:zz", kImage).Code() == "400 DIGEST_INVALID");
}

TEST_CASE("Docker's manifests and lists", "[oci]") {
  WithBlobs registry;
  constexpr std::string_view kImageOfDocker = "application/vnd.docker.distribution.manifest.v2+json";
  std::string image = kImage;
  image.replace(image.find(kImageType), kImageType.size(), kImageOfDocker);
  CHECK(registry.Put("v1", image, kImageOfDocker).Code() == "201");
  CHECK(registry.Ask("GET", "/v2/app/manifests/v1").Get("Content-Type") == kImageOfDocker);
  constexpr std::string_view kListOfDocker = "application/vnd.docker.distribution.manifest.list.v2+json";
  std::string list = IndexOf(image);
  list.replace(list.find(kIndexType), kIndexType.size(), kListOfDocker);
  CHECK(registry.Put("all", list, kListOfDocker).Code() == "201");
  CHECK(registry.Put("old", "{}", "application/vnd.docker.distribution.manifest.v1+json").Code() ==
        "400 MANIFEST_INVALID");
}

TEST_CASE("what is refused of manifests", "[oci]") {
  WithBlobs registry;
  CHECK(registry.Put("v1", "{}").Code() == "400 MANIFEST_INVALID");
  CHECK(registry.Put("v1", "").Code() == "400 MANIFEST_INVALID");
  CHECK(registry.Put("v1", kImage, kIndexType).Code() == "400 MANIFEST_INVALID");
  CHECK(registry.Put("v1", kImage, "text/plain").Code() == "400 MANIFEST_INVALID");
  CHECK(registry.Put("-v1", kImage).Code() == "400 MANIFEST_INVALID");
  CHECK(registry.Put("v1", ImageOf("{}", "none")).Code() == "404 MANIFEST_BLOB_UNKNOWN");
  CHECK(registry.Put("v1", IndexOf("none"), kIndexType).Code() == "404 MANIFEST_BLOB_UNKNOWN");
  CHECK(registry.Code("PUT", "/v2/App/manifests/v1", kImage) == "400 NAME_INVALID");
  CHECK(registry.Code("POST", "/v2/app/manifests/v1", kImage) == "405 UNSUPPORTED");
  CHECK(registry.Code("GET", "/v2/app/manifests/v1") == "404 MANIFEST_UNKNOWN");
  CHECK(registry.Code("GET", "/v2/app/manifests/.none") == "404 MANIFEST_UNKNOWN");
  CHECK(registry.Code("GET", "/v2/app/manifests/" + DigestOfBytes("none").text) == "404 MANIFEST_UNKNOWN");
}

TEST_CASE("a manifest has at most 4 MiB", "[oci]") {
  WithBlobs registry;
  const auto padded = [](size_t bytes) {
    const std::string frame = ImageOf("{}", "layer", R"(,"annotations":{"pad":""})");
    return ImageOf("{}", "layer", Cat(R"(,"annotations":{"pad":")", std::string(bytes - frame.size(), 'x'), "\"}"));
  };
  CHECK(registry.Put("most", padded(4 << 20)).Code() == "201");
  CHECK(registry.Ask("GET", "/v2/app/manifests/most").body.size() == 4 << 20);
  CHECK(registry.Put("more", padded((4 << 20) + 1)).Code() == "413 SIZE_INVALID");
}

TEST_CASE("a subject is told back, and need not be there", "[oci]") {
  WithBlobs registry;
  const std::string image = ImageOf("{}", "layer", Cat(R"(,"subject":)", DescriptorOf("none", kImageType)));
  CHECK(registry.Put("sig", image).Get("OCI-Subject") == DigestOfBytes("none").text);
}

TEST_CASE("a tag and a manifest are removed", "[oci]") {
  WithBlobs registry;
  const std::string path = "/v2/app/manifests/" + DigestOfBytes(kImage).text;
  REQUIRE(registry.Put("v1", kImage).status == 201);
  REQUIRE(registry.Put("v2", kImage).status == 201);
  CHECK(registry.Code("DELETE", "/v2/app/manifests/v1") == "202");
  CHECK(registry.Code("DELETE", "/v2/app/manifests/v1") == "404 MANIFEST_UNKNOWN");
  CHECK(registry.Code("GET", path) == "200");
  CHECK(registry.Code("DELETE", path) == "202");
  CHECK(registry.Code("DELETE", path) == "404 MANIFEST_UNKNOWN");
  CHECK(registry.Code("GET", "/v2/app/manifests/v2") == "404 MANIFEST_UNKNOWN");
}

TEST_CASE("after the last image its blobs go, when they are old enough", "[oci]") {
  WithBlobs registry;
  REQUIRE(registry.Put("v1", kImage).status == 201);
  registry.clock.Advance(std::chrono::minutes(61));
  REQUIRE(registry.PushImage("other", "v1", "c", "layer").status == 201);
  CHECK(registry.Code("DELETE", "/v2/app/manifests/" + DigestOfBytes(kImage).text) == "202");
  CHECK(RunningRegistry::Until([&] { return !registry.objects->Head(".oci-blobs", DigestOfBytes("{}").text); }));
  CHECK(registry.objects->Head(".oci-blobs", DigestOfBytes("layer").text));
}

}  // namespace
}  // namespace sandbox::oci
