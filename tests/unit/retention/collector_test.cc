// What of old runs goes, and what stays.

#include "retention/collector.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <future>
#include <set>

#include "engine/pod.h"
#include "store/sqlite_store.h"
#include "support/memory_object_store.h"
#include "support/temp_directory.h"

namespace sandbox::retention {
namespace {

using Mode = Collector::Mode;

constexpr Instant At(int days) { return Instant(std::chrono::days(20'000 + days)); }
ExecutionId Id(const std::string& name, const std::string& domain = "development") {
  return {"flytesnacks", domain, name};
}

class Fixture {
 public:
  Fixture()
      : store_(std::move(store::SqliteStore::Open(folder_.Path() + "/state.db").value())),
        collector_(*store_, objects_, layout_, folder_.Path() + "/logs") {}
  ~Fixture() { store_->Close(); }

  void Write(MetadataStore::Work work) {
    std::promise<Status> done;
    store_->Write(std::move(work), [&](Status status) { done.set_value(std::move(status)); });
    REQUIRE(done.get_future().get());
  }

  // An execution of one task with a node, an attempt with a pod's log, inputs, outputs and raw data.
  model::ExecutionRecord Run(const ExecutionId& id, int day,
                             const std::function<void(model::ExecutionRecord&)>& change = {}) {
    model::ExecutionRecord execution;
    execution.id = id;
    execution.launch_plan = {EntityKind::kLaunchPlan, "flytesnacks", "development", "lp", "v1"};
    execution.phase = model::ExecutionPhase::kSucceeded;
    execution.created_at = execution.updated_at = At(day);
    execution.tags = {{"team", "red"}};
    if (change) change(execution);
    model::NodeRecord node;
    node.id = {id, "n0"};
    node.phase = model::NodePhase::kSucceeded;
    model::TaskRecord attempt;
    attempt.id = {node.id, 0};
    attempt.generated_name = Cat(id.name, "-n0-0");
    attempt.pod_status = "Completed";
    model::SignalRecord signal;
    signal.execution = id;
    signal.signal_id = "go";
    Write([=](MetadataWriter& writer) -> Status {
      if (Status put = writer.InsertExecution(execution); !put) return put;
      if (Status put = writer.PutNode(node); !put) return put;
      if (Status put = writer.PutSignal(signal); !put) return put;
      return writer.PutTask(attempt);
    });
    Put(Cat(layout_.ExecutionKey(id), "/inputs"), "in");
    Put(Cat(layout_.NodesUri(id), "/n0/data/0/outputs.pb").substr(layout_.Uri("").size()), "out");
    const std::string raw = engine::RawOutputPrefix(layout_, execution, attempt.id);
    if (raw.starts_with(layout_.Uri(""))) Put(Cat(raw.substr(layout_.Uri("").size()), "/file"), "raw");
    const auto logs = std::filesystem::path(folder_.Path()) / "logs" / id.Namespace();
    std::filesystem::create_directories(logs);
    for (const char* extension : {".log", ".idx", ".stat"})
      std::ofstream(logs / Cat(attempt.generated_name, extension)) << "12345";
    return execution;
  }

  void Put(const std::string& key, std::string_view bytes) {
    REQUIRE(objects_.Put(layout_.bucket, key, bytes, Durability::kCached));
  }
  std::string RawFile(const model::ExecutionRecord& execution) const {
    return Cat(engine::RawOutputPrefix(layout_, execution, {{execution.id, "n0"}, 0}), "/file");
  }
  // Everything that is stored, rows too, in words.
  std::set<std::string> All() {
    std::set<std::string> out;
    for (const ObjectInfo& object : objects_.List(layout_.bucket, "", "", "", 1000)->objects)
      out.insert(Cat("object ", object.key));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.Path() + "/logs")) {
      if (entry.is_regular_file()) out.insert(Cat("file ", entry.path().filename().string()));
    }
    store_->Read([&](MetadataReader& reader) {
      for (const char* name : {"old", "new", "child", "again"}) {
        const ExecutionId id = Id(name);
        if (reader.FindExecution(id)) out.insert(Cat("execution ", name));
        if (!reader.NodesOf(id).empty()) out.insert(Cat("node of ", name));
        if (!reader.TasksOf(id).empty()) out.insert(Cat("attempt of ", name));
        if (!reader.SignalsOf(id).empty()) out.insert(Cat("signal of ", name));
      }
    });
    return out;
  }
  bool Has(const std::string& address) {
    return objects_.Head(layout_.bucket, address.substr(layout_.Uri("").size())).has_value();
  }
  bool HasRow(const ExecutionId& id) {
    return store_->Query([&](MetadataReader& reader) { return reader.FindExecution(id).has_value(); });
  }
  Collected Collect(Mode mode = Mode::kRemove, int before = 10) { return Collect(Limits{.before = At(before)}, mode); }
  Collected Collect(const Limits& limits, Mode mode = Mode::kRemove) {
    auto done = collector_.Collect(limits, mode, std::chrono::steady_clock::time_point::max());
    REQUIRE(done);
    return *done;
  }
  // What a cached task has stored: a value in the catalog that names an address.
  void Cache(const std::string& address) {
    const model::DatasetId dataset{"flytesnacks", "development", "flyte_task-t", "1"};
    const std::string value = layout_.ArtifactUri(dataset, "a1/o0.pb");
    // As in a message: the length before the address, and the next field behind it.
    Put(value.substr(layout_.Uri("").size()), Cat("\x0a", address, "\x12\x02{}"));
    model::ArtifactRecord artifact;
    artifact.dataset = dataset;
    artifact.id = "a1";
    artifact.data = {{"o0", value}};
    Write([=](MetadataWriter& writer) -> Status {
      if (Status put = writer.InsertDataset({dataset, {}, {}, At(0)}); !put) return put;
      return writer.PutArtifact(artifact);
    });
  }

 protected:
  testing::TempDirectory folder_;
  const ObjectLayout layout_;
  testing::MemoryObjectStore objects_;
  std::unique_ptr<store::SqliteStore> store_;
  Collector collector_;
};

TEST_CASE_METHOD(Fixture, "an old run goes with all that is its own, and a newer one stays", "[retention]") {
  Run(Id("new"), 11);
  const auto kept = All();
  Run(Id("old"), 9);
  const auto both = All();
  REQUIRE(both.size() == 2 * kept.size());

  const Collected counted = Collect(Mode::kCount);
  CHECK(All() == both);
  const Collected gone = Collect();
  CHECK(All() == kept);
  for (const Collected& each : {counted, gone}) {
    CHECK(each.runs == 1);
    CHECK(each.executions == 1);
    CHECK(each.logs == 1);
    CHECK(each.objects == 3);
    CHECK(each.bytes == 2 + 3 + 3 + 3 * 5);
    CHECK(each.oldest == At(9));
    CHECK_FALSE(each.more);
  }
  CHECK(Collect().runs == 0);
}

TEST_CASE_METHOD(Fixture, "the oldest go until the others take no more than they may", "[retention]") {
  static constexpr uint64_t one = 2 + 3 + 3 + 3 * 5;
  for (int day = 1; day <= 4; ++day) Run(Id(Cat("run", day)), day);
  const auto names = [](const Collected& done) {
    std::vector<std::string> out;
    for (const GoneRun& run : done.list) {
      out.push_back(run.id.name);
      CHECK(run.bytes == one);
    }
    return out;
  };
  using Names = std::vector<std::string>;
  CHECK(names(Collect({.bytes = 4 * one}, Mode::kCount)) == Names{});
  CHECK(names(Collect({.bytes = 4 * one - 1}, Mode::kCount)) == Names{"run1"});
  CHECK(names(Collect({.bytes = 2 * one}, Mode::kCount)) == Names{"run1", "run2"});
  CHECK(names(Collect({.bytes = 0, .recent = At(3)}, Mode::kCount)) == Names{"run1", "run2"});
  // What is too old does not count among the others.
  CHECK(names(Collect({.before = At(2), .bytes = 3 * one}, Mode::kCount)) == Names{"run1"});
  const Collected gone = Collect({.before = At(2), .bytes = 2 * one});
  CHECK(names(gone) == Names{"run1", "run2"});
  CHECK(gone.list[0].created_at == At(1));
  CHECK(gone.bytes == 2 * one);
  CHECK_FALSE(HasRow(Id("run2")));
  CHECK(HasRow(Id("run3")));
  CHECK(Collect(Limits{}).runs == 0);
}

TEST_CASE_METHOD(Fixture, "what a run launched goes with it, and both stay while one of them runs", "[retention]") {
  Run(Id("old"), 1);
  auto child = Run(Id("child"), 2, [](auto& record) {
    record.parent_node = NodeExecutionId{Id("old"), "n0"};
    record.phase = model::ExecutionPhase::kRunning;
  });
  CHECK(Collect().runs == 0);
  child.phase = model::ExecutionPhase::kFailed;
  Write([=](MetadataWriter& writer) { return writer.UpdateExecution(child); });
  const Collected gone = Collect();
  CHECK(gone.runs == 1);
  CHECK(gone.executions == 2);
  CHECK(All().empty());
}

TEST_CASE_METHOD(Fixture, "the original of a recovery stays as long as the other", "[retention]") {
  Run(Id("old"), 1);
  Run(Id("again"), 12, [](auto& record) {
    record.reference = Id("old");
    record.mode = 5;  // RECOVERED
  });
  CHECK(Collect().runs == 0);
  CHECK(Collect(Mode::kRemove, 13).runs == 1);
  CHECK(HasRow(Id("old")));
  CHECK(Collect(Mode::kRemove, 13).runs == 1);
  CHECK(All().empty());
}

TEST_CASE_METHOD(Fixture, "a relaunched run does not keep its original", "[retention]") {
  Run(Id("old"), 1);
  Run(Id("again"), 12, [](auto& record) {
    record.reference = Id("old");
    record.mode = 3;
  });
  CHECK(Collect().runs == 1);
  CHECK(HasRow(Id("again")));
  const auto left = store_->Query([](MetadataReader& reader) { return reader.FindExecution(Id("again")); });
  CHECK(left->reference == Id("old"));
}

TEST_CASE_METHOD(Fixture, "what something cached names stays", "[retention]") {
  const auto old = Run(Id("old"), 1);
  const auto other = Run(Id("child"), 1);
  SECTION("raw data") { Cache(RawFile(old)); }
  SECTION("a folder of it") { Cache(engine::RawOutputPrefix(layout_, old, {{old.id, "n0"}, 0})); }
  SECTION("through a value of a node") {
    const std::string value = Cat(layout_.NodesUri(old.id), "/n0/data/0/o0.pb");
    Put(value.substr(layout_.Uri("").size()), Cat("\x1a", RawFile(old)));
    Cache(value);
    CHECK(Collect(Mode::kCount).folders_kept == 2);
  }
  SECTION("an entry of the cache service") {
    Write([&](MetadataWriter& writer) { return writer.PutCachedOutput({"key", Cat("\x0a", RawFile(old))}); });
  }
  const Collected gone = Collect();
  CHECK(gone.runs == 2);
  CHECK(gone.folders_kept >= 1);
  CHECK(Has(RawFile(old)));
  CHECK_FALSE(Has(RawFile(other)));
  CHECK_FALSE(HasRow(Id("old")));
}

TEST_CASE_METHOD(Fixture, "raw data of executions of one name stays until the last of them goes", "[retention]") {
  const auto old = Run(Id("old"), 1);
  Run(Id("old", "production"), 12);
  CHECK(Collect().runs == 1);
  CHECK(Has(RawFile(old)));
  CHECK(Collect(Mode::kRemove, 13).runs == 1);
  CHECK_FALSE(Has(RawFile(old)));
}

TEST_CASE_METHOD(Fixture, "a raw output prefix of the user's own stays", "[retention]") {
  const auto old = Run(Id("old"), 1, [&](auto& record) { record.settings.raw_output_prefix = layout_.Uri("mine"); });
  CHECK(Collect().runs == 1);
  CHECK(Has(RawFile(old)));
}

TEST_CASE_METHOD(Fixture, "a collection that is cut short is done by the next", "[retention]") {
  Run(Id("old"), 1);
  Run(Id("child"), 2);
  const auto none =
      collector_.Collect(Limits{.before = At(10)}, Mode::kRemove, std::chrono::steady_clock::time_point::min());
  REQUIRE(none);
  CHECK(none->runs == 0);
  CHECK(none->more);
  // As a process leaves it that was killed between the objects and the rows.
  REQUIRE(objects_.Remove(layout_.bucket, Cat(layout_.ExecutionKey(Id("old")), "/inputs")));
  std::filesystem::remove_all(folder_.Path() + "/logs/flytesnacks-development");
  CHECK(Collect().runs == 2);
  CHECK(All().empty());
}

}  // namespace
}  // namespace sandbox::retention
