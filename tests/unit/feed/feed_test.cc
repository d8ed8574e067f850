// Readers of the feed: order, the latest of a row, limits, and who is woken.

#include "feed/feed.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace sandbox::feed {
namespace {

Change Node(const std::string& name, model::NodePhase phase = model::NodePhase::kRunning, size_t message = 0) {
  auto row = std::make_shared<model::NodeRecord>();
  row->id = {{"p", "d", "x"}, name};
  row->phase = phase;
  if (message > 0) row->error = model::ExecutionError{"Error", std::string(message, 'e'), "", {}, {}, ""};
  return NodeChange{std::move(row)};
}

Change Execution(const std::string& name) { return ExecutionChange{{"p", "d", name}, nullptr}; }

// "1:n/p/d/x/a 2:..." : commit and row of each.
std::string Text(const Subscription::Batch& batch) {
  std::string out = batch.reset ? "reset" : "";
  for (const Numbered& each : batch.changes)
    out += (out.empty() ? "" : " ") + std::to_string(each.commit) + ":" + KeyOf(each.change);
  return out;
}

std::unique_ptr<Subscription> Read(Feed& feed, Limits limits = {}, ChangeKinds kinds = ChangeKinds::All()) {
  return feed.Subscribe(kinds, {}, limits, [] {});
}

TEST_CASE("a reader gets commits in their order, those of one commit adjacent", "[feed]") {
  Feed feed;
  const auto reader = Read(feed);
  feed.Publish({Node("a"), Execution("x")});
  feed.Publish({Node("b")});
  CHECK(Text(reader->Take()) == "1:n/p/d/x/a 1:e/p/d/x 2:n/p/d/x/b");
  CHECK(Text(reader->Take()).empty());
  feed.Publish({Node("a")});
  CHECK(Text(reader->Take()) == "3:n/p/d/x/a");
}

TEST_CASE("a newer change of a row takes the place of the one that waits", "[feed]") {
  Feed feed;
  const auto reader = Read(feed);
  feed.Publish({Node("a", model::NodePhase::kQueued)});
  feed.Publish({Node("b")});
  feed.Publish({Node("a", model::NodePhase::kSucceeded)});
  const auto batch = reader->Take();
  CHECK(Text(batch) == "1:n/p/d/x/a 2:n/p/d/x/b");
  CHECK(std::get<NodeChange>(batch.changes[0].change).row->phase == model::NodePhase::kSucceeded);
}

TEST_CASE("a reader that is too slow is told to begin anew, and goes on from there", "[feed]") {
  Feed feed;
  const auto few = Read(feed, {3, 1 << 20}), small = Read(feed, {1000, 20'000});
  for (int i = 0; i < 4; ++i) feed.Publish({Node("n" + std::to_string(i), model::NodePhase::kFailed, 100)});
  CHECK(Text(few->Take()) == "reset");
  CHECK(small->Take().changes.size() == 4);
  feed.Publish({Node("a", model::NodePhase::kFailed, 30'000)});
  feed.Publish({Node("b")});
  CHECK(Text(small->Take()) == "reset 6:n/p/d/x/b");
  CHECK(Text(few->Take()) == "5:n/p/d/x/a 6:n/p/d/x/b");
}

TEST_CASE("a reader that sleeps under changes of many rows costs at most its limit", "[feed]") {
  Feed feed;
  const auto reader = Read(feed);
  for (int i = 0; i < 15'000; ++i) feed.Publish({Node("n" + std::to_string(i), model::NodePhase::kRunning, 700)});
  size_t bytes = 0;
  const auto batch = reader->Take();
  for (const Numbered& each : batch.changes) bytes += BytesOf(each.change);
  CHECK(batch.reset);
  CHECK(bytes <= Limits{}.bytes);
  CHECK(batch.changes.size() <= Limits{}.changes);
}

TEST_CASE("kinds and narrowing: what nobody reads is not wanted", "[feed]") {
  Feed feed;
  CHECK(feed.Wanted().Bits() == 0);
  auto nodes = Read(feed, {}, ChangeKinds::Of<NodeChange>());
  const auto one = feed.Subscribe(
      ChangeKinds::Of<NodeChange, ExecutionChange>(),
      [](const Change& change) { return KeyOf(change).ends_with("/x"); }, {}, [] {});
  CHECK(feed.Wanted().Has<NodeChange>());
  CHECK(feed.Wanted().Has<ExecutionChange>());
  CHECK_FALSE(feed.Wanted().Has<AttemptChange>());
  feed.Publish({Node("a"), Execution("x"), Execution("y")});
  CHECK(Text(nodes->Take()) == "1:n/p/d/x/a");
  CHECK(Text(one->Take()) == "1:e/p/d/x");
  nodes.reset();
  CHECK(feed.Wanted().Has<NodeChange>());
}

TEST_CASE("a reader is woken once for all that waits, and not after it is gone", "[feed]") {
  Feed feed;
  int woken = 0;
  auto reader = feed.Subscribe(ChangeKinds::All(), {}, {}, [&] { ++woken; });
  feed.Publish({Node("a")});
  feed.Publish({Node("b")});
  CHECK(woken == 1);
  (void)reader->Take();
  feed.Publish({Node("c")});
  CHECK(woken == 2);
  reader.reset();
  feed.Publish({Node("d")});
  CHECK(woken == 2);
}

TEST_CASE("publishers and readers of many threads: nothing is lost and each row ends with its last change", "[feed]") {
  Feed feed;
  constexpr int kRows = 50, kTimes = 400;
  std::atomic<bool> over = false;
  std::map<std::string, int> last;
  int resets = 0;
  const auto reader = Read(feed);
  const auto take = [&] {
    const auto batch = reader->Take();
    resets += batch.reset;
    for (const Numbered& each : batch.changes)
      last[KeyOf(each.change)] = static_cast<int>(std::get<NodeChange>(each.change).row->attempts);
  };
  std::thread reading([&] {
    while (!over) take();
  });
  std::vector<std::thread> writing;
  for (int thread = 0; thread < 2; ++thread) {
    writing.emplace_back([&feed, thread] {
      for (int i = 1; i <= kTimes; ++i) {
        for (int row = 0; row < kRows; ++row) {
          auto node = std::make_shared<model::NodeRecord>();
          node->id = {{"p", "d", "x"}, std::to_string(thread) + "-" + std::to_string(row)};
          node->attempts = static_cast<uint32_t>(i);
          feed.Publish({NodeChange{std::move(node)}});
        }
      }
    });
  }
  for (std::thread& thread : writing) thread.join();
  over = true;
  reading.join();
  take();
  CHECK(resets == 0);
  REQUIRE(last.size() == 2 * kRows);
  for (const auto& [row, times] : last) CHECK(times == kTimes);
}

}  // namespace
}  // namespace sandbox::feed
