// Children whose parents do not wait for them any more, found after a restart.

#include <catch2/catch.hpp>

#include "sandbox/base/names.h"
#include "sim/entities.h"
#include "sim/kinds.h"
#include "sim/process.h"

namespace sandbox::core {
namespace {

using model::ExecutionPhase;

const ExecutionId kParent{"p", sim::kDomain, "parent"};

// A workflow whose one node runs the child workflow.
sim::SimGraph ParentGraph() {
  sim::SimGraph graph = sim::BuildSimGraph({{}}, {.retries = 1});
  auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>(*graph.closure);
  for (flyteidl::core::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
    if (node.has_task_node()) *node.mutable_workflow_node()->mutable_launchplan_ref() = registry::ToIdl({EntityKind::kLaunchPlan, "p", "d", sim::kChildWorkflow, "v1"});
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
    store->DropUncommitted();
    process = std::make_unique<sim::Process>(sim::Machine{clock, engine, objects, *store, [] { return Duration(1); }}, graph, sim::Bug::kNone);
    process->Recover();
    Settle();
  }
  void Settle() {
    while (process->RunPosted() || process->RunWorker(0) || store->Flush() > 0 || process->DeliverReport(0, false)) {
    }
  }
  ExecutionPhase PhaseOf(const ExecutionId& id) {
    return store->Query([&](MetadataReader& reader) { return reader.FindExecution(id); })->phase;
  }
  ExecutionId Child(uint32_t attempt) const { return {"p", sim::kDomain, ChildExecutionName({{kParent, "n0"}, attempt})}; }

  const sim::SimGraph graph = ParentGraph();
  sim::FakeClock clock;
  sim::FakeObjects objects;
  sim::FakeEngine engine;
  std::unique_ptr<store::SyncStore> store = *store::SyncStore::Open();
  std::unique_ptr<sim::Process> process;
};

// It was taken for the child of the node's next attempt, and ran on.
TEST_CASE("the child of an attempt that timed out is aborted after a restart, the next attempt's is not") {
  Bench bench;
  LaunchRequest launch = bench.graph.Launch(kParent, bench.clock.now);
  bench.process->core.Launch(std::move(launch), [](const Status& status) { REQUIRE(status.has_value()); });
  bench.Settle();
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
  bench.process->core.Launch(bench.graph.Launch(kParent, bench.clock.now), [](const Status& status) { REQUIRE(status.has_value()); });
  bench.Settle();
  flyteidl::admin::ExecutionRecoverRequest request;
  request.mutable_id()->set_project("p");
  request.mutable_id()->set_domain(sim::kDomain);
  request.mutable_id()->set_name(bench.Child(0).name);
  request.set_name("by-hand");
  bench.process->requests.RecoverExecution(request, [](const auto& created) { REQUIRE(created.has_value()); });
  bench.process->core.Terminate(kParent, "enough", [](const Status& status) { REQUIRE(status.has_value()); });
  bench.Settle();
  REQUIRE(bench.PhaseOf(kParent) == ExecutionPhase::kAborted);
  bench.Boot();
  CHECK(bench.PhaseOf({"p", sim::kDomain, "by-hand"}) == ExecutionPhase::kRunning);
}

}  // namespace
}  // namespace sandbox::core
