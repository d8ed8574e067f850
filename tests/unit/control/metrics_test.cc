// Where the time of an execution went, to the depth that is asked for.

#include "unit/control/execution_platform.h"

using namespace sandbox;

namespace {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

constexpr int kLevels = 14;

// n0 with a node inside, with a node inside, and so on; the innermost has an attempt.
ExecutionId StoreDeep(MetadataStore& store) {
  model::ExecutionRecord execution;
  execution.id = {"flytesnacks", "development", "deep"};
  execution.phase = model::ExecutionPhase::kSucceeded;
  execution.created_at = Instant(std::chrono::seconds(100));
  execution.updated_at = Instant(std::chrono::seconds(200));
  execution.spec = admin::ExecutionSpec().SerializeAsString();
  std::promise<Status> stored;
  store.Write(
      [&](MetadataWriter& writer) -> Status {
        if (auto put = writer.InsertExecution(execution); !put) return put;
        model::NodeRecord node;
        node.id = {execution.id, "n0"};
        for (int i = 0; i < kLevels; ++i) {
          node.created_at = execution.created_at;
          node.updated_at = execution.updated_at;
          if (auto put = writer.PutNode(node); !put) return put;
          node.parent = node.id.node;
          node.id.node += "-0-n0";
        }
        model::TaskRecord task;
        task.id = {{execution.id, node.parent}, 0};
        task.created_at = execution.created_at;
        task.started_at = Instant(std::chrono::seconds(120));
        task.updated_at = execution.updated_at;
        return writer.PutTask(task);
      },
      [&](Status status) { stored.set_value(status); });
  REQUIRE(stored.get_future().get());
  return execution.id;
}

int NodeLevels(const core::Span& span) {
  int deepest = 0;
  for (const core::Span& inner : span.spans())
    deepest = std::max(deepest, NodeLevels(inner) + (inner.id_case() == core::Span::kNodeId ? 1 : 0));
  return deepest;
}

int Attempts(const core::Span& span) {
  int count = span.id_case() == core::Span::kTaskId;
  for (const core::Span& inner : span.spans()) count += Attempts(inner);
  return count;
}

}  // namespace

TEST_CASE("The depth of metrics is that many levels, and all of them when it is below zero") {
  testing::ExecutionPlatform platform;
  const ExecutionId id = StoreDeep(platform.Store());
  const auto span = [&](int32_t depth) {
    admin::WorkflowExecutionGetMetricsRequest request;
    request.mutable_id()->set_project(id.project);
    request.mutable_id()->set_domain(id.domain);
    request.mutable_id()->set_name(id.name);
    request.set_depth(depth);
    auto got = platform.Calls().GetExecutionMetrics(request);
    REQUIRE(got);
    CHECK(got->span().workflow_id().name() == id.name);
    return got->span();
  };
  CHECK(span(0).spans().empty());
  for (const int depth : {1, 3, kLevels}) CHECK(NodeLevels(span(depth)) == depth);
  CHECK(Attempts(span(kLevels - 1)) == 0);
  for (const int depth : {kLevels, kLevels + 1, 1'000'000, -1, -2, std::numeric_limits<int32_t>::min()}) {
    CHECK(NodeLevels(span(depth)) == kLevels);
    CHECK(Attempts(span(depth)) == 1);
  }
}
