// One text in the names of everything, on a real store.

#include "api/local/search.h"

#include "api/local/image_list.h"
#include "run_world.h"
#include "support/memory_object_store.h"

namespace sandbox::testing {
namespace {

struct Searched : World {
  Searched() {
    execution.error = model::ExecutionError{"USER:NonRecoverable", "ValueError: no such column", "", {}};
    execution.phase = model::ExecutionPhase::kFailed;
    Begin({});
    PutPod("n0", "run-n0-0");
    PutPod("n1", "run-n1-0");
    REQUIRE(objects.CreateBucket("data"));
    for (const char* key : {"tables/2025/a.csv", "tables/2026/b.csv", "table of contents"})
      REQUIRE(objects.Put("data", key, "x", Durability::kCached));
  }

  void PutPod(const std::string& node, const std::string& name) {
    Put(Node(node, model::NodePhase::kRunning));
    model::TaskRecord task;
    task.id = {{kRun, node}, 0};
    task.generated_name = name;
    task.pod_status = "Running";
    Put(task);
  }

  void Register(const std::string& name, const std::string& image) {
    core::CompiledTask task;
    task.mutable_template_()->mutable_container()->set_image(image);
    model::EntityRecord entity;
    entity.id = {EntityKind::kTask, "p", "d", name, "v1"};
    entity.closure = task.SerializeAsString();
    Write([&](MetadataWriter& writer) { return writer.InsertEntity(entity); });
  }

  json Find(const std::string& text, const std::string& group, uint64_t limit = 8) {
    return store->Query(
        [&](MetadataReader& reader) { return SearchGroups(reader, host, objects, {text, "p", "d", limit})[group]; });
  }
  std::vector<std::string> Titles(const std::string& text, const std::string& group, uint64_t limit = 8) {
    std::vector<std::string> out;
    for (const json& hit : Find(text, group, limit)) out.push_back(hit["title"]);
    return out;
  }

  MemoryObjectStore objects;
  std::vector<HostImage> host;
};

using Names = std::vector<std::string>;

TEST_CASE("an execution is found by its id, by what it runs and by its error", "[search]") {
  Searched world;
  for (const char* text : {"RU", "wf", "no such column"}) {
    CAPTURE(text);
    CHECK(world.Titles(text, "executions") == Names{"run"});
  }
  CHECK(world.Find("RU", "executions")[0]["match"] == json::array({{0, 2}}));
  CHECK(world.Find("no such column", "executions")[0]["match"].empty());
  CHECK(world.Titles("nothing of it", "executions").empty());
}

TEST_CASE("pods are found by their names, the newest first", "[search]") {
  Searched world;
  CHECK(world.Titles("run-", "pods") == Names{"run-n1-0", "run-n0-0"});
  CHECK(world.Titles("run-", "pods", 1) == Names{"run-n1-0"});
  const json hit = world.Find("N0", "pods")[0];
  CHECK(hit["href"] == "/console/pods/p-d/run-n0-0");
  CHECK(hit["detail"] == "p-d Running");
}

TEST_CASE("images are found by any of their names, whether they are here or only wanted", "[search]") {
  Searched world;
  world.Register("train", "registry.test/models:v2");
  world.host = {{"sha256:1", {"flytebasics:v1", "basics:stable"}, 1, kStart, "linux/amd64"}};
  const json wanted = world.Find("models", "images")[0];
  CHECK(wanted["title"] == "registry.test/models:v2");
  CHECK(wanted["detail"] == "train");
  CHECK(wanted["href"] == "/console/images/registry.test%2Fmodels%3Av2");
  CHECK(world.Titles("stable", "images") == Names{"basics:stable"});
  CHECK(world.Titles("sha256:1", "images").empty());
}

TEST_CASE("objects are found by the beginning of their key or of their address", "[search]") {
  Searched world;
  const Names all = {"s3://data/tables/", "s3://data/table of contents"};
  CHECK(world.Titles("table", "objects") == all);
  CHECK(world.Titles("s3://data/table", "objects") == all);
  CHECK(world.Titles("data/table", "objects") == all);
  CHECK(world.Titles("table", "objects", 1).size() == 1);
  CHECK(world.Titles("s3://data/tables/2025/", "objects") == Names{"s3://data/tables/2025/a.csv"});
  CHECK(world.Find("s3://data/tables/2025/", "objects")[0]["href"] == "/console/objects/data/tables/2025/a.csv");
  CHECK(world.Titles("s3://da", "objects") == Names{"s3://data/"});
  CHECK(world.Titles("s3://table", "objects").empty());
}

}  // namespace
}  // namespace sandbox::testing
