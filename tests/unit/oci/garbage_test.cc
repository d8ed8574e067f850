// Images without a tag, and blobs that no manifest refers to.

#include <atomic>
#include <thread>

#include "unit/oci/world.h"

namespace sandbox::oci {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

struct Aging : World {
  Collected Collect() { return *store->CollectGarbage(clock.Now() - minutes(60), clock.Now() - hours(24)); }
};

TEST_CASE("what no image needs goes after an hour", "[oci]") {
  Aging world;
  world.Image("app", "v1", "{}", "layer");
  world.Blob("alone");
  world.clock.Advance(minutes(60));
  CHECK(world.Collect().blobs == 0);
  world.clock.Advance(minutes(1));
  const Collected collected = world.Collect();
  CHECK(collected.blobs == 1);
  CHECK(collected.bytes == 5);
  CHECK_FALSE(world.HasBlob("alone"));
  CHECK(world.HasBlob("layer"));
  CHECK(world.HasBlob("{}"));
}

TEST_CASE("what was asked for or pushed again within the hour stays", "[oci]") {
  Aging world;
  world.Blob("asked");
  world.Blob("pushed");
  world.Blob("old");
  world.clock.Advance(minutes(50));
  REQUIRE(world.store->OpenBlob(DigestOfBytes("asked")));
  world.Blob("pushed");
  world.clock.Advance(minutes(50));
  CHECK(world.Collect().blobs == 1);
  CHECK(world.HasBlob("asked"));
  CHECK(world.HasBlob("pushed"));
  world.clock.Advance(minutes(50));
  CHECK(world.Collect().blobs == 2);
}

TEST_CASE("a repository without manifests is forgotten after a day", "[oci]") {
  Aging world;
  REQUIRE(world.store->RemoveManifest("app", world.Image("app", "v1", "{}", "layer").text));
  world.clock.Advance(hours(24));
  world.Collect();
  CHECK(world.store->Tags("app", "", 10));
  world.clock.Advance(minutes(1));
  world.Collect();
  CHECK(world.store->Tags("app", "", 10).error().reason == "NAME_UNKNOWN");
}

TEST_CASE("shared layers stay until the last image goes", "[oci]") {
  Aging world;
  const Digest one = world.Image("one", "v", "{}", "shared"), two = world.Image("two", "v", "c", "shared");
  world.clock.Advance(minutes(61));
  REQUIRE(world.store->RemoveManifest("one", one.text));
  CHECK(world.Collect().blobs == 1);
  CHECK(world.HasBlob("shared"));
  REQUIRE(world.store->RemoveManifest("two", two.text));
  CHECK(world.Collect().blobs == 2);
  CHECK_FALSE(world.HasBlob("shared"));
}

TEST_CASE("an image without a tag goes after a day, with its blobs", "[oci]") {
  Aging world;
  const Digest first = world.Image("app", "v1", "{}", "layer");
  world.clock.Advance(hours(100));
  SECTION("its tag was removed") { REQUIRE(world.store->RemoveManifest("app", "v1")); }
  SECTION("its tag leads to another") { world.Image("app", "v1", "c", "other"); }
  world.clock.Advance(hours(24));
  CHECK(world.Collect().manifests == 0);
  CHECK(world.At("app", first.text) == first.text);
  CHECK(world.HasBlob("layer"));
  world.clock.Advance(minutes(1));
  CHECK(world.Collect().manifests == 1);
  CHECK(world.At("app", first.text) == "MANIFEST_UNKNOWN");
  CHECK_FALSE(world.HasBlob("layer"));
}

TEST_CASE("what an index with a tag names, and what refers to an image with a tag, stays", "[oci]") {
  Aging world;
  const Digest image = world.Image("app", "built", "{}", "layer");
  REQUIRE(world.Put("app", "v1", IndexOf(ImageOf("{}", "layer")), kIndexType) == "");
  REQUIRE(world.store->RemoveManifest("app", "built"));
  const std::string signature =
      ImageOf("s", "signature", Cat(R"(,"subject":)", DescriptorOf(ImageOf("{}", "layer"), kImageType)));
  world.Blob("s");
  world.Blob("signature");
  REQUIRE(world.Put("app", DigestOfBytes(signature).text, signature) == "");
  world.clock.Advance(hours(25));
  CHECK(world.Collect().manifests == 0);
  REQUIRE(world.store->RemoveManifest("app", "v1"));
  world.clock.Advance(hours(25));
  CHECK(world.Collect().manifests == 3);
  CHECK(world.At("app", image.text) == "MANIFEST_UNKNOWN");
}

TEST_CASE("a manifest that cannot be read keeps everything", "[oci]") {
  Aging world;
  world.Blob("alone");
  REQUIRE(world.objects.Put(".oci-manifests", "app sha256:bad", "damaged", Durability::kCached));
  world.clock.Advance(minutes(61));
  CHECK_FALSE(world.store->CollectGarbage(world.clock.Now(), world.clock.Now()));
  CHECK(world.HasBlob("alone"));
}

TEST_CASE("entries of referrers go with them", "[oci]") {
  Aging world;
  const Digest digest =
      world.Image("app", "sig", "{}", "layer", Cat(R"(,"subject":)", DescriptorOf("image", kImageType)));
  CHECK(world.Collect().blobs == 0);
  CHECK(world.objects.List(".oci-referrers", "", "", "", 10)->objects.size() == 1);
  REQUIRE(world.store->RemoveManifest("app", digest.text));
  CHECK(world.Collect().blobs == 0);
  CHECK(world.objects.List(".oci-referrers", "", "", "", 10)->objects.empty());
}

// Every collection takes all that no manifest refers to at that moment, however new. Each client waits once for the end
// of a pass, so that passes lie between pushes on every machine; the last pass takes what the earlier ones left.
TEST_CASE("collecting beside pushes takes nothing that a manifest needs", "[oci]") {
  Aging world;
  std::atomic<int> pushing = 4, passes = 0, lost = 0;
  size_t collected = 0;
  const auto collect = [&] {
    collected += world.store->CollectGarbage(world.clock.Now() + minutes(1), world.clock.Now() - hours(1))->blobs;
    ++passes;
    passes.notify_all();
  };
  std::thread collector([&] {
    while (pushing > 0) collect();
  });
  std::vector<std::thread> pushers;
  for (int client = 0; client < 4; ++client) {
    pushers.emplace_back([&, client] {
      for (int i = 0; i < 50; ++i) {
        if (i == 25) passes.wait(passes);
        const std::string config = Cat("c", client, "-", i), layer = Cat("shared", i % 5),
                          image = ImageOf(config, layer);
        while (true) {
          for (const std::string& bytes : {config, layer}) {
            auto writer = *world.store->CreateBlob();
            if (!writer->Append(bytes) || !world.store->KeepBlob(*writer, DigestOfBytes(bytes))) ++lost;
          }
          const auto put = world.store->PutManifest("app", Cat("t", client, "-", i), "", image, {});
          if (put) break;
          if (put.error().reason != "MANIFEST_BLOB_UNKNOWN") ++lost;
        }
        if (i % 2 == 0 && !world.store->RemoveManifest("app", DigestOfBytes(image).text)) ++lost;
      }
      --pushing;
    });
  }
  for (std::thread& pusher : pushers) pusher.join();
  collector.join();
  collect();
  CHECK(lost == 0);
  CHECK(collected >= 100);
  CHECK(world.Tags("app", "", 1000).size() == 100);
  for (int client = 0; client < 4; ++client) {
    for (int i = 1; i < 50; i += 2) CHECK(world.HasBlob(Cat("c", client, "-", i)));
  }
  for (int i = 0; i < 5; ++i) CHECK(world.HasBlob(Cat("shared", i)));
}

}  // namespace
}  // namespace sandbox::oci
