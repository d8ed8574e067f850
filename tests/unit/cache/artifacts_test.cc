#include "cache/artifacts.h"

#include <catch2/catch.hpp>

#include "engine/cache.h"
#include "flyteidl/core/catalog.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "store/sync_store.h"
#include "support/memory_object_store.h"
#include "unit/compiler/from_json.h"

namespace sandbox::cache {
namespace {

using engine::CacheAnswer;
using flyteidl::core::CatalogMetadata;
using flyteidl::core::LiteralMap;
using flyteidl::core::TaskTemplate;
using testing::FromJson;

const Instant kNow{std::chrono::seconds(1'700'000'000)};
const model::CacheClaim kClaim{{"p", "d", "flyte_task-t", "1.0-in-out"}, "flyte_cached-x", "", "", ""};

struct Bench {
  Bench() { (void)objects.CreateBucket("my-s3-bucket"); }
  // As an attempt of execution `name` that ended with o0 = value.
  engine::CacheStored Store(const model::CacheClaim& claim, const std::string& name, int value) {
    LiteralMap outputs;
    (*outputs.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_integer(value);
    const engine::CacheSource source{
        {{{"p", "d", name}, "n0-0-n1"}, 2}, "n1", {EntityKind::kTask, "p", "d", "t", "v-" + name}};
    auto stored = engine::StoreInCache({}, claim, outputs, source, kNow);
    for (const auto& object : stored.objects)
      REQUIRE(objects.Put("my-s3-bucket", object.uri.substr(18), object.bytes, Durability::kSynced));
    if (stored.put) {
      store->Write([&](MetadataWriter& writer) { return PutInCatalog(writer, *stored.put); },
                   [](const Status& status) { CHECK(status.has_value()); });
      store->Flush();
    }
    return stored;
  }
  std::optional<CacheAnswer> Read(const std::string& output_type = R"({"simple":"INTEGER"})", bool item = false) {
    engine::LookUpCache question;
    question.task = std::make_shared<TaskTemplate>(
        FromJson<TaskTemplate>(R"({"id":{"resourceType":"TASK","project":"p","domain":"d","name":"t","version":"v9"},)"
                               R"("interface":{"outputs":{"variables":{"o0":{"type":)" +
                               output_type + "}}}}}"));
    question.item = item;
    const auto found =
        store->Query([](MetadataReader& reader) { return reader.FindTaggedArtifact(kClaim.dataset, kClaim.tag); });
    if (!found) return std::nullopt;
    const auto dataset = store->Query([](MetadataReader& reader) { return reader.FindDataset(kClaim.dataset); });
    return ReadArtifact(objects, question, *found, kClaim.tag, dataset->metadata.at(kTaskVersion), 1000);
  }

  std::unique_ptr<store::SyncStore> store = *store::SyncStore::Open();
  testing::MemoryObjectStore objects;
};

CatalogMetadata Parse(const std::string& bytes) {
  CatalogMetadata out;
  REQUIRE(out.ParseFromString(bytes));
  return out;
}

TEST_CASE("what one execution put, another takes, with its source") {
  Bench bench;
  CHECK_FALSE(bench.Read());
  const auto stored = bench.Store(kClaim, "first", 25);
  CHECK(stored.status == engine::CacheStatus::kPopulated);
  CHECK_FALSE(Parse(stored.metadata).has_source_task_execution());
  const auto hit = bench.Read();
  REQUIRE(hit);
  CHECK(hit->outputs->literals().at("o0").scalar().primitive().integer() == 25);
  const CatalogMetadata metadata = Parse(hit->metadata);
  CHECK(metadata.dataset_id().resource_type() == flyteidl::core::DATASET);
  CHECK(metadata.dataset_id().version() == "1.0-in-out");
  CHECK(metadata.artifact_tag().name() == "flyte_cached-x");
  CHECK(metadata.artifact_tag().artifact_id() == Parse(stored.metadata).artifact_tag().artifact_id());
  const auto& source = metadata.source_task_execution();
  CHECK(source.node_execution_id().execution_id().name() == "first");
  CHECK(source.node_execution_id().node_id() == "n1");
  CHECK(source.retry_attempt() == 2);
  CHECK(source.task_id().version() == "v-first");
}

TEST_CASE("the same end again changes nothing; a second that made it at the same time leaves the tag alone") {
  Bench bench;
  const auto first = bench.Store(kClaim, "first", 1);
  CHECK(bench.Store(kClaim, "first", 1).metadata == first.metadata);
  bench.Store(kClaim, "second", 2);
  CHECK(bench.Read()->outputs->literals().at("o0").scalar().primitive().integer() == 1);
  CHECK(bench.store->Query([](MetadataReader& reader) { return reader.ArtifactsOf(kClaim.dataset); }).size() == 2);
}

TEST_CASE("overwriting keeps the artifact and names itself as the source, with the dataset's task version") {
  Bench bench;
  const std::string id = Parse(bench.Store(kClaim, "first", 1).metadata).artifact_tag().artifact_id();
  model::CacheClaim claim = kClaim;
  claim.artifact = id;
  claim.task_version = "v-first";
  const CatalogMetadata over = Parse(bench.Store(claim, "second", 2).metadata);
  CHECK(over.artifact_tag().artifact_id() == id);
  CHECK(over.source_task_execution().node_execution_id().execution_id().name() == "second");
  CHECK(over.source_task_execution().task_id().version() == "v-first");
  const auto hit = bench.Read();
  CHECK(hit->outputs->literals().at("o0").scalar().primitive().integer() == 2);
  CHECK(Parse(hit->metadata).source_task_execution().node_execution_id().execution_id().name() == "second");
}

TEST_CASE("an artifact that is not what the task declares, or whose data is gone, is a miss") {
  Bench bench;
  bench.Store(kClaim, "first", 1);
  CHECK(bench.Read());
  CHECK_FALSE(bench.Read(R"({"simple":"STRING"})"));
  CHECK(bench.Read(R"({"collectionType":{"simple":"INTEGER"}})", true));
  CHECK_FALSE(bench.Read(R"({"collectionType":{"simple":"INTEGER"}})"));
  const auto found =
      bench.store->Query([](MetadataReader& reader) { return reader.FindTaggedArtifact(kClaim.dataset, kClaim.tag); });
  const std::string uri = found->data.at(0).second;
  CHECK(uri == "s3://my-s3-bucket/metadata/p/d/flyte_task-t/1.0-in-out/" + found->id + "/o0/data.pb");
  REQUIRE(bench.objects.Remove("my-s3-bucket", uri.substr(18)));
  CHECK_FALSE(bench.Read());
}

TEST_CASE("without a key nothing is put, and the status says so") {
  Bench bench;
  const auto stored = bench.Store({}, "first", 1);
  CHECK(stored.status == engine::CacheStatus::kPutFailure);
  CHECK(Parse(stored.metadata).dataset_id().resource_type() == flyteidl::core::TASK);
  CHECK(stored.objects.empty());
}

TEST_CASE("An offloaded literal without a hash counts by its value, wherever that is") {
  Bench bench;
  const auto hash = [&bench](const std::string& inputs) {
    return WithHashes(bench.objects, FromJson<LiteralMap>(inputs)).literals().at("x");
  };
  const auto value = FromJson<flyteidl::core::Literal>(R"({"scalar":{"primitive":{"integer":"7"}}})");
  for (const char* key : {"one", "two"})
    REQUIRE(bench.objects.Put("my-s3-bucket", key, value.SerializeAsString(), Durability::kSynced));
  const auto one = hash(R"({"literals":{"x":{"offloadedMetadata":{"uri":"s3://my-s3-bucket/one"}}}})");
  CHECK_FALSE(one.hash().empty());
  CHECK(hash(R"({"literals":{"x":{"offloadedMetadata":{"uri":"s3://my-s3-bucket/two"}}}})").hash() == one.hash());
  CHECK(
      hash(R"({"literals":{"x":{"collection":{"literals":[{"offloadedMetadata":{"uri":"s3://my-s3-bucket/two"}}]}}}})")
          .collection()
          .literals(0)
          .hash() == one.hash());
  CHECK(hash(R"({"literals":{"x":{"map":{"literals":{"k":{"offloadedMetadata":{"uri":"s3://my-s3-bucket/two"}}}}}}})")
            .map()
            .literals()
            .at("k")
            .hash() == one.hash());
  CHECK(hash(R"({"literals":{"x":{"hash":"mine","offloadedMetadata":{"uri":"s3://my-s3-bucket/one"}}}})").hash() ==
        "mine");
  CHECK(hash(R"({"literals":{"x":{"offloadedMetadata":{"uri":"s3://my-s3-bucket/gone"}}}})").hash().empty());
}

}  // namespace
}  // namespace sandbox::cache
