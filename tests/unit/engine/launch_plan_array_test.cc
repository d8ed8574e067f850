// Array nodes over a launch plan: each item is an execution of its own.

#include <catch2/catch.hpp>

#include "flyteidl/core/compiler.pb.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

const EngineConfig kConfig;

struct Bench {
  Bench(int items, double ratio, uint32_t parallelism = 0) {
    graph = sim::BuildSimGraph({{}}, {});
    auto closure = std::make_shared<core::CompiledWorkflowClosure>(*graph.closure);
    for (core::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
      if (node.id() == "n0") MakeArray(node, items, ratio, parallelism);
      if (node.id() != "end-node") continue;
      node.clear_inputs();
      node.add_inputs()->set_var("out");
      node.mutable_inputs(0)->mutable_binding()->mutable_promise()->set_node_id("n0");
      node.mutable_inputs(0)->mutable_binding()->mutable_promise()->set_var("o0");
    }
    run = MakeRun(kConfig, *Plan::Build(closure), {graph.Launch({"p", "d", "e"}, now).record});
    Send(Launched{});
  }

  static void MakeArray(core::Node& node, int items, double ratio, uint32_t parallelism) {
    node.clear_inputs();
    core::ArrayNode& array = *node.mutable_array_node();
    array.mutable_node()->mutable_workflow_node()->mutable_launchplan_ref()->set_name("plan");
    array.set_min_success_ratio(static_cast<float>(ratio));
    array.set_parallelism(parallelism);
    core::Binding& binding = *node.add_inputs();
    binding.set_var("a");
    binding.mutable_binding()->mutable_collection();
    for (int i = 0; i < items; ++i) {
      binding.mutable_binding()
          ->mutable_collection()
          ->add_bindings()
          ->mutable_scalar()
          ->mutable_primitive()
          ->set_integer(i);
    }
  }

  void Send(const Event& event) {
    now += std::chrono::seconds(1);
    Decision last = Step(run, event, now);
    if (last.execution) record = *last.execution;
    for (const auto& object : last.objects) objects[object.uri] = Encode(object);
    for (const Effect& effect : last.effects) {
      if (const auto* launch = std::get_if<LaunchChild>(&effect)) launched.push_back(*launch);
    }
  }

  void End(size_t child, model::ExecutionPhase phase, int output = 0) {
    ChildReported report;
    report.id = launched[child].id;
    report.state = ChildReported::State::kEnded;
    report.phase = phase;
    core::LiteralMap outputs;
    (*outputs.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_integer(output);
    report.outputs = std::make_shared<const core::LiteralMap>(outputs);
    if (phase == model::ExecutionPhase::kFailed)
      report.error = model::ExecutionError{"USER:Odd", "this is odd", "", model::ErrorKind::kUser, {}, ""};
    Send(report);
  }

  core::Literal Output() const {
    for (const auto& [uri, bytes] : objects) {
      core::LiteralMap outputs;
      if (uri.find("/end-node/") != std::string::npos && uri.ends_with("/outputs.pb") && outputs.ParseFromString(bytes))
        return outputs.literals().at("out");
    }
    FAIL("no outputs");
    return {};
  }

  Instant now{std::chrono::seconds(1000)};
  sim::SimGraph graph;
  Run run;
  model::ExecutionRecord record;
  std::map<std::string, std::string> objects;
  std::vector<LaunchChild> launched;
};

TEST_CASE("a map of a launch plan collects what its executions give") {
  Bench bench(3, 1, 2);
  REQUIRE(bench.launched.size() == 2);
  CHECK(bench.launched[1].inputs->literals().at("a").scalar().primitive().integer() == 1);
  bench.End(0, model::ExecutionPhase::kSucceeded, 10);
  REQUIRE(bench.launched.size() == 3);
  bench.End(2, model::ExecutionPhase::kSucceeded, 30);
  bench.End(1, model::ExecutionPhase::kSucceeded, 20);
  CHECK(bench.record.phase == model::ExecutionPhase::kSucceeded);
  REQUIRE(bench.Output().collection().literals_size() == 3);
  CHECK(bench.Output().collection().literals(1).scalar().primitive().integer() == 20);
}

TEST_CASE("an item of a map of a launch plan may fail when the ratio says so") {
  Bench tolerant(2, 0.5);
  tolerant.End(0, model::ExecutionPhase::kFailed);
  tolerant.End(1, model::ExecutionPhase::kSucceeded, 7);
  CHECK(tolerant.record.phase == model::ExecutionPhase::kSucceeded);
  CHECK(tolerant.Output().collection().literals(0).scalar().has_none_type());
  Bench strict(2, 1);
  strict.End(0, model::ExecutionPhase::kFailed);
  CHECK(strict.record.phase == model::ExecutionPhase::kFailed);
  CHECK(strict.record.error->message.find("[0]: this is odd") != std::string::npos);
}

// The workflow does not hold a launch plan's interface.
TEST_CASE("an empty map of a launch plan gives empty lists") {
  Bench bench(0, 1);
  CHECK(bench.launched.empty());
  CHECK(bench.record.phase == model::ExecutionPhase::kSucceeded);
  CHECK(bench.Output().has_collection());
  CHECK(bench.Output().collection().literals_size() == 0);
}

}  // namespace
}  // namespace sandbox::engine
