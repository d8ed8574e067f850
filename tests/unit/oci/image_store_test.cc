// Images in the object store: what is kept, what is refused, what is listed.

#include "oci/image_store.h"

#include "objects/file_store.h"
#include "support/temp_directory.h"
#include "unit/oci/world.h"

namespace sandbox::oci {
namespace {

TEST_CASE("a blob is there under its digest, of both kinds, once it was verified", "[oci]") {
  World world;
  CHECK(world.store->OpenBlob(DigestOfBytes("layer")).error().reason == "BLOB_UNKNOWN");
  CHECK(world.Push("layer", DigestOfBytes("other")).error().reason == "DIGEST_INVALID");
  CHECK_FALSE(world.HasBlob("layer"));
  CHECK_FALSE(world.HasBlob("other"));
  world.Blob("layer");
  CHECK((*world.store->OpenBlob(DigestOfBytes("layer")))->ReadAt(0, 100) == "layer");
  const Digest longer = DigestOfBytes("layer", ObjectDigest::kSha512);
  CHECK(world.Push("layer2", longer).error().reason == "DIGEST_INVALID");
  REQUIRE(world.Push("layer", longer));
  CHECK((*world.store->OpenBlob(longer))->ReadAt(0, 100) == "layer");
}

TEST_CASE("a manifest is read by its tag and its digest, as it was pushed", "[oci]") {
  World world;
  const Digest digest = world.Image("team/app", "v1", "{}", "layer");
  CHECK(world.At("team/app", "v1") == digest.text);
  CHECK(world.At("team/app", digest.text) == digest.text);
  const auto reader = world.store->OpenManifest("team/app", "v1");
  CHECK((*reader)->ReadAt(0, 10000) == ImageOf("{}", "layer"));
  CHECK((*reader)->Info().attributes.content_type == kImageType);
  CHECK(world.At("team/app", "v2") == "MANIFEST_UNKNOWN");
  CHECK(world.At("team", "v1") == "MANIFEST_UNKNOWN");
  CHECK(world.At("team/app", "sha256:zz") == "MANIFEST_UNKNOWN");
}

TEST_CASE("a tag moves, and the digest stays", "[oci]") {
  World world;
  const Digest first = world.Image("app", "v1", "{}", "one"), second = world.Image("app", "v1", "{}", "two");
  CHECK(world.At("app", "v1") == second.text);
  CHECK(world.At("app", first.text) == first.text);
}

TEST_CASE("a manifest needs what it refers to, but not its subject", "[oci]") {
  World world;
  const std::string image = ImageOf("{}", "layer");
  CHECK(world.Put("app", "v1", image) == "MANIFEST_BLOB_UNKNOWN");
  world.Blob("{}");
  CHECK(world.Put("app", "v1", image) == "MANIFEST_BLOB_UNKNOWN");
  world.Blob("layer");
  CHECK(world.At("app", "v1") == "MANIFEST_UNKNOWN");
  CHECK(world.Put("app", "v1", image) == "");
  CHECK(world.Put("app", "all", IndexOf(image)) == "");
  CHECK(world.Put("other", "all", IndexOf(image)) == "MANIFEST_BLOB_UNKNOWN");
  CHECK(world.Put("app", "v2", ImageOf("{}", "layer", Cat(R"(,"subject":)", DescriptorOf("none", kImageType)))) == "");
}

TEST_CASE("a manifest under another digest than its own is not kept", "[oci]") {
  World world;
  world.Blob("{}");
  world.Blob("layer");
  const std::string image = ImageOf("{}", "layer");
  CHECK(world.Put("app", DigestOfBytes("other").text, image) == "DIGEST_INVALID");
  CHECK(world.Put("app", "v1", "{}") == "MANIFEST_INVALID");
  CHECK(world.store->Tags("app", "", 10).error().reason == "NAME_UNKNOWN");
  const Digest longer = DigestOfBytes(image, ObjectDigest::kSha512);
  CHECK(world.Put("app", longer.text, image) == "");
  CHECK(world.At("app", longer.text) == longer.text);
  CHECK(world.At("app", DigestOfBytes(image).text) == "MANIFEST_UNKNOWN");
  CHECK(world.store->PutManifest("app", longer.text, "", image, {"a", "b"}));
  CHECK(world.Tags("app") == Texts{"a", "b"});
  CHECK(world.At("app", "b") == longer.text);
}

TEST_CASE("tags and repositories are listed in order, in pages", "[oci]") {
  World world;
  for (const char* tag : {"b", "a", "B", "a.1", "c"}) world.Image("app", tag, "{}", "layer");
  for (const char* name : {"app/x", "app-x", "ap"}) world.Image(name, "t", "{}", "layer");
  CHECK(world.Tags("app") == Texts{"B", "a", "a.1", "b", "c"});
  CHECK(world.Tags("app", "a", 2) == Texts{"a.1", "b"});
  CHECK(world.store->Tags("app", "a", 2)->more);
  CHECK_FALSE(world.store->Tags("app", "a", 3)->more);
  CHECK(world.Tags("app", "zz").empty());
  CHECK(world.Tags("app", "", 0).empty());
  CHECK(world.store->Repositories("", 100)->names == Texts{"ap", "app", "app-x", "app/x"});
  CHECK(world.store->Repositories("app", 1)->names == Texts{"app-x"});
  CHECK(world.store->Repositories("app", 1)->more);
  CHECK(world.store->Repositories("app/x", 1)->names.empty());
}

TEST_CASE("referrers are found by their subject, also when they come first", "[oci]") {
  World world;
  const Digest subject = DigestOfBytes(ImageOf("{}", "layer"));
  const std::string to = Cat(R"(,"subject":)", DescriptorOf(ImageOf("{}", "layer"), kImageType));
  CHECK(world.store->Referrers("app", subject, "")->empty());
  world.Image("app", "sbom", "s", "t", to + R"(,"artifactType":"x/sbom","annotations":{"k":"v"})");
  const Digest other = world.Image("app", "sig", "u", "v", to);
  world.Image("app", "v1", "{}", "layer");
  CHECK(world.store->Referrers("app", subject, "")->size() == 2);
  const auto sboms = *world.store->Referrers("app", subject, "x/sbom");
  REQUIRE(sboms.size() == 1);
  CHECK(sboms[0].find(R"("artifactType":"x/sbom")") != std::string::npos);
  CHECK(sboms[0].find(R"("annotations":{"k":"v"})") != std::string::npos);
  CHECK(world.store->Referrers("other", subject, "")->empty());
  REQUIRE(world.store->RemoveManifest("app", other.text));
  CHECK(world.store->Referrers("app", subject, "")->size() == 1);
}

TEST_CASE("a tag is removed alone, a manifest with its tags", "[oci]") {
  World world;
  const Digest one = world.Image("app", "v1", "{}", "one");
  REQUIRE(world.Put("app", "v2", ImageOf("{}", "one")) == "");
  const Digest two = world.Image("app", "other", "{}", "two");
  REQUIRE(world.store->RemoveManifest("app", "v1"));
  CHECK(world.At("app", "v1") == "MANIFEST_UNKNOWN");
  CHECK(world.At("app", one.text) == one.text);
  CHECK(world.store->RemoveManifest("app", "v1").error().reason == "MANIFEST_UNKNOWN");
  REQUIRE(world.store->RemoveManifest("app", one.text));
  CHECK(world.At("app", one.text) == "MANIFEST_UNKNOWN");
  CHECK(world.At("app", "v2") == "MANIFEST_UNKNOWN");
  CHECK(world.Tags("app") == Texts{"other"});
  CHECK(world.At("app", "other") == two.text);
  CHECK(world.store->RemoveManifest("app", one.text).error().reason == "MANIFEST_UNKNOWN");
}

TEST_CASE("a repository whose last manifest was removed has no tags, and one that never was is not there", "[oci]") {
  World world;
  const Digest image = world.Image("team/app", "v1", "{}", "layer");
  REQUIRE(world.store->RemoveManifest("team/app", image.text));
  REQUIRE(world.store->Tags("team/app", "", 10));
  CHECK(world.Tags("team/app").empty());
  CHECK(world.store->Repositories("", 10)->names.empty());
  CHECK(world.store->Tags("team", "", 10).error().reason == "NAME_UNKNOWN");
}

TEST_CASE("a full disk does not stop a removal", "[oci]") {
  World world;
  const Digest image = world.Image("app", "v1", "{}", "layer");
  world.objects.on_commit = [](std::string_view) {
    return Fail(Code::kResourceExhausted, "DISK_FULL", "no space left");
  };
  CHECK(world.store->RemoveManifest("app", image.text));
  CHECK(world.At("app", "v1") == "MANIFEST_UNKNOWN");
}

TEST_CASE("a blob is not removed while an image needs it", "[oci]") {
  World world;
  const Digest image = world.Image("app", "v1", "{}", "layer");
  const Status refused = world.store->RemoveBlob(DigestOfBytes("layer"));
  CHECK(refused.error().reason == "UNSUPPORTED");
  CHECK(refused.error().message.find("app@" + image.text) != std::string::npos);
  REQUIRE(world.store->RemoveManifest("app", image.text));
  REQUIRE(world.store->RemoveBlob(DigestOfBytes("layer")));
  CHECK(world.store->RemoveBlob(DigestOfBytes("layer")).error().reason == "BLOB_UNKNOWN");
}

TEST_CASE("a full disk leaves no half of an image", "[oci]") {
  World world;
  world.Blob("{}");
  world.Blob("layer");
  std::string full;  // the bucket's first letters of the key that fails
  world.objects.on_commit = [&](std::string_view key) {
    return key.starts_with(full) ? Fail(Code::kResourceExhausted, "DISK_FULL", "no space left") : Status();
  };
  full = "app sha256:";
  CHECK(world.Put("app", "v1", ImageOf("{}", "layer")) == "DISK_FULL");
  CHECK(world.At("app", "v1") == "MANIFEST_UNKNOWN");
  full = "app v1";
  CHECK(world.Put("app", "v1", ImageOf("{}", "layer")) == "DISK_FULL");
  CHECK(world.At("app", "v1") == "MANIFEST_UNKNOWN");
  full = "sha256:";
  CHECK(world.Push("more", DigestOfBytes("more")).error().reason == "DISK_FULL");
  CHECK_FALSE(world.HasBlob("more"));
}

TEST_CASE("images are there after a restart, and what was half written is not", "[oci]") {
  testing::TempDirectory directory;
  HandClock clock;
  const std::string image = ImageOf("{}", "layer");
  std::unique_ptr<ObjectWriter> half;  // a process that is killed runs no destructor
  {
    auto objects = *objects::FileObjectStore::Open(directory.Path());
    auto store = *ImageStore::Open(*objects, clock);
    for (const char* bytes : {"{}", "layer"}) {
      auto writer = *store->CreateBlob();
      REQUIRE(writer->Append(bytes));
      REQUIRE(store->KeepBlob(*writer, DigestOfBytes(bytes)));
    }
    REQUIRE(store->PutManifest("app", "v1", "", image, {}));
    half = *store->CreateBlob();
    REQUIRE(half->Append(std::string(100'000, 'x')));
    CHECK_FALSE(std::filesystem::is_empty(directory.Path() + "/tmp"));
  }
  auto objects = *objects::FileObjectStore::Open(directory.Path());
  auto store = *ImageStore::Open(*objects, clock);
  CHECK(std::filesystem::is_empty(directory.Path() + "/tmp"));
  CHECK((*store->OpenManifest("app", "v1"))->ReadAt(0, 10000) == image);
  CHECK((*store->OpenBlob(DigestOfBytes("layer")))->ReadAt(0, 100) == "layer");
  CHECK(store->Tags("app", "", 10)->names == Texts{"v1"});
}

}  // namespace
}  // namespace sandbox::oci
