// Every record comes back as it was written. The stores share their SQL, so the synchronous one stands for both.

#include <catch2/catch.hpp>

#include "store/rows.h"
#include "store/sync_store.h"
#include "unit/store/samples.h"

namespace sandbox::store {
namespace {

using namespace samples;

class Fixture {
 public:
  Fixture() : store_(std::move(SyncStore::Open().value())) {}

  Status Write(MetadataStore::Work work) {
    Status status;
    store_->Write(std::move(work), [&](Status s) { status = std::move(s); });
    store_->Flush();
    return status;
  }
  template <typename F>
  auto Query(F f) {
    return store_->Query(f);
  }

 private:
  std::unique_ptr<SyncStore> store_;
};

TEST_CASE_METHOD(Fixture, "entities round trip and keep their key", "[store]") {
  for (EntityKind kind : {EntityKind::kTask, EntityKind::kWorkflow, EntityKind::kLaunchPlan}) {
    const auto entity = Entity(Id(kind, "one"));
    REQUIRE(Write([&](MetadataWriter& w) { return w.InsertEntity(entity); }));
    const auto read = Query([&](MetadataReader& r) { return r.FindEntity(entity.id); });
    REQUIRE(read);
    CHECK(read->row > 0);
    CHECK(Print(*read) == Print(entity));
    const Status again = Write([&](MetadataWriter& w) { return w.InsertEntity(entity); });
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Code::kAlreadyExists);
    CHECK(again.error().reason == "ROW_EXISTS");
  }
  CHECK_FALSE(Query([&](MetadataReader& r) { return r.FindEntity(Id(EntityKind::kTask, "one", "v2")); }));
}

TEST_CASE_METHOD(Fixture, "executions round trip; an update leaves what it does not own", "[store]") {
  auto execution = Execution("e1");
  REQUIRE(Write([&](MetadataWriter& w) { return w.InsertExecution(execution); }));
  auto read = Query([&](MetadataReader& r) { return r.FindExecution(execution.id); });
  REQUIRE(read);
  CHECK(Print(*read) == Print(execution));
  const int64_t row = read->row;

  REQUIRE(Write([&](MetadataWriter& w) { return w.SetExecutionState(execution.id, 1, At(50)); }));
  execution.phase = model::ExecutionPhase::kSucceeded;
  execution.error.reset();
  execution.duration = std::chrono::seconds(9);
  REQUIRE(Write([&](MetadataWriter& w) { return w.UpdateExecution(execution); }));
  read = Query([&](MetadataReader& r) { return r.FindExecution(execution.id); });
  execution.state = 1;
  execution.state_changed_at = At(50);
  CHECK(Print(*read) == Print(execution));
  CHECK(read->row == row);

  const Status again = Write([&](MetadataWriter& w) { return w.InsertExecution(execution); });
  REQUIRE_FALSE(again);
  CHECK(again.error().reason == "ROW_EXISTS");
  CHECK_FALSE(Write([&](MetadataWriter& w) { return w.UpdateExecution(Execution("no-such")); }));
}

TEST_CASE_METHOD(Fixture, "jobs that are to be deleted are kept until they are", "[store]") {
  const auto list = [](MetadataReader& r) { return r.ListJobDeletions(); };
  const model::JobDeletion one{{{RunId("e1"), "n0"}, 0}, "query", 2, std::string("job\0one", 7)};
  const model::JobDeletion two{{{RunId("e1"), "n0"}, 1}, "query", 2, "job-2"};
  REQUIRE(Write([&](MetadataWriter& w) {
    for (const auto& deletion : {one, two, one}) {
      if (auto put = w.PutJobDeletion(deletion); !put) return put;
    }
    return Status();
  }));
  CHECK(Query(list) == std::vector<model::JobDeletion>{one, two});
  bool removed = false, again = true;
  REQUIRE(Write([&](MetadataWriter& w) {
    removed = w.DeleteJobDeletion(one.id);
    again = w.DeleteJobDeletion(one.id);
    return Status();
  }));
  CHECK(removed);
  CHECK_FALSE(again);
  CHECK(Query(list) == std::vector<model::JobDeletion>{two});
}

TEST_CASE_METHOD(Fixture, "copies of unsynced objects are kept until they are deleted", "[store]") {
  const auto insert = [](MetadataWriter& w, const std::string& uri, const std::string& boot) {
    return w.InsertUnsyncedObject({0, uri, std::string("a\0b", 3), At(7), boot});
  };
  CHECK(Query([](MetadataReader& r) { return r.LastUnsyncedObject(); }) == 0);
  REQUIRE(Write([&](MetadataWriter& w) {
    for (const auto& [uri, boot] : {std::pair("s3://b/1", "one"), {"s3://b/2", "two"}, {"s3://b/1", ""}}) {
      if (auto put = insert(w, uri, boot); !put) return put;
    }
    return Status();
  }));
  const auto of_others = Query([](MetadataReader& r) { return r.ListUnsyncedObjects("two"); });
  REQUIRE(of_others.size() == 2);
  CHECK(of_others[0] == model::UnsyncedObject{1, "s3://b/1", std::string("a\0b", 3), At(7), "one"});
  CHECK(of_others[1].number == 3);
  CHECK(Query([](MetadataReader& r) { return r.ListUnsyncedObjects("").size(); }) == 3);
  CHECK(Query([](MetadataReader& r) { return r.LastUnsyncedObject(); }) == 3);
  REQUIRE(Write([](MetadataWriter& w) { return w.DeleteUnsyncedObjects(2); }));
  CHECK(Query([](MetadataReader& r) { return r.ListUnsyncedObjects("").size(); }) == 1);
  REQUIRE(Write([&](MetadataWriter& w) { return insert(w, "s3://b/3", "two"); }));
  CHECK(Query([](MetadataReader& r) { return r.LastUnsyncedObject(); }) == 4);
  REQUIRE(Write([](MetadataWriter& w) { return w.DeleteUnsyncedObjects(4); }));
  CHECK(Query([](MetadataReader& r) { return r.LastUnsyncedObject(); }) == 0);
}

TEST_CASE_METHOD(Fixture, "a record of defaults round trips", "[store]") {
  model::ExecutionRecord execution;
  execution.id = RunId("bare");
  model::NodeRecord node;
  node.id = {execution.id, "n0"};
  model::TaskRecord task;
  task.id = {node.id, 0};
  REQUIRE(Write([&](MetadataWriter& w) {
    if (Status s = w.InsertExecution(execution); !s) return s;
    if (Status s = w.PutNode(node); !s) return s;
    return w.PutTask(task);
  }));
  CHECK(Print(*Query([&](MetadataReader& r) { return r.FindExecution(execution.id); })) == Print(execution));
  CHECK(Print(*Query([&](MetadataReader& r) { return r.FindNode(node.id); })) == Print(node));
  CHECK(Print(*Query([&](MetadataReader& r) { return r.FindTask(task.id); })) == Print(task));
}

TEST_CASE_METHOD(Fixture, "nodes and tasks are replaced in their row", "[store]") {
  auto node = Node("e1", "n0");
  auto task = Task("e1", "n0", 1);
  const auto put = [&](MetadataWriter& w) { return w.PutNode(node) ? w.PutTask(task) : Status(); };
  REQUIRE(Write(put));
  auto read_node = Query([&](MetadataReader& r) { return r.FindNode(node.id); });
  auto read_task = Query([&](MetadataReader& r) { return r.FindTask(task.id); });
  CHECK(Print(*read_node) == Print(node));
  CHECK(Print(*read_task) == Print(task));

  node.phase = model::NodePhase::kSucceeded;
  node.error.reset();
  node.state = model::ArrayState{5000};
  task.reasons.push_back({At(40), "done"});
  task.pod_status.clear();
  task.exit_code.reset();
  REQUIRE(Write(put));
  const auto node_again = Query([&](MetadataReader& r) { return r.NodesOf(node.id.execution); });
  const auto task_again = Query([&](MetadataReader& r) { return r.TasksOf(node.id.execution); });
  REQUIRE(node_again.size() == 1);
  REQUIRE(task_again.size() == 1);
  CHECK(Print(node_again[0]) == Print(node));
  CHECK(Print(task_again[0]) == Print(task));
  CHECK(node_again[0].row == read_node->row);
  CHECK(task_again[0].row == read_task->row);
}

model::NodeState Reread(const model::NodeState& state) {
  model::NodeRecord out;
  model::NodeRecord node;
  node.state = state;
  node.wait = model::NodeWait::kSleep;
  DecodeNodeBody(NodeBody(node), out);
  CHECK(out.wait == node.wait);
  return out.state;
}

TEST_CASE("the state of a node of each kind is read as it was written", "[store]") {
  CHECK(Reread({}) == model::NodeState());
  CHECK(Reread(model::TaskState{At(7)}) == model::NodeState(model::TaskState{At(7)}));
  CHECK(Reread(model::BranchState{"n0-n1"}) == model::NodeState(model::BranchState{"n0-n1"}));
  CHECK(Reread(model::ArrayState{7}) == model::NodeState(model::ArrayState{7}));
}

}  // namespace
}  // namespace sandbox::store
