// Registry rows beside entities: names, projects, attributes, descriptions, signals, launch plan states.

#include <catch2/catch.hpp>

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

TEST_CASE_METHOD(Fixture, "names exist from the first version on and keep their metadata", "[store]") {
  const EntityId name = Id(EntityKind::kWorkflow, "wf", "");
  const auto find = [&] { return Query([&](MetadataReader& r) { return r.FindNamedEntity(name); }); };
  REQUIRE(Write([&](MetadataWriter& w) { return w.PutNamedEntity({name, "early words", 1}); }));
  CHECK_FALSE(find());
  for (const char* version : {"v1", "v2"}) {
    REQUIRE(Write([&](MetadataWriter& w) { return w.InsertEntity(Entity(Id(EntityKind::kWorkflow, "wf", version))); }));
  }
  REQUIRE(find());
  CHECK(find()->description == "early words");
  CHECK(find()->state == 1);
  CHECK(find()->id == name);
  REQUIRE(Write([&](MetadataWriter& w) { return w.PutNamedEntity({name, "words", 0}); }));
  CHECK(find()->description == "words");

  REQUIRE(Write([&](MetadataWriter& w) { return w.InsertEntity(Entity(Id(EntityKind::kWorkflow, "a"))); }));
  const auto ids = Query([](MetadataReader& r) { return r.ListEntityNames(EntityKind::kWorkflow, {}); });
  REQUIRE(ids);
  CHECK(Names(*ids, [](const EntityId& id) { return id.name + id.version; }) == "a wf");
  CHECK(Query([](MetadataReader& r) { return r.ListNamedEntities(EntityKind::kTask, {}); })->empty());
}

TEST_CASE_METHOD(Fixture, "lists of workflows leave out the closure", "[store]") {
  REQUIRE(Write([&](MetadataWriter& w) { return w.InsertEntity(Entity(Id(EntityKind::kWorkflow, "wf"))); }));
  REQUIRE(Write([&](MetadataWriter& w) { return w.InsertEntity(Entity(Id(EntityKind::kTask, "t"))); }));
  const auto workflows = Query([](MetadataReader& r) { return r.ListEntities(EntityKind::kWorkflow, {}); });
  const auto tasks = Query([](MetadataReader& r) { return r.ListEntities(EntityKind::kTask, {}); });
  CHECK(workflows->at(0).closure.empty());
  CHECK(workflows->at(0).typed_interface == "interface");
  CHECK_FALSE(tasks->at(0).closure.empty());
}

TEST_CASE_METHOD(Fixture, "launch plans change state", "[store]") {
  const auto one = Id(EntityKind::kLaunchPlan, "lp", "v1"), two = Id(EntityKind::kLaunchPlan, "lp", "v2");
  REQUIRE(
      Write([&](MetadataWriter& w) { return w.InsertEntity(Entity(one)) ? w.InsertEntity(Entity(two)) : Status(); }));
  const auto active = [&] {
    return Query([](MetadataReader& r) { return r.FindActiveLaunchPlan("flytesnacks", "development", "lp"); });
  };
  CHECK_FALSE(active());
  REQUIRE(Write([&](MetadataWriter& w) { return w.SetLaunchPlanState(two, 1, At(70)); }));
  REQUIRE(active());
  CHECK(active()->id == two);
  CHECK(active()->updated_at == At(70));
  REQUIRE(Write([&](MetadataWriter& w) { return w.SetLaunchPlanState(two, 0, At(71)); }));
  CHECK_FALSE(active());
  CHECK_FALSE(
      Write([&](MetadataWriter& w) { return w.SetLaunchPlanState(Id(EntityKind::kLaunchPlan, "no"), 1, At(70)); }));
}

