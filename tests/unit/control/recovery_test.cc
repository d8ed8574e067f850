// Which executions may be recovered.

#include "unit/control/execution_platform.h"

using namespace sandbox;

namespace {

namespace admin = flyteidl::admin;
using model::ExecutionPhase;

ExecutionId Store(MetadataStore& store, ExecutionPhase phase) {
  model::ExecutionRecord record;
  record.id = {"flytesnacks", "development", "first"};
  record.spec = admin::ExecutionSpec().SerializeAsString();
  record.phase = phase;
  std::promise<Status> stored;
  store.Write([&](MetadataWriter& writer) -> Status { return writer.InsertExecution(record); },
              [&](Status status) { stored.set_value(status); });
  REQUIRE(stored.get_future().get());
  return record.id;
}

Error Recover(api::ExecutionService& requests, const ExecutionId& id) {
  admin::ExecutionRecoverRequest request;
  request.mutable_id()->set_project(id.project);
  request.mutable_id()->set_domain(id.domain);
  request.mutable_id()->set_name(id.name);
  std::promise<Error> answer;
  requests.RecoverExecution(request,
                            [&](const auto& created) { answer.set_value(created ? Error{} : created.error()); });
  return answer.get_future().get();
}

}  // namespace

TEST_CASE("An execution that still runs is not recovered") {
  const auto phase = GENERATE(ExecutionPhase::kUndefined, ExecutionPhase::kQueued, ExecutionPhase::kRunning,
                              ExecutionPhase::kSucceeding, ExecutionPhase::kFailing, ExecutionPhase::kAborting);
  testing::ExecutionPlatform platform;
  const Error error = Recover(platform.Calls(), Store(platform.Store(), phase));
  CHECK(error.code == Code::kFailedPrecondition);
  CHECK(error.reason == "EXECUTION_RUNS");
  CHECK(error.message.contains(Cat("execution [first] is ", model::PhaseName(phase))));
  CHECK(error.message.contains("wait until it has ended"));
  CHECK(error.message.contains("terminate") == (phase != ExecutionPhase::kAborting));
}

// What follows is another matter: this one has no launch plan that it could be launched with.
TEST_CASE("An execution that has ended may be recovered, however it ended") {
  const auto phase = GENERATE(ExecutionPhase::kSucceeded, ExecutionPhase::kFailed, ExecutionPhase::kAborted,
                              ExecutionPhase::kTimedOut);
  testing::ExecutionPlatform platform;
  CHECK(Recover(platform.Calls(), Store(platform.Store(), phase)).reason != "EXECUTION_RUNS");
}
