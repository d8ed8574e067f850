#include "unit/control/execution_platform.h"

using namespace sandbox;

namespace {

// An execution with a node, that deep.
void Store(MetadataStore& store, const ExecutionId& id, uint32_t nesting) {
  flyteidl::admin::ExecutionSpec spec;
  spec.mutable_metadata()->set_nesting(nesting);
  model::ExecutionRecord record;
  record.id = id;
  record.spec = spec.SerializeAsString();
  record.phase = model::ExecutionPhase::kRunning;
  model::NodeRecord node;
  node.id = {id, "n0"};
  node.spec_node_id = "n0";
  std::promise<Status> stored;
  store.Write(
      [&](MetadataWriter& writer) -> Status {
        if (auto put = writer.InsertExecution(record); !put) return put;
        return writer.PutNode(node);
      },
      [&](Status status) { stored.set_value(status); });
  REQUIRE(stored.get_future().get());
}

flyteidl::admin::TaskCreateRequest EchoTask() {
  flyteidl::admin::TaskCreateRequest out;
  auto* id = out.mutable_id();
  id->set_resource_type(flyteidl::core::TASK);
  id->set_project("flytesnacks");
  id->set_domain("development");
  id->set_name("echo");
  id->set_version("v1");
  auto* task = out.mutable_spec()->mutable_template_();
  task->set_type("echo");
  task->mutable_metadata();
  task->mutable_interface();
  return out;
}

Status LaunchBelow(api::ExecutionService& requests, const flyteidl::core::Identifier& task, const ExecutionId& parent) {
  flyteidl::admin::ExecutionCreateRequest request;
  request.set_project("flytesnacks");
  request.set_domain("development");
  *request.mutable_spec()->mutable_launch_plan() = task;
  auto* metadata = request.mutable_spec()->mutable_metadata();
  metadata->set_mode(flyteidl::admin::ExecutionMetadata::CHILD_WORKFLOW);
  auto* node = metadata->mutable_parent_node_execution();
  node->set_node_id("n0");
  node->mutable_execution_id()->set_project(parent.project);
  node->mutable_execution_id()->set_domain(parent.domain);
  node->mutable_execution_id()->set_name(parent.name);
  request.mutable_inputs();
  std::promise<Status> done;
  requests.CreateExecution(
      request, [&](const auto& created) { done.set_value(created ? Status() : std::unexpected(created.error())); });
  return done.get_future().get();
}

}  // namespace

TEST_CASE("Executions that start each other end at a limit") {
  testing::ExecutionPlatform platform;
  const auto task = EchoTask();
  std::promise<Status> registered;
  platform.Registered().CreateTask(
      task, [&](const auto& created) { registered.set_value(created ? Status() : std::unexpected(created.error())); });
  REQUIRE(registered.get_future().get());
  const ExecutionId last{"flytesnacks", "development", "last"}, deepest{"flytesnacks", "development", "deepest"};
  Store(platform.Store(), last, 63);
  Store(platform.Store(), deepest, 64);
  CHECK(LaunchBelow(platform.Calls(), task.id(), last));
  const Status refused = LaunchBelow(platform.Calls(), task.id(), deepest);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == "NESTING_LIMIT");
  CHECK(refused.error().message.find("64 levels") != std::string::npos);
}
