// Uploads over several requests.

#include "oci/uploads.h"

#include "unit/oci/world.h"

namespace sandbox::oci {
namespace {

struct Uploading : World {
  CountingEntropy entropy;
  UploadTable table{*store, clock, entropy};
  std::string ReasonOf(std::string_view repository, std::string_view id) {
    const auto taken = table.Take(repository, id);
    return taken ? "" : taken.error().reason;
  }
};

TEST_CASE("an upload goes on where it was", "[oci]") {
  Uploading world;
  const std::string id = *world.table.Begin("app");
  REQUIRE((*world.table.Take("app", id))->Append("lay"));
  REQUIRE((*world.table.Take("app", id))->Append("er"));
  auto upload = *world.table.Take("app", id);
  CHECK(upload->Bytes() == 5);
  CHECK(world.ReasonOf("app", id) == "BLOB_UPLOAD_INVALID");
  REQUIRE(upload->Finish(DigestOfBytes("layer")));
  upload.Drop();
  CHECK(world.ReasonOf("app", id) == "BLOB_UPLOAD_UNKNOWN");
  CHECK(world.HasBlob("layer"));
}

TEST_CASE("an upload belongs to its repository", "[oci]") {
  Uploading world;
  const std::string id = *world.table.Begin("app");
  CHECK(world.ReasonOf("other", id) == "BLOB_UPLOAD_UNKNOWN");
  CHECK(world.ReasonOf("app", "../x") == "BLOB_UPLOAD_UNKNOWN");
  CHECK(world.ReasonOf("app", id) == "");
}

TEST_CASE("an empty blob is a blob", "[oci]") {
  Uploading world;
  const std::string id = *world.table.Begin("app");
  REQUIRE((*world.table.Take("app", id))->Finish(DigestOfBytes("")));
  CHECK(world.HasBlob(""));
}

TEST_CASE("uploads that were left are dropped, those under way are not", "[oci]") {
  Uploading world;
  const std::string left = *world.table.Begin("app"), kept = *world.table.Begin("app");
  auto busy = *world.table.Take("app", *world.table.Begin("app"));
  world.clock.Advance(std::chrono::minutes(50));
  CHECK(world.ReasonOf("app", kept) == "");
  world.clock.Advance(std::chrono::minutes(50));
  CHECK(world.table.Expire(world.clock.Now() - std::chrono::minutes(60)) == 1);
  CHECK(world.ReasonOf("app", left) == "BLOB_UPLOAD_UNKNOWN");
  CHECK(world.ReasonOf("app", kept) == "");
  CHECK(busy->Append("x"));
}

TEST_CASE("a request may end after the table", "[oci]") {
  World world;
  CountingEntropy entropy;
  auto table = std::make_unique<UploadTable>(*world.store, world.clock, entropy);
  auto lease = *table->Take("app", *table->Begin("app"));
  REQUIRE(lease->Append("x"));
  table.reset();
  CHECK(lease->Bytes() == 1);
}

TEST_CASE("there are not more uploads than files may be open", "[oci]") {
  Uploading world;
  std::string first = *world.table.Begin("app");
  for (size_t i = 1; i < kUploadsMax; ++i) REQUIRE(world.table.Begin("app"));
  CHECK(world.table.Begin("app").error().reason == "TOOMANYREQUESTS");
  world.table.Take("app", first)->Drop();
  CHECK(world.table.Begin("app"));
}

}  // namespace
}  // namespace sandbox::oci
