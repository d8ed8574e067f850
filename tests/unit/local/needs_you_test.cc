#include "api/local/needs_you.h"

#include "unit/local/run_world.h"

namespace sandbox::testing {
namespace {

struct Many : World {
  // The next execution, a minute after the one before; of a launch plan of its own unless one is named.
  model::ExecutionRecord Add(const std::string& name, const std::string& plan = "") {
    model::ExecutionRecord added = execution;
    added.id.name = name;
    added.launch_plan.name = plan.empty() ? name : plan;
    added.created_at += std::chrono::minutes(++added_);
    Write([&](MetadataWriter& writer) { return writer.InsertExecution(added); });
    return added;
  }
  void Fail(model::ExecutionRecord record, const std::string& code) {
    record.phase = model::ExecutionPhase::kFailed;
    record.duration = 2s;
    record.error = {code, "it failed"};
    Write([&](MetadataWriter& writer) { return writer.UpdateExecution(record); });
  }
  model::NodeRecord Waits(const std::string& name, model::NodeWait wait) {
    Add(name);
    model::NodeRecord node = Node("n0", model::NodePhase::kRunning);
    node.id.execution.name = name;
    node.wait = wait;
    Put(node);
    return node;
  }
  void WaitsForPod(const std::string& name, model::PodWait wait, uint32_t ahead = 0) {
    model::TaskRecord attempt;
    attempt.id = {Waits(name, model::NodeWait::kPod).id, 0};
    attempt.phase = model::TaskPhase::kInitializing;
    attempt.generated_name = name + "-n0-0";
    attempt.pod.wait.code = wait;
    attempt.pod.wait.ahead_count = ahead;
    Put(attempt);
  }
  NeedsYou Find() {
    return store->Query([](MetadataReader& reader) { return FindNeedsYou(reader, reader.ListUnfinishedExecutions()); });
  }
  std::string Names() {
    std::string out;
    for (const auto& found : Find().executions) out += found.id.name + " ";
    return out;
  }

 private:
  int added_ = 0;
};

TEST_CASE("a gate is found however many executions have begun since", "[local]") {
  Many world;
  world.Waits("approval", model::NodeWait::kApproval);
  world.Waits("value", model::NodeWait::kSignal);
  world.Waits("sleeps", model::NodeWait::kSleep);
  for (int i = 0; i < 60; ++i) world.Waits("runs" + std::to_string(i), model::NodeWait::kInside);
  CHECK(world.Names() == "value approval ");
  CHECK(world.Find().total == 2);
}

TEST_CASE("an image that nobody has needs somebody, one that is pulled does not", "[local]") {
  Many world;
  world.WaitsForPod("missing", model::PodWait::kImageMissing);
  world.WaitsForPod("pulled", model::PodWait::kImagePull);
  CHECK(world.Names() == "missing ");
}

TEST_CASE("what ran out of memory needs somebody until it is run again", "[local]") {
  Many world;
  world.Fail(world.Add("killed"), "OOMKilled");
  world.Fail(world.Add("retried"), "RetriesExhausted|OOMKilled");
  world.Fail(world.Add("wrong"), "USER:ValueError");
  CHECK(world.Names() == "retried killed ");
  world.Add("again", "killed");
  CHECK(world.Names() == "retried ");
  world.Write([](MetadataWriter& writer) { return writer.SetExecutionState({"p", "d", "retried"}, 1, kStart); });
  CHECK(world.Names().empty());
}

TEST_CASE("of those that wait for room the first are found", "[local]") {
  Many world;
  for (uint32_t i = 0; i < 9; ++i) world.WaitsForPod("q" + std::to_string(i), model::PodWait::kResources, 8 - i);
  const NeedsYou found = world.Find();
  CHECK(found.total == 0);
  REQUIRE(found.queued.size() == kQueuedShown);
  CHECK(found.queued.front().generated_name == "q8-n0-0");
  CHECK(found.queued.back().generated_name == "q4-n0-0");
}

TEST_CASE("more than are shown are counted", "[local]") {
  Many world;
  for (size_t i = 0; i < kNeedsYouShown + 3; ++i) world.Waits("g" + std::to_string(i), model::NodeWait::kApproval);
  const NeedsYou found = world.Find();
  CHECK(found.total == kNeedsYouShown + 3);
  REQUIRE(found.executions.size() == kNeedsYouShown);
  CHECK(found.executions.front().id.name == "g52");
}

}  // namespace
}  // namespace sandbox::testing
