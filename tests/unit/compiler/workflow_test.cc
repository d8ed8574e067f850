#include <catch2/catch.hpp>
#include <string>

#include "sandbox/registry/compiler.h"
#include "unit/compiler/from_json.h"

namespace sandbox::registry {
namespace {

using flyteidl::admin::WorkflowSpec;
using flyteidl::core::CompiledTask;
using flyteidl::core::Identifier;
using testing::FromJson;

const std::string kTaskId = R"({"resourceType":"TASK","project":"p","domain":"d","name":"inc","version":"v"})";
const std::string kInteger = R"({"type":{"simple":"INTEGER"}})";

Identifier Id() {
  return FromJson<Identifier>(R"({"resourceType":"WORKFLOW","project":"p","domain":"d","name":"w","version":"v"})");
}
std::string SubId(const std::string& name) {
  return R"({"resourceType":"WORKFLOW","project":"p","domain":"d","name":")" + name + R"(","version":"v"})";
}

// Task inc: a integer -> o0 integer.
CompilerEnvironment Environment() {
  CompilerEnvironment environment;
  environment.task = [](const Identifier& id) -> Result<CompiledTask> {
    if (id.name() != "inc") return NotFound("missing entity of type TASK");
    return FromJson<CompiledTask>(R"({"template":{"id":)" + kTaskId + R"(,"interface":{"inputs":{"variables":{"a":)" +
                                  kInteger + R"(}},"outputs":{"variables":{"o0":)" + kInteger + "}}}}}");
  };
  environment.launch_plan = [](const Identifier&) -> Result<flyteidl::admin::LaunchPlan> {
    return NotFound("missing entity of type LAUNCH_PLAN");
  };
  return environment;
}

std::string Promise(const std::string& node, const std::string& variable) {
  return R"({"var":"a","binding":{"promise":{"nodeId":")" + node + R"(","var":")" + variable + R"("}}})";
}
std::string Inc(const std::string& id, const std::string& binding, const std::string& upstream = "") {
  return R"({"id":")" + id + R"(","inputs":[)" + binding + R"(],"upstreamNodeIds":[)" + upstream +
         R"(],"taskNode":{"referenceId":)" + kTaskId + "}}";
}
std::string SubNode(const std::string& id, const std::string& workflow) {
  return R"({"id":")" + id + R"(","inputs":[)" + Promise("", "a") + R"(],"workflowNode":{"subWorkflowRef":)" +
         SubId(workflow) + "}}";
}
std::string Template(const std::string& name, const std::string& nodes) {
  return R"({"id":)" + SubId(name) + R"(,"interface":{"inputs":{"variables":{"a":)" + kInteger + R"(}}},"nodes":[)" +
         nodes + "]}";
}
std::string Spec(const std::string& nodes, const std::string& sub_workflows = "") {
  return R"({"template":)" + Template("w", nodes) + R"(,"subWorkflows":[)" + sub_workflows + "]}";
}

std::string Message(const std::string& spec, CompilerEnvironment environment = Environment()) {
  const auto compiled = CompileWorkflow(Id(), FromJson<WorkflowSpec>(spec), environment);
  if (compiled) return "";
  CHECK(compiled.error().code == Code::kInvalidArgument);
  return compiled.error().message;
}

const std::string kPrefix =
    R"(failed to compile workflow for [resource_type:WORKFLOW project:"p" domain:"d" name:"w" version:"v"] with err: )";

TEST_CASE("a chain gets global nodes, resolved promises and connections") {
  const auto compiled = CompileWorkflow(
      Id(), FromJson<WorkflowSpec>(Spec(Inc("n0", Promise("", "a")) + "," + Inc("n1", Promise("n0", "o0")))),
      Environment());
  REQUIRE(compiled);
  const auto& workflow = compiled->primary();
  REQUIRE(workflow.template_().nodes_size() == 4);
  CHECK(workflow.template_().nodes(0).id() == "start-node");
  CHECK(workflow.template_().nodes(1).id() == "end-node");
  CHECK(workflow.template_().nodes(2).inputs(0).binding().promise().node_id() == "start-node");
  CHECK(workflow.connections().downstream().at("n0").ids(0) == "n1");
  CHECK(workflow.connections().upstream().at("end-node").ids_size() == 1);
  CHECK(compiled->tasks_size() == 1);
}

TEST_CASE("a cycle that the start node reaches is named") {
  const std::string spec = Spec(Inc("n0", Promise("", "a"), R"("n1")") + "," + Inc("n1", Promise("n0", "o0")));
  CHECK(Message(spec) == kPrefix +
                             "Collected Errors: 1\n\tError 0: Code: CycleDetected, Node Id: start-node, Description: A "
                             "cycle has been detected while "
                             "traversing the Workflow [start-node>n0>n1>n0].\n");
}

TEST_CASE("a long chain does not exhaust the stack and meets the node limit") {
  std::string nodes = Inc("n0", Promise("", "a"));
  for (int i = 1; i < 20'000; ++i)
    nodes += "," + Inc("n" + std::to_string(i), Promise("n" + std::to_string(i - 1), "o0"));
  CHECK(Message(Spec(nodes)) ==
        R"(number of nodes in workflow [resource_type:WORKFLOW project:"p" domain:"d" name:"w" version:"v"] exceeds )"
        R"(limit (20000 > 100))");
}

TEST_CASE("sub-workflows that contain themselves are refused") {
  const std::string direct = Message(Spec(SubNode("n0", "s"), Template("s", SubNode("n0", "s"))));
  CHECK(direct.starts_with(
      kPrefix + "Collected Errors: 1\n\tError 0: Code: CycleDetected, Node Id: n0, Description: Sub-workflow ["));
  CHECK(direct.ends_with("] contains itself.\n"));
  CHECK(Message(Spec(SubNode("n0", "s"), Template("s", SubNode("n0", "t")) + "," + Template("t", SubNode("n0", "s"))))
            .find("contains itself") != std::string::npos);
}

TEST_CASE("nested sub-workflows cannot ask for endless work") {
  std::string subs;
  const int layers = 40;  // two of each layer, both used by both of the layer above: 2^40 paths
  for (int i = 0; i < layers; ++i) {
    for (const char* side : {"l", "r"}) {
      const std::string next = std::to_string(i + 1);
      const std::string inner =
          i + 1 < layers ? SubNode("n0", "l" + next) + "," + SubNode("n1", "r" + next) : Inc("n0", Promise("", "a"));
      subs += (subs.empty() ? "" : ",") + Template(side + std::to_string(i), inner);
    }
  }
  CHECK(Message(Spec(SubNode("n0", "l0") + "," + SubNode("n1", "r0"), subs)).find("Code: WorkflowBuildError") !=
        std::string::npos);
}

TEST_CASE("a closure of the engine's own has bare texts") {
  const auto primary = FromJson<flyteidl::core::WorkflowTemplate>(Template("w", Inc("n0", Promise("ghost", "o0"))));
  const auto task = Environment().task(FromJson<Identifier>(kTaskId));
  const auto refused = CompileClosure(primary, {}, {*task}, Environment());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message ==
        "Collected Errors: 2\n\tError 0: Code: NodeReferenceNotFound, Node Id: ghost, Description: Referenced node "
        "[ghost] not found.\n"
        "\tError 1: Code: ParameterNotBound, Node Id: n0, Description: Parameter not bound [a].\n");
  CHECK(CompileClosure(primary, {}, {}, Environment())
            .error()
            .message.find("TaskReferenceNotFound, Node Id: start-node") != std::string::npos);
}

TEST_CASE("tasks of a pod need container names that Kubernetes takes") {
  const auto message = [](const std::string& containers) {
    const auto compiled = CompileTask(FromJson<flyteidl::core::TaskTemplate>(
        R"({"id":)" + kTaskId + R"(,"k8sPod":{"podSpec":{"containers":)" + containers + "}}}"));
    return compiled ? std::string() : compiled.error().message;
  };
  CHECK(message(R"([{"name":"primary"}])").empty());
  CHECK(message(R"([{"name":"Primary_"}])") ==
        "task failed compilation with Collected Errors: 1\n\tError 0: Code: InvalidValue, Node Id: root, Description: "
        "Invalid value [k8s pod spec container name].\n");
  CHECK(message(R"("x")").find("Invalid value [k8s pod spec].") != std::string::npos);
}

}  // namespace
}  // namespace sandbox::registry