TEST_CASE_METHOD(Fixture, "projects", "[store]") {
  model::ProjectRecord project{"p1", "name", "about", 0, "labels", At(1), At(1)};
  REQUIRE(Write([&](MetadataWriter& w) { return w.InsertProject(project); }));
  CHECK(Write([&](MetadataWriter& w) { return w.InsertProject(project); }).error().reason == "ROW_EXISTS");
  project.state = 1;
  project.labels.clear();
  project.updated_at = At(2);
  REQUIRE(Write([&](MetadataWriter& w) { return w.UpdateProject(project); }));
  const auto read = Query([](MetadataReader& r) { return r.FindProject("p1"); });
  REQUIRE(read);
  CHECK(read->name == "name");
  CHECK(read->state == 1);
  CHECK(read->labels.empty());
  CHECK(read->created_at == At(1));
  CHECK(read->updated_at == At(2));
  CHECK_FALSE(Query([](MetadataReader& r) { return r.FindProject("p2"); }));
  project.id = "p2";
  CHECK_FALSE(Write([&](MetadataWriter& w) { return w.UpdateProject(project); }));
}

TEST_CASE_METHOD(Fixture, "attributes match by their filled fields, the most specific first", "[store]") {
  const auto put = [&](model::AttributesKey key, int priority, const char* text) {
    REQUIRE(Write([&](MetadataWriter& w) { return w.PutAttributes({key, priority, text}); }));
  };
  put({"p", "", "", "", 1}, 5, "project");
  put({"p", "d", "wf", "", 1}, 100, "workflow");
  put({"p", "d", "", "", 1}, 10, "domain");
  put({"p", "d", "", "", 2}, 10, "other kind");
  put({"q", "", "", "", 1}, 5, "other project");
  put({"p", "d", "", "", 1}, 10, "domain again");
  const auto match = [&](model::AttributesKey key) {
    return Names(Query([&](MetadataReader& r) { return r.MatchAttributes(key); }),
                 [](const auto& a) { return a.attributes; });
  };
  CHECK(match({"p", "d", "wf", "lp", 1}) == "workflow domain again project");
  CHECK(match({"p", "e", "", "", 1}) == "project");
  CHECK(match({"z", "", "", "", 1}) == "");
  CHECK(Query([](MetadataReader& r) { return r.ListAttributes(1).size(); }) == 4);
  const model::AttributesKey exact{"p", "d", "", "", 1};
  CHECK(Query([&](MetadataReader& r) { return r.FindAttributes(exact)->attributes; }) == "domain again");
  REQUIRE(Write([&](MetadataWriter& w) { return w.DeleteAttributes(exact); }));
  REQUIRE(Write([&](MetadataWriter& w) { return w.DeleteAttributes(exact); }));
  CHECK_FALSE(Query([&](MetadataReader& r) { return r.FindAttributes(exact); }));
}

TEST_CASE_METHOD(Fixture, "descriptions and signals are replaced by key", "[store]") {
  const EntityId id = Id(EntityKind::kTask, "t");
  for (const char* text : {"one", "two"}) {
    REQUIRE(Write([&](MetadataWriter& w) { return w.PutDescription({id, text, At(3)}); }));
    REQUIRE(Write([&](MetadataWriter& w) { return w.PutSignal({RunId("e"), "go", "type", text, At(4)}); }));
  }
  CHECK(Query([&](MetadataReader& r) { return r.FindDescription(id)->description; }) == "two");
  EntityId any = id;
  any.kind = EntityKind::kUnspecified;
  CHECK(Query([&](MetadataReader& r) { return r.FindDescription(any)->id; }) == id);
  CHECK(Query([](MetadataReader& r) { return r.ListDescriptions(EntityKind::kUnspecified, {})->size(); }) == 1);
  const auto signal = Query([](MetadataReader& r) { return r.FindSignal(RunId("e"), "go"); });
  REQUIRE(signal);
  CHECK(signal->value == "two");
  CHECK(signal->type == "type");
  CHECK(signal->created_at == At(4));
  CHECK_FALSE(Query([](MetadataReader& r) { return r.FindSignal(RunId("e"), "stop"); }));
  const ListQuery by_run{.conditions = {Where(ListEntity::kSignal, "execution_name", FilterOp::kEq, {"e"})},
                         .sort_column = "signal_id"};
  CHECK(Query([&](MetadataReader& r) { return r.ListSignals(by_run)->size(); }) == 1);
}

}  // namespace
}  // namespace sandbox::store
