// Conditions, joins and orders as SQL.

#include <catch2/catch.hpp>

#include "store/sync_store.h"
#include "unit/store/samples.h"

namespace sandbox::store {
namespace {

using namespace samples;
using enum ListEntity;

class Runs {
 public:
  Runs() : store_(std::move(SyncStore::Open().value())) {
    Write([&](MetadataWriter& w) {
      w.InsertEntity(Entity(Id(EntityKind::kWorkflow, "wf"))).value();
      w.InsertEntity(Entity(Id(EntityKind::kLaunchPlan, "lp"))).value();
      w.InsertEntity(Entity(Id(EntityKind::kLaunchPlan, "other"))).value();
      return w.InsertEntity(Entity(Id(EntityKind::kTask, "task")));
    });
    Add("c", "lp", model::ExecutionPhase::kSucceeded, std::chrono::seconds(5), 3);
    Add("a", "lp", model::ExecutionPhase::kRunning, std::nullopt, 0);
    Add("b", "other", model::ExecutionPhase::kFailed, std::chrono::seconds(90), 1);
    Add("t", "", model::ExecutionPhase::kQueued, std::nullopt, 0);
  }

  void Write(MetadataStore::Work work) {
    Status status;
    store_->Write(std::move(work), [&](Status s) { status = std::move(s); });
    store_->Flush();
    REQUIRE(status);
  }

  Result<std::vector<model::ExecutionRecord>> List(ListQuery query) {
    return store_->Query([&](MetadataReader& r) { return r.ListExecutions(query); });
  }

  std::string Find(Condition condition) {
    const auto rows = List({.conditions = {std::move(condition)}});
    if (!rows) return rows.error().message;
    return Names(*rows, [](const auto& r) { return r.id.name; });
  }

  std::string Sorted(std::string column, bool ascending) {
    const auto rows = List({.sort_column = std::move(column), .ascending = ascending});
    if (!rows) return rows.error().message;
    return Names(*rows, [](const auto& r) { return r.id.name; });
  }

  SyncStore& store() { return *store_; }

 private:
  // An empty launch plan: a single task.
  void Add(const std::string& name, const std::string& plan, model::ExecutionPhase phase,
           std::optional<Duration> duration, int64_t started) {
    auto e = Execution(name);
    e.reference.reset();
    e.launch_plan = plan.empty() ? Id(EntityKind::kTask, "task") : Id(EntityKind::kLaunchPlan, plan);
    if (plan.empty()) e.task = Id(EntityKind::kTask, "task");
    e.phase = phase;
    e.duration = duration;
    e.started_at = started == 0 ? Instant{} : At(started);
    e.mode = plan.empty() ? 0 : 1;
    if (phase != model::ExecutionPhase::kFailed) e.error.reset();
    e.tags = name == "a" ? std::vector<std::pair<std::string, std::string>>{{"t1", ""}, {"team", "red"}}
                         : decltype(e.tags){};
    Write([&](MetadataWriter& w) { return w.InsertExecution(e); });
  }

