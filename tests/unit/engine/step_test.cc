#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/outcome.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/errors.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/names.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

using model::ExecutionPhase;
using model::NodePhase;
using model::TaskPhase;

const EngineConfig kConfig;

// Steps a run by hand, a second at a time.
struct Bench {
  explicit Bench(const std::vector<std::vector<uint32_t>>& edges, sim::GraphOptions options = {},
                 uint32_t max_parallelism = 0) {
    graph = sim::BuildSimGraph(edges, options);
    graph.max_parallelism = max_parallelism;
    Restart();
  }
  // Of another graph, from its beginning.
  void Restart() {
    run = MakeRun(kConfig, *Plan::Build(graph.closure), {graph.Launch({"p", "d", "e"}, now).record});
    Send(Launched{});
  }
  Decision Send(const Event& event) {
    now += std::chrono::seconds(1);
    last = Step(run, event, now);
    return last;
  }
  AttemptId Current(const std::string& node) const {
    return {{{"p", "d", "e"}, node}, run.nodes[run.by_id.at(node)].record.attempts};
  }
  PodReport Report(const std::string& node, PodState state) const {
    return {.id = Current(node), .state = state, .occurred_at = now};
  }
  void End(const std::string& node, int code, bool oom = false) {
    PodReport report = Report(node, PodState::kFinished);
    const EndReason reason = oom ? EndReason::kOomKilled : code == 0 ? EndReason::kCompleted : EndReason::kError;
    report.containers.push_back({GeneratedName(report.id), code, reason, "", now, now});
    Send(PodReported{report});
  }
  void Succeed(const std::string& node) {
    End(node, 0);
    flyteidl::core::LiteralMap outputs;
    (*outputs.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_integer(1);
    AttemptObjects objects;
    objects.outputs = {ObjectFound::State::kPresent, 1, outputs.SerializeAsString()};
    Send(ObjectsRead{Current(node), objects});
  }
  void Document(const std::string& node, const std::string& code, bool recoverable) {
    End(node, 0);
    flyteidl::core::ErrorDocument document;
    document.mutable_error()->set_code(code);
    document.mutable_error()->set_message("m");
    document.mutable_error()->set_origin(flyteidl::core::ExecutionError::USER);
    if (recoverable) document.mutable_error()->set_kind(flyteidl::core::ContainerError::RECOVERABLE);
    AttemptObjects objects;
    objects.error = {ObjectFound::State::kPresent, 1, document.SerializeAsString()};
    Send(ObjectsRead{Current(node), objects});
  }
  const model::NodeRecord& Node(const std::string& node) const { return run.nodes[run.by_id.at(node)].record; }

  Instant now{std::chrono::seconds(1000)};
  sim::SimGraph graph;
  Run run;
  Decision last;
};

TEST_CASE("a workflow of two nodes succeeds") {
  Bench bench({{}, {0}});
  CHECK(bench.run.record.phase == ExecutionPhase::kRunning);
  CHECK(bench.Node("n1").phase == NodePhase::kUndefined);
  bench.Succeed("n0");
  CHECK(bench.Node("n0").output_uri == "s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data/0/outputs.pb");
  CHECK(bench.Node("n0").has_task_metadata);
  CHECK(bench.Node("n1").phase == NodePhase::kRunning);
  bench.Succeed("n1");
  CHECK(bench.run.record.phase == ExecutionPhase::kSucceeded);
  CHECK(bench.run.record.output_uri == "s3://my-s3-bucket/metadata/propeller/p-d-e/end-node/data/0/outputs.pb");
  CHECK(bench.Node("end-node").output_uri.empty());
}

TEST_CASE("exit 1 is the user's failure and tried as often as the user says") {
  const uint32_t retries = GENERATE(0, 2);
  Bench bench({{}}, {.retries = retries});
  for (uint32_t i = 0; i <= retries; ++i) bench.End("n0", 1);
  CHECK(bench.run.record.phase == ExecutionPhase::kFailed);
  CHECK(bench.Node("n0").error->code == "RetriesExhausted|Error");
  CHECK(bench.Node("n0").error->message == Cat("[", retries + 1, "/", retries + 1,
                                               "] currentAttempt done. Last Error: USER::\r\n[", "e-n0-", retries,
                                               "] terminated with exit code (1). Reason [Error]. Message: \n."));
}

TEST_CASE("a killed container is the system's failure and tried four times") {
  Bench bench({{}}, {.retries = 1});
  for (int i = 0; i < 4; ++i) bench.End("n0", 137);
  CHECK(bench.run.record.phase == ExecutionPhase::kFailed);
  CHECK(bench.Node("n0").error->code == "RetriesExhausted|Error");
  CHECK(bench.Node("n0").error->message.starts_with("[3/3] currentAttempt done. Last Error: SYSTEM::\r\n[e-n0-3]"));
}

TEST_CASE("an interruptible task whose container is killed three times ends well at the fourth") {
  Bench bench({{}});
  for (int i = 0; i < 3; ++i) bench.End("n0", 137);
  CHECK(bench.Node("n0").phase == NodePhase::kRunning);
  bench.Succeed("n0");
  CHECK(bench.run.record.phase == ExecutionPhase::kSucceeded);
  CHECK(bench.Node("n0").attempts == 3);
}

TEST_CASE("errors of the user: recoverable ones are retried, others keep their words") {
  Bench recoverable({{}}, {1, 0, false});
  recoverable.Document("n0", "USER:Recoverable", true);
  CHECK(recoverable.Node("n0").phase == NodePhase::kRunning);
  recoverable.Document("n0", "USER:Recoverable", true);
  CHECK(recoverable.Node("n0").error->code == "RetriesExhausted|USER:Recoverable");
  CHECK(recoverable.Node("n0").error->message == "[2/2] currentAttempt done. Last Error: USER::m");
  Bench fatal({{}}, {5, 0, false});
  fatal.Document("n0", "USER:RuntimeError", false);
  CHECK(fatal.run.record.error->code == "USER:RuntimeError");
  CHECK(fatal.run.record.error->message == "m");
}

TEST_CASE("out of memory counts against the user") {
  Bench bench({{}});
  bench.End("n0", 137, true);
  CHECK(bench.run.record.error->code == "RetriesExhausted|OOMKilled");
}

TEST_CASE("a failure aborts what runs") {
  Bench bench({{}, {}});
  bench.Document("n0", "X", false);
  CHECK(bench.run.record.phase == ExecutionPhase::kFailed);
  CHECK(bench.Node("n1").phase == NodePhase::kAborted);
  CHECK(bench.Node("n1").error->message == "Some node execution failed, auto-abort.");
  CHECK(std::ranges::any_of(bench.last.effects,
                            [](const Effect& effect) { return std::holds_alternative<StopAttempt>(effect); }));
}

TEST_CASE("failing late finishes what can run and reports the last failure of the walk") {
  Bench bench({{}, {}, {1}, {0}}, {0, 0, true});
  bench.Document("n0", "first", false);
  CHECK(bench.Node("n3").phase == NodePhase::kSkipped);
  bench.Succeed("n1");
  bench.Document("n2", "second", false);
  CHECK(bench.run.record.phase == ExecutionPhase::kFailed);
  CHECK(bench.run.record.error->code == "second");
  CHECK(bench.Node("end-node").phase == NodePhase::kSkipped);
}

TEST_CASE("timeouts: the attempt's, then the node's") {
  Bench bench({{}}, {1, 15, false});
  CHECK(bench.last.wake_at == bench.now + std::chrono::seconds(15));
  bench.now += std::chrono::seconds(15);
  bench.Send(Woken{});
  CHECK(bench.Node("n0").attempts == 1);
  bench.now += std::chrono::seconds(15);
  bench.Send(Woken{});
  CHECK(bench.Node("n0").phase == NodePhase::kTimedOut);
  CHECK_FALSE(bench.Node("n0").error.has_value());
  CHECK(bench.run.record.error->message == "Timeout in node");
}

// n0 becomes a workflow of one node, with a failure node.
sim::SimGraph WithSubWorkflow(sim::SimGraph graph) {
  auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>(*graph.closure);
  flyteidl::core::CompiledWorkflow& inner = *closure->add_sub_workflows();
  inner = graph.closure->primary();
  inner.mutable_template_()->mutable_id()->set_name("inner");
  for (flyteidl::core::Node& node : *inner.mutable_template_()->mutable_nodes()) {
    node.clear_metadata();
    if (node.has_task_node()) *inner.mutable_template_()->mutable_failure_node() = node;
  }
  inner.mutable_template_()->mutable_failure_node()->set_id("fn0");
  for (flyteidl::core::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
    if (node.has_task_node()) *node.mutable_workflow_node()->mutable_sub_workflow_ref() = inner.template_().id();
  }
  graph.closure = std::move(closure);
  return graph;
}

TEST_CASE("workflows inside of each other fail before the keys of their files are too long") {
  Bench shallow({{}});
  shallow.graph = sim::Nested(shallow.graph, 150);
  shallow.Restart();
  CHECK(shallow.run.record.phase == ExecutionPhase::kRunning);
  size_t longest = 0;
  Bench deep({{}});
  deep.graph = sim::Nested(deep.graph, 300);
  deep.Restart();
  for (const ObjectWrite& object : deep.last.objects) longest = std::max(longest, object.uri.size());
  CHECK(longest > 700);
  CHECK(longest < 1024);
  CHECK(deep.run.record.phase == ExecutionPhase::kFailed);
  REQUIRE(deep.run.record.error);
  CHECK(deep.run.record.error->code == "NestedTooDeeply");
  CHECK(deep.run.record.error->kind == model::ErrorKind::kUser);
}

// A node that was FAILING kept the error of its inside when its time was over.
TEST_CASE("a timeout while the failure node runs leaves no error") {
  Bench bench({{}}, {1, 15, false});
  bench.graph = WithSubWorkflow(bench.graph);
  bench.run =
      MakeRun(kConfig, *Plan::Build(bench.graph.closure), {bench.graph.Launch({"p", "d", "e"}, bench.now).record});
  bench.Send(Launched{});
  bench.Document("n0-0-n0", "inside", false);
  CHECK(bench.Node("n0").phase == NodePhase::kFailing);
  bench.now += std::chrono::seconds(15);
  bench.Send(Woken{});
  CHECK(bench.Node("n0").phase == NodePhase::kRunning);
  CHECK_FALSE(bench.Node("n0").error.has_value());
  bench.now += std::chrono::seconds(15);
  bench.Send(Woken{});
  CHECK(bench.Node("n0").phase == NodePhase::kTimedOut);
  CHECK_FALSE(bench.Node("n0").error.has_value());
}

// The duration of a node was negative when the clock went back while it ran.
TEST_CASE("nothing takes less than no time") {
  Bench bench({{}});
  bench.now -= std::chrono::minutes(5);
  bench.Succeed("n0");
  CHECK(bench.Node("n0").duration == Duration::zero());
}

TEST_CASE("max_parallelism holds nodes back") {
  Bench bench({{}, {}, {}}, {}, 1);
  CHECK(bench.Node("n1").phase == NodePhase::kUndefined);
  bench.Succeed("n0");
  CHECK(bench.Node("n1").phase == NodePhase::kRunning);
  CHECK(bench.Node("n2").phase == NodePhase::kUndefined);
}

TEST_CASE("termination waits for the pods, accepts another cause, and ends") {
  Bench bench({{}});
  bench.Send(AbortRequested{"one"});
  CHECK(bench.run.record.phase == ExecutionPhase::kAborting);
  CHECK(bench.Node("n0").error->message == "Workflow aborted.");
  bench.Send(AbortRequested{"two"});
  CHECK(bench.run.record.abort_cause == "two");
  bench.Send(PodReported{bench.Report("n0", PodState::kLost)});
  CHECK(bench.run.record.phase == ExecutionPhase::kAborted);
}

TEST_CASE("a pod that a user deletes ends its attempt at once, and the next one is the system's") {
  Bench bench({{}});
  const PodReport running = bench.Report("n0", PodState::kRunning);
  bench.Send(PodReported{running});
  const Decision deleted = bench.Send(PodDeleted{running.id, std::chrono::seconds(1)});
  const auto stop = std::ranges::find_if(
      deleted.effects, [](const Effect& effect) { return std::holds_alternative<StopAttempt>(effect); });
  REQUIRE(stop != deleted.effects.end());
  CHECK(std::get<StopAttempt>(*stop).id == running.id);
  CHECK(std::get<StopAttempt>(*stop).grace == std::chrono::seconds(1));
  REQUIRE(deleted.tasks.size() >= 1);
  CHECK(deleted.tasks[0].phase == model::TaskPhase::kFailed);
  CHECK(deleted.tasks[0].pod_status == "Terminating");
  CHECK(deleted.tasks[0].error->code == "UnexpectedObjectDeletion");
  CHECK(bench.Node("n0").phase == NodePhase::kRunning);
  CHECK(bench.Node("n0").attempts == 1);
  CHECK(bench.Node("n0").system_failures == 1);
  // It has ended: nothing is left to delete.
  CHECK(bench.Send(PodDeleted{running.id, {}}).effects.empty());
}

TEST_CASE("an image that cannot be pulled fails after the grace period") {
  Bench bench({{}});
  PodReport report = bench.Report("n0", PodState::kPending);
  report.wait = {.code = model::PodWait::kImageMissing, .image = "image:v1"};
  bench.Send(PodReported{report});
  bench.now += std::chrono::minutes(3);
  const Decision failed = bench.Send(Woken{});
  CHECK(bench.run.record.error->code == "RetriesExhausted|ContainersNotReady|ImagePullBackOff");
  CHECK(bench.run.record.error->message ==
        "[1/1] currentAttempt done. Last Error: USER::Grace period [3m0s] exceeded|containers with unready status: "
        "[e-n0-0]|Back-off pulling image \"image:v1\"");
  REQUIRE(failed.tasks.size() == 1);
  CHECK(failed.tasks[0].pod_status == "ImagePullBackOff");
}

TEST_CASE("a run that was rebuilt from its rows goes on") {
  Bench bench({{}, {0}});
  bench.Succeed("n0");
  std::vector<model::NodeRecord> nodes;
  std::vector<model::TaskRecord> tasks;
  for (const NodeRun& node : bench.run.nodes) {
    if (node.record.phase != NodePhase::kUndefined) nodes.push_back(node.record);
    if (node.attempt) tasks.push_back(*node.attempt);
  }
  const auto outputs = bench.run.nodes[bench.run.by_id.at("n0")].outputs;
  REQUIRE(outputs);
  bench.run = MakeRun(kConfig, bench.run.plan, {bench.run.record, nodes, tasks});
  const auto needed = NeedsOutputs(bench.run);
  REQUIRE(needed.size() == 1);
  CHECK(needed[0].uri == "s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data/0/outputs.pb");
  bench.run.nodes[needed[0].index].outputs = outputs;
  bench.Send(Resumed{});
  REQUIRE(bench.last.effects.size() == 1);
  CHECK(std::get<StartAttempt>(bench.last.effects[0]).pod.name == "e-n1-0");
  bench.Succeed("n1");
  CHECK(bench.run.record.phase == ExecutionPhase::kSucceeded);
}

}  // namespace
}  // namespace sandbox::engine
