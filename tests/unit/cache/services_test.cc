#include <catch2/catch.hpp>

#include "api/v1/catalog.h"
#include "store/sync_store.h"
#include "support/memory_object_store.h"
#include "unit/compiler/from_json.h"

namespace sandbox::cache {
namespace {

namespace cs = flyteidl::cacheservice;
namespace dc = datacatalog;
using testing::FromJson;

class FixedClock final : public Clock {
 public:
  Instant Now() override { return now; }
  Instant now{std::chrono::seconds(1'700'000'000)};
};

struct Bench {
  Bench() { (void)objects.CreateBucket("my-s3-bucket"); }
  // The answer of a method that answers after a commit.
  template <typename Service, typename Request, typename Response>
  Result<Response> Call(Service& service,
                        void (Service::*method)(const Request&, std::function<void(Result<Response>)>),
                        const std::string& json) {
    std::optional<Result<Response>> answer;
    (service.*method)(FromJson<Request>(json), [&](Result<Response> result) { answer = std::move(result); });
    store->Flush();
    REQUIRE(answer);
    return std::move(*answer);
  }

  std::unique_ptr<store::SyncStore> store = *store::SyncStore::Open();
  testing::MemoryObjectStore objects;
  FixedClock clock;
  api::DataCatalog catalog{{*store, objects, clock}};
  api::CacheService cache{{*store, objects, clock}};
};

const std::string kDataset = R"({"project":"p","domain":"d","name":"set","version":"1"})";
const std::string kArtifact =
    R"({"artifact":{"id":"a1","dataset":)" + kDataset +
    R"(,"data":[{"name":"o0","value":{"scalar":{"primitive":{"integer":"5"}}}}],"metadata":{"keyMap":{"k":"v"}},)"
    R"("partitions":[{"key":"day","value":"one"}]}})";

TEST_CASE("datasets, artifacts and tags are kept and found") {
  Bench bench;
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::CreateArtifact, kArtifact).error().code == Code::kNotFound);
  const std::string create = R"({"dataset":{"id":)" + kDataset + R"(,"metadata":{"keyMap":{"task-version":"v1"}}}})";
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::CreateDataset, create));
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::CreateDataset, create).error().code == Code::kAlreadyExists);
  CHECK(bench.catalog.GetDataset(FromJson<dc::GetDatasetRequest>(R"({"dataset":)" + kDataset + "}"))
            ->dataset()
            .metadata()
            .key_map()
            .at("task-version") == "v1");
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::CreateArtifact, kArtifact));
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::CreateArtifact, kArtifact).error().code == Code::kAlreadyExists);

  const auto by_tag = FromJson<dc::GetArtifactRequest>(R"({"tagName":"t","dataset":)" + kDataset + "}");
  CHECK(bench.catalog.GetArtifact(by_tag).error().code == Code::kNotFound);
  const std::string tag = R"({"tag":{"name":"t","artifactId":"a1","dataset":)" + kDataset + "}}";
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::AddTag, tag));
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::AddTag, tag).error().code == Code::kAlreadyExists);
  const auto found = bench.catalog.GetArtifact(by_tag);
  REQUIRE(found);
  CHECK(found->artifact().data(0).value().scalar().primitive().integer() == 5);
  CHECK(found->artifact().tags(0).name() == "t");
  CHECK(found->artifact().metadata().key_map().at("k") == "v");

  const std::string update =
      R"({"tagName":"t","data":[{"name":"o0","value":{"scalar":{"primitive":{"integer":"6"}}}}],"dataset":)" +
      kDataset + "}";
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::UpdateArtifact, update)->artifact_id() == "a1");
  CHECK(bench.catalog.GetArtifact(by_tag)->artifact().data(0).value().scalar().primitive().integer() == 6);
  const auto list = [&](const std::string& filter) {
    return bench.catalog.ListArtifacts(
        FromJson<dc::ListArtifactsRequest>(R"({"dataset":)" + kDataset + R"(,"filter":{"filters":[)" + filter + "]}}"));
  };
  CHECK(list(R"({"partitionFilter":{"keyVal":{"key":"day","value":"one"}}})")->artifacts_size() == 1);
  CHECK(list(R"({"tagFilter":{"tagName":"other"}})")->artifacts_size() == 0);
  CHECK(list(R"({"datasetFilter":{"name":"set"}})").error().code == Code::kInvalidArgument);
  CHECK(bench.catalog
            .ListDatasets(
                FromJson<dc::ListDatasetsRequest>(R"({"filter":{"filters":[{"datasetFilter":{"project":"p"}}]}})"))
            ->datasets_size() == 1);
  CHECK(bench.catalog
            .ListDatasets(
                FromJson<dc::ListDatasetsRequest>(R"({"filter":{"filters":[{"datasetFilter":{"project":"q"}}]}})"))
            ->datasets_size() == 0);
}

