// Where inputs come from: an output, an input of the execution or of a node around, a constant.

#include "api/local/run_bindings.h"

#include <map>

#include "unit/local/run_world.h"

namespace sandbox::testing {
namespace {

void Bind(core::Node& node, const std::string& input, const std::string& from, const std::string& name) {
  core::Binding& binding = *node.add_inputs();
  binding.set_var(input);
  binding.mutable_binding()->mutable_promise()->set_node_id(from);
  binding.mutable_binding()->mutable_promise()->set_var(name);
}

struct Bound : World {
  Bound() {
    core::CompiledWorkflowClosure closure;
    {
      Workflow sub(*closure.add_sub_workflows());
      closure.mutable_sub_workflows(0)->mutable_template_()->mutable_id()->set_name("sub");
      auto& inner = sub.Then("n0");
      RunsTask(inner, "inner");
      Bind(inner, "x", "start-node", "count");
      Workflow workflow(*closure.mutable_primary());
      auto& load = workflow.Then("n0");
      RunsTask(load, "load");
      Bind(load, "path", "", "file");
      auto& constant = *load.add_inputs();
      constant.set_var("rows");
      constant.mutable_binding()->mutable_scalar()->mutable_primitive()->set_integer(3);
      auto& outer = workflow.Then("n1");
      outer.mutable_workflow_node()->mutable_sub_workflow_ref()->set_name("sub");
      Bind(outer, "count", "n0", "o0");
      auto* step = outer.mutable_inputs(0)->mutable_binding()->mutable_promise()->add_attr_path();
      step->set_string_value("size");
      auto& list = *outer.add_inputs();
      list.set_var("both");
      for (const char* name : {"o0", "o1"}) {
        auto* promise = list.mutable_binding()->mutable_collection()->add_bindings()->mutable_promise();
        promise->set_node_id("n0");
        promise->set_var(name);
      }
    }
    auto& output = *closure.mutable_primary()->mutable_template_()->add_outputs();
    output.set_var("out");
    output.mutable_binding()->mutable_promise()->set_node_id("n1");
    output.mutable_binding()->mutable_promise()->set_var("o0");
    Begin(closure);
    Put(Node("n0", model::NodePhase::kSucceeded));
    Put(Node("n1", model::NodePhase::kRunning));
    auto inner = Node("n1-0-n0", model::NodePhase::kRunning);
    inner.spec_node_id = "n0";
    inner.parent = "n1";
    inner.retry_group = "0";
    Put(inner);
  }

  // "from" of each input by "node.input".
  std::map<std::string, json> From(const std::string& node) {
    const RowSources sources{plans, directory.Path()};
    const json rows = store->Query(
        [&](MetadataReader& reader) { return RunBindings(reader, sources, *reader.FindExecution(kRun), node); });
    std::map<std::string, json> out;
    for (const json& row : rows["bindings"]) {
      CHECK(row["constant"] == row["from"].empty());
      out[row["node"].get<std::string>() + "." + row["input"].get<std::string>()] = row["from"];
    }
    return out;
  }
};

json Source(const char* kind, const json& node, const char* name) {
  return {{"kind", kind}, {"node", node}, {"name", name}, {"path", json::array()}};
}

TEST_CASE("an input leads to the output that it was made of", "[bindings]") {
  Bound run;
  const auto from = run.From("");
  CHECK(from.at("n0.path") == json::array({Source("input", nullptr, "file")}));
  CHECK(from.at("n0.rows").empty());
  json attribute = Source("output", "n0", "o0");
  attribute["path"] = {"size"};
  CHECK(from.at("n1.count") == json::array({attribute}));
  CHECK(from.at("n1.both") == json::array({Source("output", "n0", "o0"), Source("output", "n0", "o1")}));
  CHECK(from.at("end-node.out") == json::array({Source("output", "n1", "o0")}));
}

TEST_CASE("inside of a sub-workflow an input leads to the node around it", "[bindings]") {
  Bound run;
  CHECK(run.From("n1-0-n0").at("n1-0-n0.x") == json::array({Source("input", "n1", "count")}));
  CHECK(run.From("n0").size() == 2);
  CHECK(run.From("none").empty());
}

}  // namespace
}  // namespace sandbox::testing
