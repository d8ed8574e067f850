// Array nodes over launch plans: what flytekit sends for map_task(launch_plan).

#include <catch2/catch.hpp>
#include <string>

#include "sandbox/registry/compiler.h"
#include "unit/compiler/from_json.h"

namespace sandbox::registry {
namespace {

using flyteidl::admin::LaunchPlan;
using flyteidl::admin::WorkflowSpec;
using flyteidl::core::CompiledTask;
using flyteidl::core::Identifier;
using testing::FromJson;

const std::string kInteger = R"({"type":{"simple":"INTEGER"}})";
const std::string kIntegers = R"({"type":{"collectionType":{"simple":"INTEGER"}}})";

// Launch plan "one": a integer, b integer with a default -> o0 integer.
CompilerEnvironment Environment() {
  CompilerEnvironment environment;
  environment.task = [](const Identifier&) -> Result<CompiledTask> { return NotFound("missing entity of type TASK"); };
  environment.launch_plan = [](const Identifier& id) -> Result<LaunchPlan> {
    if (id.name() != "one") return NotFound("missing entity of type LAUNCH_PLAN");
    return FromJson<LaunchPlan>(R"({"closure":{"expectedInputs":{"parameters":{
      "a":{"var":)" + kInteger + R"(,"required":true},
      "b":{"var":)" + kInteger + R"(,"default":{"scalar":{"primitive":{"integer":"3"}}}}}},
      "expectedOutputs":{"variables":{"o0":)" +
                                kInteger + "}}}}");
  };
  return environment;
}

std::string Bind(const std::string& variable, const std::string& input) {
  return R"({"var":")" + variable + R"(","binding":{"promise":{"var":")" + input + R"("}}})";
}

std::string Message(const std::string& outer, const std::string& inner, const std::string& array,
                    const std::string& output = kIntegers) {
  const std::string spec =
      R"({"template":{"interface":{"inputs":{"variables":{"xs":)" + kIntegers + R"(,"x":)" + kInteger +
      R"(}},"outputs":{"variables":{"o0":)" + output + R"(}}},"nodes":[{"id":"n0","inputs":[)" + outer +
      R"(],"arrayNode":{"node":{"id":"sub","inputs":[)" + inner +
      R"(],"workflowNode":{"launchplanRef":{"resourceType":"LAUNCH_PLAN","project":"p","domain":"d","name":"one",)"
      R"("version":"v"}}})" +
      array + R"(}}],"outputs":[{"var":"o0","binding":{"promise":{"nodeId":"n0","var":"o0"}}}]}})";
  const auto compiled = CompileWorkflow(
      FromJson<Identifier>(R"({"resourceType":"WORKFLOW","project":"p","domain":"d","name":"w","version":"v"})"),
      FromJson<WorkflowSpec>(spec), Environment());
  return compiled ? "" : compiled.error().message.substr(compiled.error().message.find("Collected"));
}

TEST_CASE("an array of a launch plan takes and gives lists") {
  const std::string flags = R"(,"isOriginalSubNodeInterface":true,"executionMode":"FULL_STATE")";
  CHECK(Message(Bind("a", "xs"), Bind("a", "xs"), flags) == "");
  CHECK(Message(Bind("a", "xs"), "", flags + R"(,"minSuccessRatio":0.5,"parallelism":2)") == "");
  CHECK(Message(Bind("a", "xs") + "," + Bind("b", "xs"), "", flags) == "");
  CHECK(Message(Bind("a", "xs"), "", flags,
                R"({"type":{"collectionType":{"unionType":{"variants":[{"simple":"INTEGER"},{"simple":"NONE"}]}}}})") ==
        "");
}

TEST_CASE("what every item gets whole is no list") {
  CHECK(Message(Bind("a", "xs") + "," + Bind("b", "x"), "", R"(,"boundInputs":["b"])") == "");
  CHECK(Message(Bind("a", "xs") + "," + Bind("b", "x"), "", "")
            .find("'x' has type [simple:INTEGER], but it's assigned to the input variable 'b' which has type type "
                  "[collection_type:{simple:INTEGER}]") != std::string::npos);
}

TEST_CASE("an array of a launch plan still checks names and types") {
  CHECK(Message("", "", "").find("Parameter not bound [a]") != std::string::npos);
  CHECK(Message(Bind("a", "x"), "", "").find("Code: MismatchingTypes, Node Id: n0") != std::string::npos);
  CHECK(Message(Bind("a", "xs"), "", "", kInteger).find("Code: MismatchingTypes, Node Id: end-node") !=
        std::string::npos);
}

}  // namespace
}  // namespace sandbox::registry