TEST_CASE("a request without its fields names the one that is missing") {
  Bench bench;
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::CreateDataset, "{}").error().message == "missing dataset");
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::CreateDataset, R"({"dataset":{"id":{"project":"p"}}})")
            .error()
            .message == "missing domain");
  CHECK(bench.catalog.GetArtifact(FromJson<dc::GetArtifactRequest>("{}")).error().message ==
        "missing one of artifactID/tagName");
  CHECK(bench
            .Call(bench.catalog, &api::DataCatalog::CreateArtifact,
                  R"({"artifact":{"id":"a","dataset":)" + kDataset + "}}")
            .error()
            .message == "missing artifactData");
  CHECK(bench.Call(bench.cache, &api::CacheService::Put, R"({"key":"k","output":{"outputUri":"s3://x/y"}})")
            .error()
            .message == "missing source_identifier");
  CHECK(bench.cache.Get(FromJson<cs::GetCacheRequest>("{}")).error().message == "missing key");
}

TEST_CASE("a reservation has one owner until it is given back or expires") {
  Bench bench;
  const auto reserve = [&](const std::string& owner) {
    auto got = bench.Call(bench.catalog, &api::DataCatalog::GetOrExtendReservation,
                          R"({"reservationId":{"tagName":"t","datasetId":)" + kDataset +
                              R"(},"heartbeatInterval":"5s","ownerId":")" + owner + R"("})");
    REQUIRE(got);
    return got->reservation();
  };
  CHECK(reserve("one").owner_id() == "one");
  CHECK(reserve("one").expires_at().seconds() == 1'700'000'015);
  CHECK(reserve("two").owner_id() == "one");
  bench.clock.now += std::chrono::seconds(10);
  CHECK(reserve("one").expires_at().seconds() == 1'700'000'025);
  bench.clock.now += std::chrono::seconds(14);
  CHECK(reserve("two").owner_id() == "one");
  bench.clock.now += std::chrono::seconds(1);
  CHECK(reserve("two").owner_id() == "two");
  const std::string release = R"({"reservationId":{"tagName":"t","datasetId":)" + kDataset + R"(},"ownerId":"one"})";
  CHECK(bench.Call(bench.catalog, &api::DataCatalog::ReleaseReservation, release));
  CHECK(reserve("one").owner_id() == "two");

  const std::string same_key = R"({"key":"t","ownerId":"three"})";
  CHECK(bench.Call(bench.cache, &api::CacheService::GetOrExtendReservation, same_key)->reservation().owner_id() ==
        "three");
  CHECK(bench.Call(bench.cache, &api::CacheService::ReleaseReservation, same_key));
  CHECK(bench.Call(bench.cache, &api::CacheService::GetOrExtendReservation, R"({"key":"t","ownerId":"four"})")
            ->reservation()
            .owner_id() == "four");
}

TEST_CASE("the cache service keeps outputs by key") {
  Bench bench;
  const auto put = [&](const std::string& value, bool overwrite) {
    return bench.Call(bench.cache, &api::CacheService::Put,
                      R"({"key":"k","overwrite":)" + std::string(overwrite ? "true" : "false") +
                          R"(,"output":{"metadata":{"sourceIdentifier":{"name":"t"}},"outputUri":")" + value +
                          R"("}})");
  };
  const auto get = [&] { return bench.cache.Get(FromJson<cs::GetCacheRequest>(R"({"key":"k"})")); };
  CHECK(get().error().code == Code::kNotFound);
  CHECK(put("s3://a/one", false));
  CHECK(put("s3://a/two", false).error().code == Code::kAlreadyExists);
  CHECK(get()->output().output_uri() == "s3://a/one");
  bench.clock.now += std::chrono::seconds(1);
  CHECK(put("s3://a/two", true));
  CHECK(get()->output().output_uri() == "s3://a/two");
  CHECK(get()->output().metadata().created_at().seconds() + 1 ==
        get()->output().metadata().last_updated_at().seconds());
  CHECK(bench.Call(bench.cache, &api::CacheService::Delete, R"({"key":"k"})"));
  CHECK(bench.Call(bench.cache, &api::CacheService::Delete, R"({"key":"k"})").error().code == Code::kNotFound);
  CHECK(get().error().code == Code::kNotFound);
}

}  // namespace
}  // namespace sandbox::cache
