// The file and the threads: durability, groups, versions, readers beside the writer.

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <latch>
#include <thread>

#include "store/sqlite_store.h"
#include "store/sync_store.h"
#include "unit/store/samples.h"

namespace sandbox::store {
namespace {

using namespace samples;

class TempFile {
 public:
  TempFile() {
    char name[] = "/tmp/sandbox-store-XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~TempFile() { std::filesystem::remove_all(directory_); }
  std::string path() const { return directory_ + "/metadata.db"; }

  void Execute(const char* sql) const {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(path().c_str(), &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(db);
  }

 private:
  std::string directory_;
};

Status WriteAndWait(MetadataStore& store, MetadataStore::Work work) {
  std::promise<Status> done;
  store.Write(std::move(work), [&](Status status) { done.set_value(std::move(status)); });
  return done.get_future().get();
}

TEST_CASE("a sync that comes due while a commit is made in the call is not forgotten", "[store]") {
  TempFile file;
  auto store = std::move(SqliteStore::Open(file.path()).value());
  std::promise<void> first, second;
  store->WriteBehind(
      MetadataStore::Size::kSmall, [](MetadataWriter& w) { return w.InsertExecution(Execution("a")); }, {},
      [&](const Status&) { first.set_value(); });
  // This one is under way when the sync of the first is due; nothing else is written after it.
  const auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds(30);
  const auto slow = [due](MetadataWriter& w) {
    while (std::chrono::steady_clock::now() < due) std::this_thread::yield();
    return w.InsertExecution(Execution("b"));
  };
  store->WriteBehind(MetadataStore::Size::kSmall, slow, {}, [&](const Status&) { second.set_value(); });
  CHECK(first.get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready);
  CHECK(second.get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready);
}

TEST_CASE("what is committed is there after reopening, with its order", "[store]") {
  TempFile file;
  {
    auto store = std::move(SqliteStore::Open(file.path()).value());
    REQUIRE(WriteAndWait(*store, [](MetadataWriter& w) { return w.InsertExecution(Execution("b")); }));
    REQUIRE(WriteAndWait(*store, [](MetadataWriter& w) { return w.InsertExecution(Execution("a")); }));
  }
  auto store = std::move(SqliteStore::Open(file.path()).value());
  const auto rows = store->Query([](MetadataReader& r) { return r.ListUnfinishedExecutions(); });
  REQUIRE(rows.size() == 2);
  CHECK(Print(rows[0]) == Print(Execution("b")));
  CHECK(rows[1].id.name == "a");
}

TEST_CASE("a failing work leaves the others of its group alone", "[store]") {
  auto store = std::move(SyncStore::Open().value());
  std::string log;
  const auto note = [&log](const char* name) {
    return [&log, name](const Status& s) { log += Cat(name, s ? " ok " : " failed "); };
  };
  store->Write([](MetadataWriter& w) { return w.PutNode(Node("e", "n0")); }, note("first"));
  store->Write(
      [](MetadataWriter& w) -> Status {
        w.PutNode(Node("e", "n1")).value();
        CHECK(w.FindNode(Node("e", "n1").id));
        return Internal("no");
      },
      note("second"));
  store->Write([](MetadataWriter& w) { return w.PutNode(Node("e", "n2")); }, note("third"));
  CHECK(log.empty());
  CHECK(store->Flush() == 3);
  CHECK(log == "first ok second failed third ok ");
  const auto nodes = store->Query([](MetadataReader& r) { return r.NodesOf(RunId("e")); });
  CHECK(Names(nodes, [](const auto& n) { return n.id.node; }) == "n0 n2");
}

TEST_CASE("uncommitted works can be lost", "[store]") {
  auto store = std::move(SyncStore::Open().value());
  bool called = false;
  store->Write([](MetadataWriter& w) { return w.PutNode(Node("e", "n0")); }, [&](const Status&) { called = true; });
  store->EndProcess();
  CHECK(store->Flush() == 0);
  CHECK_FALSE(called);
  CHECK_FALSE(store->Query([](MetadataReader& r) { return r.FindNode(Node("e", "n0").id); }));

  // What a callback writes waits for the next flush.
  store->Write(
      [](MetadataWriter&) { return Status(); },
      [&](const Status&) { store->Write([](MetadataWriter& w) { return w.PutNode(Node("e", "n1")); }, nullptr); });
  CHECK(store->Flush() == 1);
  CHECK_FALSE(store->Query([](MetadataReader& r) { return r.FindNode(Node("e", "n1").id); }));
  CHECK(store->Flush() == 1);
  CHECK(store->Query([](MetadataReader& r) { return r.FindNode(Node("e", "n1").id); }));
}

TEST_CASE("what is behind its sync survives the process and not the power", "[store]") {
  auto store = std::move(SyncStore::Open().value());
  std::string log;
  const auto write = [&](const char* node) {
    store->WriteBehind(
        MetadataStore::Size::kSmall, [node](MetadataWriter& w) { return w.PutNode(Node("e", node)); },
        [&log, node](const Status&) { log += Cat(node, " committed "); },
        [&log, node](const Status&) { log += Cat(node, " durable "); });
  };
  const auto stored = [&] {
    return Names(store->Query([](MetadataReader& r) { return r.NodesOf(RunId("e")); }),
                 [](const auto& n) { return n.id.node; });
  };
  write("n0");
  write("n1");
  CHECK(store->Commit() == 2);
  CHECK(log == "n0 committed n1 committed ");
  CHECK(store->Sync());
  CHECK(log == "n0 committed n1 committed n0 durable n1 durable ");
  CHECK_FALSE(store->Sync());
  write("n2");
  store->Commit();
  log.clear();
  store->EndProcess();
  CHECK(stored() == "n0 n1 n2");
  store->LosePower();
  CHECK(stored() == "n0 n1");
  write("n3");
  store->Flush();
  CHECK(log == "n3 committed n3 durable ");
  CHECK(stored() == "n0 n1 n3");
}

TEST_CASE("a write that waits takes those before it to the disk", "[store]") {
  TempFile file;
  std::string log;
  std::promise<void> end;
  {
    auto store = std::move(SqliteStore::Open(file.path()).value());
    const auto put = [](const char* node) { return [node](MetadataWriter& w) { return w.PutNode(Node("e", node)); }; };
    store->WriteBehind(
        MetadataStore::Size::kSmall, put("n0"), [&](const Status&) { log += "n0 committed "; },
        [&](const Status&) { log += "n0 durable "; });
    store->Write(put("n1"), [&](const Status&) {
      log += "n1 durable ";
      end.set_value();
    });
    end.get_future().wait();
    CHECK(log == "n0 committed n0 durable n1 durable ");
    // Nobody waits: the sync comes by itself, at the latest with the end.
    store->WriteBehind(MetadataStore::Size::kSmall, put("n2"), {}, [&](const Status&) { log += "n2 durable "; });
  }
  CHECK(log.ends_with("n2 durable "));
}

TEST_CASE("what is small is committed in the call, and its sync comes later", "[store]") {
  TempFile file;
  auto store = std::move(SqliteStore::Open(file.path()).value());
  const auto put = [](const char* node) { return [node](MetadataWriter& w) { return w.PutNode(Node("e", node)); }; };
  std::vector<std::string> log;
  std::promise<void> durable;
  store->WriteBehind(
      MetadataStore::Size::kSmall, put("n0"), [&](const Status&) { log.push_back("n0 committed"); },
      [&](const Status&) { durable.set_value(); });
  CHECK(log == std::vector<std::string>{"n0 committed"});
  CHECK(store->Query([](MetadataReader& r) { return r.FindNode(Node("e", "n0").id); }));
  durable.get_future().wait();

  // One that fails leaves nothing, here as in a group.
  for (const auto size : {MetadataStore::Size::kSmall, MetadataStore::Size::kLarge}) {
    std::promise<Status> failed;
    const auto work = [&](MetadataWriter& w) -> Status {
      REQUIRE(w.PutNode(Node("e", "n1")));
      return InvalidArgument("no");
    };
    store->WriteBehind(size, work, [&](Status status) { failed.set_value(std::move(status)); }, {});
    CHECK_FALSE(failed.get_future().get());
    CHECK_FALSE(store->Query([](MetadataReader& r) { return r.FindNode(Node("e", "n1").id); }));
  }
}

TEST_CASE("works of many threads keep the order of their calls", "[store]") {
  TempFile file;
  constexpr int kThreads = 4, kWorks = 300;
  std::vector<std::vector<int>> ran(kThreads), told(kThreads);
  std::atomic<int> inside = 0;
  bool alone = true;
  {
    auto store = std::move(SqliteStore::Open(file.path()).value());
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kWorks; ++i) {
          const auto work = [&, t, i](MetadataWriter& w) {
            alone &= ++inside == 1;
            ran[t].push_back(i);
            const Status put = w.PutNode(Node(std::to_string(t), std::to_string(i)));
            --inside;
            return put;
          };
          const auto durable = [&, t, i](const Status&) { told[t].push_back(i); };
          if (i % 7 == 0) {
            store->Write(work, durable);
          } else {
            store->WriteBehind(i % 3 == 0 ? MetadataStore::Size::kLarge : MetadataStore::Size::kSmall, work, {},
                               durable);
          }
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  CHECK(alone);
  for (int t = 0; t < kThreads; ++t) {
    REQUIRE(ran[t].size() == kWorks);
    CHECK(std::ranges::is_sorted(ran[t]));
    CHECK(told[t] == ran[t]);
  }
}

TEST_CASE("the log has room ahead, and begins anew when it is long", "[store]") {
  TempFile file;
  const auto log_bytes = [&] { return std::filesystem::file_size(file.path() + "-wal"); };
  constexpr uint64_t kMiB = 1 << 20;
  constexpr int kWorks = 300;
  {
    auto store = std::move(SqliteStore::Open(file.path()).value());
    CHECK(log_bytes() > kMiB / 2);
    const auto work = [](int i) {
      return [i](MetadataWriter& w) {
        auto node = Node("e", std::to_string(i));
        node.deck_uri = std::string(kMiB / 2, 'x');
        return w.PutNode(node);
      };
    };
    // 150 MiB, while a reader looks at it now and then.
    for (int i = 0; i < kWorks; ++i) {
      if (i % 10 == 0) {
        REQUIRE(WriteAndWait(*store, work(i)));
        CHECK(store->Query([&](MetadataReader& r) { return r.FindNode(Node("e", std::to_string(i)).id); }));
      } else {
        store->WriteBehind(MetadataStore::Size::kSmall, work(i), {}, {});
      }
    }
    CHECK(log_bytes() < 100 * kMiB);
  }
  CHECK_FALSE(std::filesystem::exists(file.path() + "-wal"));
  auto store = std::move(SqliteStore::Open(file.path()).value());
  CHECK(store->Query([](MetadataReader& r) { return r.NodesOf(RunId("e")); }).size() == kWorks);
}

TEST_CASE("files that are not ours are refused", "[store]") {
  TempFile file;
  std::string reason, message;
  const auto open = [&] {
    const auto store = SqliteStore::Open(file.path());
    REQUIRE_FALSE(store);
    reason = store.error().reason;
    message = store.error().message;
    return store.error().code;
  };
  SECTION("newer") {
    std::move(SqliteStore::Open(file.path()).value()).reset();
    file.Execute("PRAGMA user_version = 9999");
    CHECK(open() == Code::kFailedPrecondition);
    CHECK(reason == "STATE_NEWER");
  }
  SECTION("another program's") {
    file.Execute("CREATE TABLE t (a)");
    CHECK(open() == Code::kFailedPrecondition);
    CHECK(reason == "STATE_UNREADABLE");
  }
  SECTION("not a database") {
    std::ofstream(file.path()) << std::string(5000, 'x');
    CHECK(open() == Code::kFailedPrecondition);
    CHECK(reason == "STATE_UNREADABLE");
  }
  SECTION("no such directory") {
    const auto store = SqliteStore::Open(file.path() + "/no/such");
    REQUIRE_FALSE(store);
    CHECK(store.error().reason == "STATE_UNAVAILABLE");
    message = store.error().message;
  }
  CHECK(message.find("metadata.db") != std::string::npos);
}

TEST_CASE("destruction runs what is queued", "[store]") {
  TempFile file;
  std::atomic<int> done = 0;
  {
    auto store = std::move(SqliteStore::Open(file.path()).value());
    for (int i = 0; i < 500; ++i) {
      store->Write([i](MetadataWriter& w) { return w.PutNode(Node("e", "n" + std::to_string(i))); },
                   [&](const Status& s) { done += s.has_value(); });
    }
  }
  CHECK(done == 500);
  auto store = std::move(SqliteStore::Open(file.path()).value());
  CHECK(store->Query([](MetadataReader& r) { return r.NodesOf(RunId("e")).size(); }) == 500);
}

TEST_CASE("destruction runs what the callbacks queue", "[store]") {
  TempFile file;
  std::atomic<int> answered = 0;
  std::function<void(const Status&)> again;
  {
    auto store = std::move(SqliteStore::Open(file.path()).value());
    again = [&](const Status&) {
      if (++answered < 20) store->Write([](MetadataWriter&) -> Status { return {}; }, again);
    };
    again({});
  }
  CHECK(answered == 20);
}

TEST_CASE("readers see whole groups while the writer writes", "[store]") {
  TempFile file;
  auto store = std::move(SqliteStore::Open(file.path()).value());
  std::atomic<bool> stop = false;
  std::atomic<int> torn = 0, reads = 0;
  std::vector<std::thread> readers;
  std::latch started(4);
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      bool first = true;
      while (!stop || first) {
        store->Read([&](MetadataReader& r) {
          // Each work writes a node and its task together, and a read is one snapshot.
          const auto nodes = r.NodesOf(RunId("e"));
          if (nodes.size() != r.TasksOf(RunId("e")).size()) ++torn;
        });
        ++reads;
        if (std::exchange(first, false)) started.count_down();
      }
    });
  }
  started.wait();
  for (int i = 0; i < 200; ++i) {
    const Status status = WriteAndWait(*store, [i](MetadataWriter& w) {
      const std::string node = "n" + std::to_string(i);
      const Status put = w.PutNode(Node("e", node));
      return put ? w.PutTask(Task("e", node, 0)) : put;
    });
    REQUIRE(status);
    // A callback means that every later read sees it.
    REQUIRE(
        store->Query([&](MetadataReader& r) { return r.FindNode({RunId("e"), "n" + std::to_string(i)}).has_value(); }));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(torn == 0);
  CHECK(reads >= 4);
}

}  // namespace
}  // namespace sandbox::store
