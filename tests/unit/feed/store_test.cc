// What the stores tell of their commits: after the sync, in order, and nothing of what failed or was lost.

#include <catch2/catch.hpp>
#include <filesystem>
#include <future>

#include "feed/feed.h"
#include "store/sqlite_store.h"
#include "store/sync_store.h"

namespace sandbox::feed {
namespace {

model::ExecutionRecord Execution(const std::string& name) {
  model::ExecutionRecord out;
  out.id = {"p", "d", name};
  out.phase = model::ExecutionPhase::kRunning;
  return out;
}

model::NodeRecord Node(const std::string& execution, const std::string& node) {
  model::NodeRecord out;
  out.id = {{"p", "d", execution}, node};
  out.phase = model::NodePhase::kQueued;
  return out;
}

std::string Text(const Subscription::Batch& batch) {
  std::string out = batch.reset ? "reset" : "";
  for (const Numbered& each : batch.changes)
    out += (out.empty() ? "" : " ") + std::to_string(each.commit) + ":" + KeyOf(each.change);
  return out;
}

struct Stores {
  Feed feed;
  std::unique_ptr<store::SyncStore> store = std::move(store::SyncStore::Open().value());
  std::unique_ptr<Subscription> reader = feed.Subscribe(ChangeKinds::All(), {}, {}, [] {});

  Stores() { store->TellChanges(feed); }
  void Write(MetadataStore::Work work) { store->Write(std::move(work), {}); }
  std::string TakenText() { return Text(reader->Take()); }
};

TEST_CASE("changes are told when they are synced, one commit a work", "[feed]") {
  Stores s;
  s.Write([](MetadataWriter& w) { return w.InsertExecution(Execution("a")); });
  s.Write([](MetadataWriter& w) -> Status {
    if (auto put = w.PutNode(Node("a", "n0")); !put) return put;
    return w.SetExecutionState({"p", "d", "a"}, 1, Instant{});
  });
  s.store->Commit();
  CHECK(s.TakenText().empty());
  s.store->Sync();
  // The execution's second change took the place of the first.
  CHECK(s.TakenText() == "1:e/p/d/a 2:n/p/d/a/n0");
  s.Write([](MetadataWriter& w) -> Status {
    if (auto put = w.PutNode(Node("a", "n0")); !put) return put;
    return w.SetExecutionState({"p", "d", "a"}, 0, Instant{});
  });
  s.store->Flush();
  CHECK(s.TakenText() == "3:n/p/d/a/n0 3:e/p/d/a");
}

TEST_CASE("nothing is told of what was refused, taken back or lost", "[feed]") {
  Stores s;
  s.Write([](MetadataWriter& w) { return w.InsertExecution(Execution("a")); });
  s.Write([](MetadataWriter& w) { return w.InsertExecution(Execution("a")); });
  s.Write([](MetadataWriter& w) -> Status {
    if (auto put = w.PutNode(Node("a", "n0")); !put) return put;
    return InvalidArgument("no");
  });
  s.store->Flush();
  CHECK(s.TakenText() == "1:e/p/d/a");
  s.Write([](MetadataWriter& w) { return w.PutNode(Node("a", "n1")); });
  s.store->Commit();
  s.store->LosePower();
  s.Write([](MetadataWriter& w) { return w.PutNode(Node("a", "n2")); });
  s.store->Flush();
  CHECK(s.TakenText() == "2:n/p/d/a/n2");
}

TEST_CASE("every kind of row is told", "[feed]") {
  Stores s;
  const EntityId plan{EntityKind::kLaunchPlan, "p", "d", "plan", "v1"};
  s.Write([&](MetadataWriter& w) -> Status {
    model::EntityRecord entity;
    entity.id = plan;
    if (auto put = w.InsertEntity(entity); !put) return put;
    return w.SetLaunchPlanState(plan, 1, Instant{});
  });
  s.Write([&](MetadataWriter& w) { return w.PutScheduleFire(plan, Instant(Duration(5))); });
  s.Write([](MetadataWriter& w) { return w.PutAttributes({{"p", "d", "", "", 0}, 10, ""}); });
  s.Write([](MetadataWriter& w) { return w.DeleteAttributes({"p", "d", "", "", 0}); });
  s.Write([](MetadataWriter& w) {
    model::TaskRecord task;
    task.id = {{{"p", "d", "a"}, "n0"}, 2};
    return w.PutTask(task);
  });
  s.Write([](MetadataWriter& w) { return w.PutSignal({{"p", "d", "a"}, "go", "", "", Instant{}}); });
  s.store->Flush();
  CHECK(s.TakenText() == "1:d/3/p/d/plan/v1 2:t/3/p/d/plan/v1 3:l/0/p/d// 5:a/p/d/a/n0/2 6:s/p/d/a/go");
}

TEST_CASE("nothing is copied while nobody reads", "[feed]") {
  Stores s;
  s.reader.reset();
  s.Write([](MetadataWriter& w) { return w.InsertExecution(Execution("a")); });
  s.store->Commit();
  s.reader = s.feed.Subscribe(ChangeKinds::All(), {}, {}, [] {});
  s.store->Sync();
  CHECK(s.TakenText().empty());
}

TEST_CASE("the store of the platform tells before it answers, for commits in the call too", "[feed]") {
  char name[] = "/tmp/sandbox-feed-XXXXXX";
  const std::string folder = mkdtemp(name);
  {
    Feed feed;
    const auto reader = feed.Subscribe(ChangeKinds::All(), {}, {}, [] {});
    auto store = std::move(store::SqliteStore::Open(folder + "/metadata.db").value());
    store->TellChanges(feed);
    std::promise<std::string> told;
    store->WriteBehind(
        MetadataStore::Size::kSmall, [](MetadataWriter& w) { return w.InsertExecution(Execution("a")); }, {},
        [&](const Status&) { told.set_value(Text(reader->Take())); });
    CHECK(told.get_future().get() == "1:e/p/d/a");
    std::promise<std::string> again;
    store->Write([](MetadataWriter& w) { return w.PutNode(Node("a", "n0")); },
                 [&](const Status&) { again.set_value(Text(reader->Take())); });
    CHECK(again.get_future().get() == "2:n/p/d/a/n0");
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sandbox::feed