  std::unique_ptr<SyncStore> store_;
};

TEST_CASE_METHOD(Runs, "conditions on own columns", "[store]") {
  CHECK(Find(Where(kExecution, "phase", FilterOp::kIn, {"RUNNING", "QUEUED"})) == "a t");
  CHECK(Find(Where(kExecution, "phase", FilterOp::kNotIn, {"RUNNING", "QUEUED"})) == "c b");
  CHECK(Find(Where(kExecution, "duration", FilterOp::kGt, {"5"})) == "b");
  CHECK(Find(Where(kExecution, "duration", FilterOp::kLte, {"1m"})) == "c a t");
  CHECK(Find(Where(kExecution, "execution_name", FilterOp::kContains, {"A"})) == "");
  CHECK(Find(Where(kExecution, "execution_name", FilterOp::kNotLike, {"_"})) == "");
  CHECK(Find(Where(kExecution, "execution_name", FilterOp::kNe, {"a"})) == "c b t");
  CHECK(Find(Where(kExecution, "mode", FilterOp::kEq, {"1"})) == "c a b");
  CHECK(Find(Where(kExecution, "error_kind", FilterOp::kEq, {"USER"})) == "b");
  CHECK(Find(Where(kExecution, "launch_entity", FilterOp::kEq, {"task"})) == "t");
  CHECK(Find(Where(kExecution, "started_at", FilterOp::kLt, {"2023-11-14T22:13:22Z"})) == "b");
  CHECK(Find(Where(kExecution, "spec", FilterOp::kEq, {"x"})) == "");
  CHECK(Find(Where(kExecution, "mode", FilterOp::kEq, {"x"})) == "invalid value [x] for mode: expected an integer");
  CHECK(Find(Where(kExecution, "no_such", FilterOp::kEq, {"x"})) == "'no_such' is invalid filter");
  CHECK(Find(Where(kExecution, "execution_name", FilterOp::kContains, {std::string(60'000, '%')})) != "");
}

TEST_CASE_METHOD(Runs, "conditions on joined tables", "[store]") {
  CHECK(Find(Where(kLaunchPlan, "name", FilterOp::kEq, {"lp"})) == "c a");
  CHECK(Find(Where(kLaunchPlan, "name", FilterOp::kNe, {"lp"})) == "b");
  CHECK(Find(Where(kWorkflow, "name", FilterOp::kEq, {"wf"})) == "c a b t");
  CHECK(Find(Where(kTask, "name", FilterOp::kEq, {"task"})) == "t");
  CHECK(Find(Where(kExecutionTag, "key", FilterOp::kEq, {"t1"})) == "a");
  CHECK(Find(Where(kExecutionTag, "value", FilterOp::kEq, {"red"})) == "a");
  CHECK(Find(Where(kAdminTag, "name", FilterOp::kEq, {"team"})) == "a");
  CHECK(Find(Where(kSignal, "signal_id", FilterOp::kEq, {"x"})) == "entity is not allowed in filters");
  const auto both = List({.conditions = {Where(kLaunchPlan, "name", FilterOp::kEq, {"lp"}),
                                         Where(kLaunchPlan, "version", FilterOp::kEq, {"v1"}),
                                         Where(kExecution, "phase", FilterOp::kEq, {"RUNNING"})}});
  REQUIRE(both);
  CHECK(both->size() == 1);
}

TEST_CASE_METHOD(Runs, "orders and pages", "[store]") {
  CHECK(Sorted("", false) == "c a b t");
  CHECK(Sorted("created_at", true) == "c a b t");
  CHECK(Sorted("created_at", false) == "t b a c");
  CHECK(Sorted("execution_name", true) == "a b c t");
  // What is unset counts as later than everything.
  CHECK(Sorted("started_at", true) == "b c a t");
  CHECK(Sorted("started_at", false) == "a t c b");
  CHECK(Sorted("duration", false) == "b c a t");
  CHECK(Sorted("closure", true) == "c a b t");
  CHECK(Sorted("zz", true) == "invalid sort key 'zz'");
  // Every name a client may sort by makes valid SQL.
  for (const model::Column& column : model::ColumnsOf(kExecution))
    CHECK(List({.sort_column = std::string(column.name)}));

  const auto page = List({.sort_column = "created_at", .offset = 1, .limit = 2});
  REQUIRE(page);
  CHECK(Names(*page, [](const auto& r) { return r.id.name; }) == "b a");
}

TEST_CASE_METHOD(Runs, "every column of every entity can be filtered and sorted", "[store]") {
  store().Read([](MetadataReader& r) {
    const auto check = [&](ListEntity entity, auto list) {
      for (const model::Column& column : model::ColumnsOf(entity)) {
        const bool is_text = column.type == model::ColumnType::kText || column.type == model::ColumnType::kBytes;
        const std::string value = column.type == model::ColumnType::kTime ? "2020-01-01" : "1";
        ListQuery query{.conditions = {Where(entity, std::string(column.name), FilterOp::kGt, {value})},
                        .sort_column = std::string(column.name)};
        if (is_text) query.conditions.push_back(Where(entity, std::string(column.name), FilterOp::kContains, {"x"}));
        INFO(column.name);
        CHECK(list(query));
      }
    };
    check(kTask, [&](const ListQuery& q) { return r.ListEntities(EntityKind::kTask, q).has_value(); });
    check(kWorkflow, [&](const ListQuery& q) { return r.ListEntities(EntityKind::kWorkflow, q).has_value(); });
    check(kLaunchPlan, [&](const ListQuery& q) { return r.ListEntities(EntityKind::kLaunchPlan, q).has_value(); });
    check(kNamedEntity, [&](const ListQuery& q) { return r.ListNamedEntities(EntityKind::kTask, q).has_value(); });
    check(kDescriptionEntity, [&](const ListQuery& q) { return r.ListDescriptions(EntityKind::kTask, q).has_value(); });
    check(kProject, [&](const ListQuery& q) { return r.ListProjects(q).has_value(); });
    check(kExecution, [&](const ListQuery& q) { return r.ListExecutions(q).has_value(); });
    check(kNodeExecution, [&](const ListQuery& q) { return r.ListNodes(q).has_value(); });
    check(kTaskExecution, [&](const ListQuery& q) { return r.ListTasks(q).has_value(); });
    check(kSignal, [&](const ListQuery& q) { return r.ListSignals(q).has_value(); });
    // Joined tables.
    for (ListEntity joined : {kTask, kWorkflow, kLaunchPlan, kExecutionTag, kAdminTag}) {
      for (const model::Column& column : model::ColumnsOf(joined)) {
        const std::string value = column.type == model::ColumnType::kTime ? "2020-01-01" : "1";
        INFO(column.name);
        CHECK(r.ListExecutions({.conditions = {Where(joined, std::string(column.name), FilterOp::kEq, {value})}}));
      }
    }
  });
}

TEST_CASE_METHOD(Runs, "nodes and tasks are listed by what they belong to", "[store]") {
  Write([&](MetadataWriter& w) {
    for (const char* name : {"n1", "n0", "start-node"}) {
      auto node = Node("a", name);
      node.parent = std::string(name) == "n0" ? "n1" : "";
      w.PutNode(node).value();
    }
    w.PutNode(Node("b", "n0")).value();
    w.PutTask(Task("a", "n0", 0)).value();
    return w.PutTask(Task("a", "n0", 1));
  });
  const auto nodes = [&](std::vector<Condition> conditions) {
    const auto rows = store().Query([&](MetadataReader& r) { return r.ListNodes({.conditions = conditions}); });
    return rows ? Names(*rows, [](const auto& r) { return r.id.execution.name + "/" + r.id.node; })
                : rows.error().message;
  };
  const Condition of_a = Where(kNodeExecution, "execution_name", FilterOp::kEq, {"a"});
  CHECK(nodes({of_a}) == "a/n1 a/n0 a/start-node");
  CHECK(nodes({of_a, Where(kNodeExecution, "parent_id", FilterOp::kEq, {""})}) == "a/n1 a/start-node");
  CHECK(nodes({of_a, Where(kNodeExecution, "parent_id", FilterOp::kEq, {"n1"})}) == "a/n0");
  CHECK(nodes({Where(kExecution, "phase", FilterOp::kEq, {"FAILED"})}) == "b/n0");
  CHECK(nodes({Where(kNodeExecution, "cache_status", FilterOp::kEq, {"CACHE_HIT"}), of_a}) == "a/n1 a/n0 a/start-node");

  const auto tasks = [&](std::vector<Condition> conditions) {
    const auto rows = store().Query([&](MetadataReader& r) { return r.ListTasks({.conditions = conditions}); });
    return rows ? Names(*rows, [](const auto& r) { return std::to_string(r.id.attempt); }) : rows.error().message;
  };
  CHECK(tasks({Where(kTaskExecution, "retry_attempt", FilterOp::kEq, {"1"})}) == "1");
  CHECK(tasks({Where(kTask, "name", FilterOp::kEq, {"task"})}) == "0 1");
  CHECK(tasks({Where(kExecution, "phase", FilterOp::kEq, {"RUNNING"}),
               Where(kNodeExecution, "node_id", FilterOp::kEq, {"n0"})}) == "0 1");
  CHECK(tasks({Where(kTaskExecution, "phase", FilterOp::kEq, {"SUCCEEDED"})}) == "");
}

TEST_CASE_METHOD(Runs, "counts, unfinished runs and pods", "[store]") {
  const auto count = [&](const char* plan) {
    return store().Query(
        [&](MetadataReader& r) { return r.CountActiveExecutions("flytesnacks", "development", plan); });
  };
  CHECK(count("lp") == 1);
  CHECK(count("other") == 0);
  CHECK(count("task") == 0);
  CHECK(Names(store().Query([](MetadataReader& r) { return r.ListUnfinishedExecutions(); }),
              [](const auto& r) { return r.id.name; }) == "a t");

  Write([&](MetadataWriter& w) {
    for (uint32_t i = 0; i < 3; ++i) w.PutTask(Task("a", "n0", i)).value();
    auto elsewhere = Task("a", "n0", 7);
    elsewhere.id.node.execution.project = "other";
    w.PutTask(elsewhere).value();
    auto without = Task("a", "n1", 0);
    without.pod_status.clear();
    return w.PutTask(without);
  });
  const auto pods = [&](const char* where, uint64_t limit) {
    return Names(store().Query([&](MetadataReader& r) { return r.ListPods(where, limit); }),
                 [](const auto& r) { return std::to_string(r.id.attempt); });
  };
  CHECK(pods("", 0) == "0 1 2 7");
  CHECK(pods("", 2) == "2 7");
  CHECK(pods("flytesnacks-development", 2) == "1 2");
  CHECK(pods("no-such", 0) == "");
}

}  // namespace
}  // namespace sandbox::store
