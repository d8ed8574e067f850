// Executions that launch-plan nodes start: what becomes of them after a restart, and when their parents are recovered.

#include <catch2/catch.hpp>

#include "sandbox/base/names.h"
#include "sim/entities.h"
#include "sim/kinds.h"
#include "sim/process.h"

namespace sandbox::executor {
namespace {

using model::ExecutionPhase;

const ExecutionId kParent{"p", sim::kDomain, "parent"};

// A workflow whose one node runs the child workflow.
sim::SimGraph ParentGraph() {
  sim::SimGraph graph = sim::BuildSimGraph({{}}, {.retries = 1});
  auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>(*graph.closure);
  for (flyteidl::core::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
    if (node.has_task_node())
      *node.mutable_workflow_node()->mutable_launchplan_ref() =
          registry::ToIdl({EntityKind::kLaunchPlan, "p", "d", sim::kChildWorkflow, "v1"});
  }
  graph.entity.closure = closure->SerializeAsString();
  graph.closure = std::move(closure);
  return graph;
}

struct Bench {
  Bench() {
    Write([this](MetadataWriter& writer) { return Register(writer, graph); });
    Boot();
  }
  void Write(MetadataStore::Work work) {
    store->Write(std::move(work), [](const Status& status) { REQUIRE(status.has_value()); });
    store->Flush();
  }
  void Boot() {
    store->EndProcess();
    process = std::make_unique<sim::Process>(
        sim::Machine{clock, engine, objects, *store, feed, [] { return Duration(1); }}, graph, sim::Bug::kNone);
    process->Recover();
    Settle();
  }
  void RunToEnd() {
    for (int i = 0; i < 100; ++i, clock.now += std::chrono::seconds(1)) {
      process->runner.Progress();
      Settle();
    }
  }
  void Settle() {
    while (process->RunPosted() || process->RunWorker(0) || store->Flush() > 0 || process->DeliverReport(0, false)) {
    }
  }
  ExecutionPhase PhaseOf(const ExecutionId& id) {
    return store->Query([&](MetadataReader& reader) { return reader.FindExecution(id); })->phase;
  }
  ExecutionId Child(uint32_t attempt) const {
    return {"p", sim::kDomain, ChildExecutionName({{kParent, "n0"}, attempt})};
  }
  void Launch() {
    process->core.Launch(graph.Launch(kParent, clock.now), [](const Status& status) { REQUIRE(status.has_value()); });
    Settle();
  }
  void Recover(const ExecutionId& id, const std::string& name) {
    process->requests.Recover({id, name, {}}, [](const Result<ExecutionId>& created) {
      CAPTURE(created ? "" : created.error().message);
      REQUIRE(created.has_value());
    });
    Settle();
  }

  const sim::SimGraph graph = ParentGraph();
  sim::FakeClock clock;
  sim::FakeObjects objects;
  sim::FakeEngine engine;
  feed::Feed feed;
  std::unique_ptr<store::SyncStore> store = *store::SyncStore::Open();
  std::unique_ptr<sim::Process> process;
};

// It was taken for the child of the node's next attempt, and ran on.
TEST_CASE("the child of an attempt that timed out is aborted after a restart, the next attempt's is not") {
  Bench bench;
  bench.Launch();
  REQUIRE(bench.PhaseOf(bench.Child(0)) == ExecutionPhase::kRunning);
  // The process ended before it did what it had stored: the next attempt.
  bench.Write([&](MetadataWriter& writer) {
    model::NodeRecord node = *writer.FindNode({kParent, "n0"});
    node.attempts = 1;
    return writer.PutNode(node);
  });
  bench.Boot();
  CHECK(bench.PhaseOf(bench.Child(0)) == ExecutionPhase::kAborting);
  CHECK(bench.PhaseOf(bench.Child(1)) == ExecutionPhase::kRunning);
}

// It has the mode and the parent of a child that its parent's node recovers, and was aborted.
TEST_CASE("a child that somebody recovered by hand goes on after a restart, although its parent is over") {
  Bench bench;
  bench.Launch();
  bench.process->core.Terminate(kParent, "enough", [](const Status& status) { REQUIRE(status.has_value()); });
  bench.RunToEnd();
  REQUIRE(bench.PhaseOf(kParent) == ExecutionPhase::kAborted);
  REQUIRE(bench.PhaseOf(bench.Child(0)) == ExecutionPhase::kAborted);
  bench.Recover(bench.Child(0), "by-hand");
  bench.Boot();
  CHECK(bench.PhaseOf({"p", sim::kDomain, "by-hand"}) == ExecutionPhase::kRunning);
}

// The recovered child's end-node has empty outputs, as the reference's, and the parent's node took those.
TEST_CASE("a child that had succeeded returns the same when its parent is recovered") {
  Bench bench;
  bench.Launch();
  bench.RunToEnd();
  REQUIRE(bench.PhaseOf(bench.Child(0)) == ExecutionPhase::kSucceeded);
  // As if the parent had been terminated before it was told.
  bench.Write([&](MetadataWriter& writer) -> Status {
    model::NodeRecord node = *writer.FindNode({kParent, "n0"});
    node.phase = model::NodePhase::kAborted;
    if (auto put = writer.PutNode(node); !put) return put;
    model::ExecutionRecord parent = *writer.FindExecution(kParent);
    parent.phase = ExecutionPhase::kAborted;
    return writer.UpdateExecution(parent);
  });
  const std::string n0 = "metadata/propeller/p-development-parent/n0/data/0/outputs.pb";
  const std::string returned = bench.objects.Find(n0).value_or("");
  REQUIRE_FALSE(returned.empty());
  // The launch of the test has no request that could be repeated.
  LaunchRequest again = bench.graph.Launch({"p", sim::kDomain, "again"}, bench.clock.now);
  again.record.mode = 5;  // RECOVERED
  again.record.reference = kParent;
  bench.process->core.Launch(std::move(again), [](const Status& status) { REQUIRE(status.has_value()); });
  bench.RunToEnd();
  CHECK(bench.PhaseOf({"p", sim::kDomain, "again"}) == ExecutionPhase::kSucceeded);
  CHECK(bench.objects.Find("metadata/propeller/p-development-again/n0/data/0/outputs.pb") == returned);
}

}  // namespace
}  // namespace sandbox::executor
