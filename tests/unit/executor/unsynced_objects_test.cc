// What becomes of objects that the engine wrote without a sync of their own.

#include "executor/unsynced_objects.h"

#include <catch2/catch.hpp>

#include "sim/fakes.h"
#include "store/sync_store.h"

namespace sandbox::executor {
namespace {

using namespace std::chrono_literals;

const std::string kUri = "s3://my-s3-bucket/k";

class Objects final : public sim::FakeObjects {
 public:
  Status Sync() override {
    ++syncs;
    if (failing) return Fail(Code::kUnavailable, "DISK", "Input/output error");
    return FakeObjects::Sync();
  }
  int syncs = 0;
  bool failing = false;
};

struct Bench {
  void Settle() {
    while (!loop.posted.empty() || !workers.tasks.empty() || store->Flush() > 0) {
      for (auto& task : std::exchange(workers.tasks, {})) task();
      for (auto& task : std::exchange(loop.posted, {})) task();
    }
  }
  void Pass(Duration time) {
    clock.now += time;
    while (loop.FireTimer(clock.now)) {
    }
    Settle();
  }
  std::vector<model::UnsyncedObject> Write(const std::string& bytes, Durability durability = Durability::kSynced) {
    std::vector<model::UnsyncedObject> out;
    REQUIRE(unsynced->Write({kUri, bytes, durability}, out));
    return out;
  }
  void Commit(const std::vector<model::UnsyncedObject>& copies) {
    store->Write(
        [&](MetadataWriter& writer) {
          for (const auto& copy : copies) REQUIRE(writer.InsertUnsyncedObject(copy));
          return Status();
        },
        {});
    store->Flush();
    unsynced->OnCommitted(copies);
    Settle();
  }
  size_t Copies() {
    return store->Query([](MetadataReader& reader) { return reader.ListUnsyncedObjects("").size(); });
  }
  void Boot(const std::string& boot) {
    unsynced = std::make_unique<UnsyncedObjects>(UnsyncedDeps{loop, workers, clock, *store, objects}, boot);
  }

  sim::FakeClock clock;
  sim::FakeLoop loop{false};
  sim::FakeWorkers workers;
  Objects objects;
  std::unique_ptr<store::SyncStore> store = *store::SyncStore::Open();
  std::unique_ptr<UnsyncedObjects> unsynced =
      std::make_unique<UnsyncedObjects>(UnsyncedDeps{loop, workers, clock, *store, objects}, "first");
};

}  // namespace

TEST_CASE("a small object is copied into its commit, a large one synced", "[unsynced]") {
  Bench bench;
  const auto small = bench.Write("small");
  REQUIRE(small.size() == 1);
  CHECK(small[0].uri == kUri);
  CHECK(small[0].bytes == "small");
  CHECK(small[0].boot == "first");
  bench.objects.LosePower([] { return false; });
  CHECK_FALSE(bench.objects.Find("k"));
  CHECK(bench.Write(std::string(100'000, 'x')).empty());
  bench.objects.LosePower([] { return false; });
  CHECK(bench.objects.Find("k"));
}

TEST_CASE("what can be made again is neither synced nor copied", "[unsynced]") {
  Bench bench;
  CHECK(bench.Write("small", Durability::kCached).empty());
  bench.objects.LosePower([] { return false; });
  CHECK_FALSE(bench.objects.Find("k"));
}

TEST_CASE("copies are deleted when the objects are synced, all of a minute at once", "[unsynced]") {
  Bench bench;
  bench.Commit(bench.Write("1"));
  bench.Commit(bench.Write("2"));
  bench.Pass(59s);
  CHECK(bench.objects.syncs == 0);
  CHECK(bench.Copies() == 2);
  bench.Pass(1s);
  CHECK(bench.objects.syncs == 1);
  CHECK(bench.Copies() == 0);
  bench.Pass(10min);
  CHECK(bench.objects.syncs == 1);
}

TEST_CASE("many copies are not kept for a minute", "[unsynced]") {
  Bench bench;
  for (int i = 0; i < 800; ++i) bench.Commit(bench.Write(std::string(15'000, 'x')));
  CHECK(bench.objects.syncs == 1);
  CHECK(bench.Copies() < 400);
}

TEST_CASE("a sync that fails deletes nothing, and is tried again", "[unsynced]") {
  Bench bench;
  bench.objects.failing = true;
  bench.Commit(bench.Write("1"));
  bench.Pass(60s);
  CHECK(bench.objects.syncs == 1);
  CHECK(bench.Copies() == 1);
  bench.objects.failing = false;
  bench.Pass(60s);
  CHECK(bench.Copies() == 0);
}

TEST_CASE("what a power cut took away is written again", "[unsynced]") {
  Bench bench;
  bench.objects.Set("k", "old");
  bench.Commit(bench.Write("first"));
  bench.Commit(bench.Write("last"));
  SECTION("it is gone, and an older one in its place") {
    bench.objects.LosePower([] { return false; });
    REQUIRE(bench.objects.Find("k") == "old");
  }
  SECTION("it is damaged") { bench.objects.Set("k", std::string(4, '\0')); }
  bench.Boot("second");
  REQUIRE(bench.unsynced->Restore());
  CHECK(bench.objects.Find("k") == "last");
  bench.objects.LosePower([] { return false; });
  CHECK(bench.objects.Find("k") == "last");
  bench.Settle();
  CHECK(bench.Copies() == 0);
}

TEST_CASE("an object that somebody has replaced since stays as it is", "[unsynced]") {
  Bench bench;
  bench.Commit(bench.Write("the engine's"));
  auto writer = *bench.objects.Create("my-s3-bucket", "k", {Durability::kSynced});
  REQUIRE(writer->Append("a user's"));
  writer->SetModifiedAt(bench.clock.now + 1s);
  REQUIRE(writer->Commit());
  bench.Boot("second");
  REQUIRE(bench.unsynced->Restore());
  CHECK(bench.objects.Find("k") == "a user's");
}

TEST_CASE("the end of the process alone loses nothing: objects are not even looked at", "[unsynced]") {
  Bench bench;
  bench.Commit(bench.Write("1"));
  bench.objects.Set("k", "another");
  bench.Boot("first");
  REQUIRE(bench.unsynced->Restore());
  CHECK(bench.objects.Find("k") == "another");
  CHECK(bench.Copies() == 1);
  SECTION("but when it is not known whether the machine was started anew") {
    bench.Boot("");
    REQUIRE(bench.unsynced->Restore());
    CHECK(bench.objects.Find("k") == "1");
  }
}

TEST_CASE("a disk that refuses what was lost says which object", "[unsynced]") {
  Bench bench;
  bench.Commit(bench.Write("1"));
  bench.objects.LosePower([] { return false; });
  bench.objects.on_commit = [](std::string_view) -> Status { return Fail(Code::kInternal, "DISK", "read only"); };
  bench.Boot("second");
  const auto restored = bench.unsynced->Restore();
  REQUIRE_FALSE(restored);
  CHECK(restored.error().message == "while writing s3://my-s3-bucket/k: read only");
  bench.Settle();
  CHECK(bench.Copies() == 1);
}

}  // namespace sandbox::executor
