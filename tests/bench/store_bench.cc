// Speed of the store, as numbers to read: ratios in one run matter, not the machine's absolute ones.
//
//   bench_store [ROWS]    ROWS stored before the second round, 100000 by default
//
// With ROWS stored everything goes on at half the speed of an empty store at least, in processor time.
//
// Two columns: by the clock, and by the processor time of this process, which other load on the machine disturbs less.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <semaphore>
#include <string>
#include <vector>

#include "store/sqlite_store.h"

namespace sandbox {
namespace {

using Clock = std::chrono::steady_clock;

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// What happened how often in a second of processor time, of the empty store.
std::map<std::string, double> first_round;

// Prints how often per second `count` things happened while `run` ran.
void Measure(const char* what, int count, const std::function<void()>& run) {
  const auto start = Clock::now();
  const double cpu = CpuSeconds();
  run();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const double rate = count / (CpuSeconds() - cpu);
  const auto [first, is_first] = first_round.try_emplace(what, rate);
  std::printf("  %-28s %9.0f /s %9.0f /cpu s", what, count / seconds, rate);
  if (!is_first) std::printf("   of an empty store: ratio %.2f (goal at least 0.50)", rate / first->second);
  std::printf("\n");
  std::fflush(stdout);
}

// Keeps `window` works queued, as many clients or a wide fan-out would.
void WriteAll(MetadataStore& store, int count, int window, const std::function<Status(MetadataWriter&, int)>& work) {
  std::counting_semaphore<> free(window);
  for (int i = 0; i < count; ++i) {
    free.acquire();
    store.Write([&work, i](MetadataWriter& w) { return work(w, i); },
                [&free](const Status& status) {
                  if (!status) std::abort();
                  free.release();
                });
  }
  for (int i = 0; i < window; ++i) free.acquire();
}

model::NodeRecord Node(int i) {
  model::NodeRecord node;
  node.id = {{"flytesnacks", "development", "run" + std::to_string(i / 1000)}, "n" + std::to_string(i % 1000)};
  node.spec_node_id = "n";
  node.phase = model::NodePhase::kRunning;
  node.created_at = node.updated_at = Instant(std::chrono::seconds(1'700'000'000));
  node.input_uri = "s3://my-s3-bucket/metadata/propeller/flytesnacks-development-run/n0/data/inputs.pb";
  node.deck_uri = std::string(100, 'e');
  return node;
}

model::EntityRecord Task(const std::string& name) {
  model::EntityRecord entity;
  entity.id = {EntityKind::kTask, "flytesnacks", "development", name, "v1"};
  entity.digest = std::string(32, 'd');
  entity.closure = std::string(1500, 'c');
  entity.type = "python-task";
  entity.created_at = Instant(std::chrono::seconds(1'700'000'000));
  return entity;
}

void Round(MetadataStore& store, const std::string& label, int stored) {
  constexpr int kCount = 20'000, kWindow = 400, kClients = 64, kSingles = 300, kLists = 200;
  std::printf("%s\n", label.c_str());
  Measure("node inserts", kCount, [&] {
    WriteAll(store, kCount, kWindow, [stored](MetadataWriter& w, int i) { return w.PutNode(Node(stored + i)); });
  });
  Measure("node updates", kCount, [&] {
    WriteAll(store, kCount, kWindow, [stored](MetadataWriter& w, int i) {
      auto node = Node(stored + i);
      node.phase = model::NodePhase::kSucceeded;
      return w.PutNode(node);
    });
  });
  Measure("task registrations", kCount, [&] {
    WriteAll(store, kCount, kClients,
             [&label](MetadataWriter& w, int i) { return w.InsertEntity(Task(label + std::to_string(i))); });
  });
  Measure("registrations, one at a time", kSingles, [&] {
    WriteAll(store, kSingles, 1,
             [&label](MetadataWriter& w, int i) { return w.InsertEntity(Task(label + "single" + std::to_string(i))); });
  });
  Measure("finds", kCount, [&] {
    for (int i = 0; i < kCount; ++i) {
      const EntityId id = Task(label + std::to_string(i)).id;
      if (!store.Query([&](MetadataReader& r) { return r.FindEntity(id).has_value(); })) std::abort();
    }
  });
  const ListQuery newest{.conditions = {{ListEntity::kTask, "project", FilterOp::kEq, {"flytesnacks"}},
                                        {ListEntity::kTask, "domain", FilterOp::kEq, {"development"}}},
                         .sort_column = "created_at",
                         .limit = 100};
  Measure("lists of the newest 100", kLists, [&] {
    for (int i = 0; i < kLists; ++i) {
      if (store.Query([&](MetadataReader& r) { return r.ListEntities(EntityKind::kTask, newest); })->size() != 100)
        std::abort();
    }
  });
}

int Main(int rows) {
  const auto directory = std::filesystem::temp_directory_path() / ("bench_store." + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  {
    auto store = std::move(store::SqliteStore::Open((directory / "metadata.db").string()).value());
    Round(*store, "empty", 0);
    WriteAll(*store, rows, 1000, [](MetadataWriter& w, int i) { return w.PutNode(Node(1'000'000 + i)); });
    WriteAll(*store, rows, 1000,
             [](MetadataWriter& w, int i) { return w.InsertEntity(Task("fill" + std::to_string(i))); });
    Round(*store, "with " + std::to_string(rows) + " rows", 10'000'000);
  }
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace sandbox

int main(int argc, char** argv) { return sandbox::Main(argc > 1 ? std::atoi(argv[1]) : 100'000); }
