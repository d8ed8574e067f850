// Why a node asked the cache in vain.

#include "api/local/cache_row.h"

#include "flyteidl/core/catalog.pb.h"
#include "unit/local/run_world.h"

namespace sandbox::testing {
namespace {

using namespace std::chrono_literals;

const model::DatasetId kDataset{"p", "d", "flyte_task-t", "1.0-abc-_123-def-_456"};

struct Cache : World {
  Cache() {
    Begin({});
    node = Node("n0", model::NodePhase::kRunning);
    node.cache_status = core::CACHE_MISS;
    node.cache_claim = {.dataset = kDataset, .tag = "t"};
  }
  void Add(const model::DatasetId& id, const std::string& artifact, Instant at, const std::string& execution) {
    model::DatasetRecord dataset;
    dataset.id = id;
    dataset.created_at = at;
    model::ArtifactRecord made;
    made.dataset = id;
    made.id = artifact;
    made.created_at = at;
    made.metadata = {{"exec-project", "p"}, {"exec-domain", "d"}, {"execution-name", execution}, {"exec-node", "n3"}};
    Write([&](MetadataWriter& writer) -> Status {
      if (!writer.FindDataset(id)) {
        if (auto put = writer.InsertDataset(dataset); !put) return put;
      }
      return writer.PutArtifact(made);
    });
  }
  json Why() {
    return store->Query([&](MetadataReader& reader) { return WhyMissed(reader, execution, node); });
  }

  model::NodeRecord node;
};

TEST_CASE("the first of its kind was not in the cache because nothing was", "[runs]") {
  Cache cache;
  CHECK(cache.Why() == json({{"code", "FIRST"}}));
  cache.Add(kDataset, "later", kStart + 1s, "other");
  CHECK(cache.Why() == json({{"code", "FIRST"}}));
}

TEST_CASE("other inputs are told with the execution that cached the newest", "[runs]") {
  Cache cache;
  cache.Add(kDataset, "a", kStart - 20s, "oldest");
  cache.Add(kDataset, "b", kStart - 10s, "newest");
  const json from = {{"project", "p"}, {"domain", "d"}, {"execution", "newest"}, {"node", "n3"}};
  CHECK(cache.Why() == json({{"code", "INPUTS"}, {"from", from}}));
}

TEST_CASE("what a node has stored itself is not what it missed", "[runs]") {
  Cache cache;
  cache.Add(kDataset, "own", kStart - 1s, "run");
  core::CatalogMetadata stored;
  stored.mutable_dataset_id()->set_project(kDataset.project);
  stored.mutable_dataset_id()->set_domain(kDataset.domain);
  stored.mutable_dataset_id()->set_name(kDataset.name);
  stored.mutable_dataset_id()->set_version(kDataset.version);
  stored.mutable_artifact_tag()->set_artifact_id("own");
  cache.node.cache_claim.reset();
  cache.node.cache_status = core::CACHE_POPULATED;
  cache.node.catalog_key = stored.SerializeAsString();
  CHECK(cache.Why() == json({{"code", "FIRST"}}));
}

TEST_CASE("another cache version and another interface are told apart", "[runs]") {
  Cache version;
  version.Add({"p", "d", "flyte_task-t", "0.9-abc-_123-def-_456"}, "a", kStart - 20s, "other");
  CHECK(version.Why() == json({{"code", "VERSION"}, {"before", "0.9"}, {"now", "1.0"}}));
  Cache interface;
  interface.Add({"p", "d", "flyte_task-t", "1.0-xyz-_123-def-_456"}, "a", kStart - 20s, "other");
  CHECK(interface.Why() == json({{"code", "INTERFACE"}}));
  Cache task;
  task.Add({"p", "d", "flyte_task-u", "0.9-abc-_123-def-_456"}, "a", kStart - 20s, "other");
  CHECK(task.Why() == json({{"code", "FIRST"}}));
}

TEST_CASE("an execution that overwrites misses on purpose; what did not ask misses nothing", "[runs]") {
  Cache cache;
  cache.Add(kDataset, "a", kStart - 20s, "other");
  cache.execution.settings.overwrite_cache = true;
  CHECK(cache.Why() == json({{"code", "OVERWRITE"}}));
  cache.node.cache_claim.reset();
  CHECK(cache.Why() == nullptr);
  cache.node.cache_status = core::CACHE_HIT;
  CHECK(cache.Why() == nullptr);
}

}  // namespace
}  // namespace sandbox::testing
