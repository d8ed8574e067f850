// Array nodes whose items are executions of a launch plan.

#include <catch2/catch.hpp>
#include <set>

#include "flyteidl/core/compiler.pb.h"
#include "sandbox/base/names.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

const EngineConfig kConfig;
const ExecutionId kId{"p", "d", "e"};

struct Bench {
  Bench() {
    graph = sim::BuildSimGraph({{}}, {});
    auto closure = std::make_shared<core::CompiledWorkflowClosure>(*graph.closure);
    for (core::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
      if (!node.has_task_node()) continue;
      node.clear_inputs();
      core::Binding& binding = *node.add_inputs();
      binding.set_var("x");
      for (int i = 0; i < 3; ++i) binding.mutable_binding()->mutable_collection()->add_bindings()->mutable_scalar();
      core::Node& item = *node.mutable_array_node()->mutable_node();
      item.set_id("n0");
      item.mutable_workflow_node()->mutable_launchplan_ref()->set_name("plan");
    }
    plan = *Plan::Build(closure);
    run = MakeRun(kConfig, plan, {graph.Launch(kId, now).record});
    Send(Launched{});
  }
  void Send(const Event& event) {
    now += std::chrono::seconds(1);
    const Decision decision = Step(run, event, now);
    if (decision.execution) record = *decision.execution;
    for (const auto& node : decision.nodes) nodes[node.id.node] = node;
    launched.clear();
    for (const Effect& effect : decision.effects) {
      if (const auto* launch = std::get_if<LaunchChild>(&effect)) launched.insert(launch->id.node.node);
    }
  }
  void End(const std::string& item) {
    ChildReported report;
    report.id = {{kId, item}, 0};
    report.state = ChildReported::State::kEnded;
    report.phase = model::ExecutionPhase::kSucceeded;
    Send(report);
  }
  void Restart() {
    StoredRun stored{record};
    for (const auto& [id, node] : nodes) stored.nodes.push_back(node);
    std::ranges::sort(stored.nodes, {}, &model::NodeRecord::created_at);
    run = MakeRun(kConfig, plan, std::move(stored));
    Send(Resumed{});
  }

  Instant now{std::chrono::seconds(1000)};
  sim::SimGraph graph;
  std::shared_ptr<const Plan> plan;
  Run run;
  model::ExecutionRecord record;
  std::map<std::string, model::NodeRecord> nodes;
  std::set<std::string> launched;
};

}  // namespace

// The children whose launch, or whose end, was lost were waited for without end.
TEST_CASE("after a restart the children of an array's items that run are launched again", "[engine]") {
  Bench bench;
  CHECK(bench.launched == std::set<std::string>{"n0-0-n0", "n0-0-n1", "n0-0-n2"});
  bench.End("n0-0-n1");
  bench.Restart();
  CHECK(bench.launched == std::set<std::string>{"n0-0-n0", "n0-0-n2"});
  bench.End("n0-0-n0");
  bench.End("n0-0-n2");
  CHECK(bench.record.phase == model::ExecutionPhase::kSucceeded);
}

}  // namespace sandbox::engine
