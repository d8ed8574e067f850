// Inputs and outputs as clients get them, whatever their size.

#include <catch2/catch.hpp>
#include <future>

#include "api/v1/execution_service.h"
#include "store/sqlite_store.h"
#include "support/memory_object_store.h"
#include "support/temp_directory.h"
#include "unit/control/instant_executions.h"

using namespace sandbox;
namespace core = flyteidl::core;
namespace admin = flyteidl::admin;

namespace {

constexpr size_t kMegabyte = 1024 * 1024;

class StillClock : public Clock {
 public:
  Instant Now() override { return Instant(std::chrono::hours(500'000)); }
};

class NoEntropy : public Entropy {
 public:
  uint64_t Next() override { return 4; }
};

class NoSigner : public UrlSigner {
 public:
  std::string Sign(std::string_view, std::string_view, std::string_view, Duration,
                   const std::map<std::string, std::string>&) override {
    return "signed";
  }
};

core::LiteralMap Text(size_t megabytes) {
  core::LiteralMap out;
  (*out.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_string_value(
      std::string(megabytes * kMegabyte, 'x'));
  return out;
}

// One execution with one node, whose inputs and outputs have as many megabytes.
struct World {
  World(size_t inputs, size_t outputs)
      : store(std::move(*store::SqliteStore::Open(directory.Path() + "/state.db"))),
        executions(*store, clock),
        requests(control::RequestDeps{{}, *store, objects, executions, clock, entropy}),
        service({requests, *store, objects, signer, clock, entropy}) {
    id.set_project("p");
    id.set_domain("d");
    id.set_name("e");
    model::ExecutionRecord execution;
    execution.id = {"p", "d", "e"};
    execution.inputs = Text(inputs).SerializeAsString();
    execution.output_uri = "s3://my-s3-bucket/out";
    model::NodeRecord node;
    node.id = {execution.id, "n0"};
    node.input_uri = "s3://my-s3-bucket/in";
    node.output_uri = "s3://my-s3-bucket/out";
    Put("in", Text(inputs));
    Put("out", Text(outputs));
    std::promise<Status> written;
    store->Write(
        [&](MetadataWriter& writer) -> Status {
          if (auto inserted = writer.InsertExecution(execution); !inserted) return inserted;
          return writer.PutNode(node);
        },
        [&](const Status& status) { written.set_value(status); });
    REQUIRE(written.get_future().get());
  }
  void Put(const std::string& key, const core::LiteralMap& map) {
    REQUIRE(objects.Put("my-s3-bucket", key, map.SerializeAsString(), Durability::kCached));
  }
  admin::NodeExecutionGetDataResponse NodeData() {
    admin::NodeExecutionGetDataRequest request;
    *request.mutable_id()->mutable_execution_id() = id;
    request.mutable_id()->set_node_id("n0");
    auto out = service.GetNodeExecutionData(request);
    REQUIRE(out);
    return *out;
  }
  admin::WorkflowExecutionGetDataResponse ExecutionData() {
    admin::WorkflowExecutionGetDataRequest request;
    *request.mutable_id() = id;
    auto out = service.GetExecutionData(request);
    REQUIRE(out);
    return *out;
  }

  testing::TempDirectory directory;
  StillClock clock;
  NoEntropy entropy;
  NoSigner signer;
  testing::MemoryObjectStore objects;
  std::unique_ptr<store::SqliteStore> store;
  testing::InstantExecutions executions;
  control::Requests requests;
  api::ExecutionService service;
  core::WorkflowExecutionIdentifier id;
};

}  // namespace

TEST_CASE("What fits into flytekit's messages is in the reply, and nothing is a link") {
  World world(9, 10);
  const auto data = world.NodeData();
  CHECK(data.full_inputs().literals().size() == 1);
  CHECK(data.full_outputs().literals().size() == 1);
  CHECK(data.has_inputs());
  CHECK(data.inputs().url().empty());
  CHECK(data.outputs().bytes() == 0);
  CHECK(world.ExecutionData().full_outputs().literals().size() == 1);
}

TEST_CASE("Of inputs and outputs that are too large together the larger is a link") {
  World world(12, 9);
  const auto data = world.NodeData();
  CHECK(data.full_inputs().literals().empty());
  CHECK(data.inputs().url() == "s3://my-s3-bucket/in");
  CHECK(data.inputs().bytes() == static_cast<int64_t>(Text(12).ByteSizeLong()));
  CHECK(data.full_outputs().literals().size() == 1);
  CHECK(data.outputs().url().empty());
}

TEST_CASE("Both are links when each is too large by itself") {
  World world(21, 22);
  const auto data = world.NodeData();
  CHECK(data.full_inputs().literals().empty());
  CHECK(data.full_outputs().literals().empty());
  CHECK(data.inputs().bytes() > static_cast<int64_t>(21 * kMegabyte));
  CHECK(data.outputs().bytes() > static_cast<int64_t>(22 * kMegabyte));
  CHECK(data.ByteSizeLong() < kMegabyte);
}

TEST_CASE("An execution's large inputs are a link as soon as their object is there") {
  World world(20, 1);
  CHECK(world.ExecutionData().full_inputs().literals().size() == 1);
  world.Put("metadata/p/d/e/inputs", Text(20));
  const auto data = world.ExecutionData();
  CHECK(data.full_inputs().literals().empty());
  CHECK(data.inputs().url() == "s3://my-s3-bucket/metadata/p/d/e/inputs");
  CHECK(data.full_outputs().literals().size() == 1);
}

TEST_CASE("Data by address is whole, whatever its size") {
  World world(5, 22);
  flyteidl::service::GetDataRequest request;
  request.set_flyte_url("flyte://v1/p/d/e/n0/o/o0");
  auto data = world.service.GetData(request);
  REQUIRE(data);
  CHECK(data->literal().scalar().primitive().string_value().size() == 22 * kMegabyte);
}

TEST_CASE("An offloaded literal is handed out as it is") {
  World world(1, 1);
  core::LiteralMap outputs;
  (*outputs.mutable_literals())["o0"].mutable_offloaded_metadata()->set_uri("s3://b/k");
  world.Put("out", outputs);
  CHECK(world.NodeData().full_outputs().literals().at("o0").offloaded_metadata().uri() == "s3://b/k");
}

TEST_CASE("Inputs that are too large are refused before anything else, with the name of the largest") {
  World world(1, 1);
  admin::ExecutionCreateRequest request;
  (*request.mutable_inputs()->mutable_literals())["small"].mutable_scalar()->mutable_primitive()->set_integer(1);
  (*request.mutable_inputs()->mutable_literals())["big"] = Text(11).literals().at("o0");
  const bool old_client = GENERATE(false, true);
  if (old_client) request.mutable_spec()->mutable_inputs()->Swap(request.mutable_inputs());
  Status refused;
  world.service.CreateExecution(request, [&](const auto& reply) {
    if (!reply) refused = std::unexpected(reply.error());
  });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::kInvalidArgument);
  CHECK(refused.error().message.find("max allowed [10485760] bytes; the largest is [big] with [115343") !=
        std::string::npos);
}
