// Conditions on attributes: what flytekit 1.16 sends for conditional("d").if_(c.inner.n > 10) and its like.

#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>
#include <string>

#include "registry/compiler/repeated_attributes.h"
#include "sandbox/registry/compiler.h"

namespace sandbox::registry {
namespace {

using flyteidl::admin::WorkflowSpec;
using flyteidl::core::CompiledTask;
using flyteidl::core::Identifier;

template <typename Message>
Message Parse(const std::string& text) {
  Message out;
  INFO(text);
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &out));
  return out;
}

std::string Field(const std::string& name, const std::string& type) {
  return "dataclass_type { key: \"" + name + "\" value { " + type + " } } ";
}

const std::string kOptionalInteger = "union_type { variants { simple: INTEGER } variants { simple: NONE } }";
const std::string kInner = "simple: STRUCT structure { " + Field("n", "simple: INTEGER") + Field("f", "simple: FLOAT") +
                           Field("s", "simple: STRING") + Field("b", "simple: BOOLEAN") + Field("o", kOptionalInteger) +
                           Field("when", "simple: DATETIME") + "}";
const std::string kOuter = "simple: STRUCT structure { " + Field("inner", kInner) +
                           Field("items", "collection_type { " + kInner + " }") +
                           Field("m", "map_value_type { simple: INTEGER }") + "}";
// A dataclass of an SDK that sends its JSON schema alone.
const std::string kSchema = R"(simple: STRUCT metadata { fields { key: "title" value { string_value: "Old" } }
  fields { key: "properties" value { struct_value {
    fields { key: "n" value { struct_value { fields { key: "type" value { string_value: "integer" } } } } }
    fields { key: "i" value { struct_value { fields { key: "$ref" value { string_value: "#/definitions/I" } } } } }
    } } }
  fields { key: "definitions" value { struct_value { fields { key: "I" value { struct_value {
    fields { key: "properties" value { struct_value {
      fields { key: "s" value { struct_value { fields { key: "type" value { string_value: "string" } } } } } } } }
    } } } } } } })";

// "c.inner.n" as a binding: steps are separated by blanks, numbers are indexes.
std::string Bind(const std::string& input, const std::vector<std::string>& path) {
  std::string out = "inputs { var: \"." + input + "\" binding { promise { var: \"" + input + "\" ";
  for (const std::string& step : path) {
    const bool index = step[0] == '-' || (step[0] >= '0' && step[0] <= '9');
    out += "attr_path { " + (index ? "int_value: " + step : "string_value: \"" + step + "\"") + " } ";
  }
  return out + "} } } ";
}

std::string Var(const std::string& name) { return "var: \"." + name + "\""; }
std::string Integer(int value) { return "primitive { integer: " + std::to_string(value) + " }"; }
std::string String(const std::string& text) { return "primitive { string_value: \"" + text + "\" }"; }
const std::string kNone = "scalar { none_type { } }";
const std::string kTrue = "primitive { boolean: true }";
const std::string kFalse = "primitive { boolean: false }";

std::string Compare(const std::string& op, const std::string& left, const std::string& right) {
  return "comparison { operator: " + op + " left_value { " + left + " } right_value { " + right + " } }";
}
std::string Both(const std::string& op, const std::string& left, const std::string& right) {
  return "conjunction { operator: " + op + " left_expression { " + left + " } right_expression { " + right + " } }";
}

std::string Block(const std::string& conditions, const std::string& id) {
  return "condition { " + conditions + " } then_node { id: \"" + id +
         "\" task_node { reference_id { resource_type: TASK name: \"t\" project: \"p\" domain: \"d\" version: \"v\" } "
         "} }";
}

std::string Cases(const std::vector<std::string>& conditions) {
  std::string out;
  for (size_t i = 0; i < conditions.size(); ++i)
    out += (i == 0 ? "case { " : "other { ") + Block(conditions[i], "x" + std::to_string(i)) + " } ";
  return out + "error { message: \"none\" }";
}

// The compiler's answer for a workflow whose one node is a conditional; empty when it takes it.
std::string Message(const std::string& bindings, const std::vector<std::string>& conditions) {
  const auto variable = [](const std::string& name, const std::string& type) {
    return "variables { key: \"" + name + "\" value { type { " + type + " } } } ";
  };
  const std::string spec =
      "template { interface { inputs { " + variable("c", kOuter) + variable("d", kOuter) + variable("old", kSchema) +
      variable("xs", "collection_type { simple: INTEGER }") + variable("cs", "collection_type { " + kInner + " }") +
      variable("m", "map_value_type { simple: INTEGER }") + variable("o", kOptionalInteger) +
      variable("any", "simple: STRUCT") + variable("n", "simple: INTEGER") + "} } nodes { id: \"n0\" " + bindings +
      " branch_node { if_else { " + Cases(conditions) + " } } } }";
  CompilerEnvironment environment;
  environment.task = [](const Identifier& id) -> Result<CompiledTask> {
    CompiledTask task;
    *task.mutable_template_()->mutable_id() = id;
    task.mutable_template_()->mutable_interface();
    return task;
  };
  environment.launch_plan = [](const Identifier&) -> Result<flyteidl::admin::LaunchPlan> { return NotFound("none"); };
  const auto compiled =
      CompileWorkflow(Parse<Identifier>(R"(resource_type: WORKFLOW project: "p" domain: "d" name: "w" version: "v")"),
                      Parse<WorkflowSpec>(spec), environment);
  if (compiled) return "";
  CHECK(compiled.error().code == Code::kInvalidArgument);
  CHECK(compiled.error().message.size() < 1000);
  return compiled.error().message.substr(compiled.error().message.find("Description: ") + 13);
}

TEST_CASE("attributes, items and values of maps can be compared") {
  CHECK(Message(Bind("c", {"inner", "n"}), {Compare("GT", Var("c"), Integer(10))}) == "");
  CHECK(Message(Bind("c", {"items", "1", "s"}), {Compare("EQ", Var("c"), String("a"))}) == "");
  CHECK(Message(Bind("c", {"m", "a key"}), {Compare("EQ", Integer(1), Var("c"))}) == "");
  CHECK(Message(Bind("xs", {"0"}), {Compare("EQ", Var("xs"), Integer(1))}) == "");
  CHECK(Message(Bind("cs", {"0", "b"}), {Compare("EQ", Var("cs"), kTrue)}) == "");
  CHECK(Message(Bind("m", {"k"}), {Compare("LTE", Var("m"), Integer(1))}) == "");
  CHECK(Message(Bind("old", {"n"}), {Compare("LTE", Var("old"), Integer(1))}) == "");
  CHECK(Message(Bind("old", {"i", "s"}), {Compare("EQ", Var("old"), String("x"))}) == "");
}

TEST_CASE("attributes are compared with each other, in conjunctions and chains") {
  const std::string bindings = Bind("c", {"inner", "n"}) + Bind("d", {"inner", "n"}) + Bind("xs", {"0"});
  CHECK(Message(bindings, {Compare("LT", Var("c"), Var("d"))}) == "");
  CHECK(Message(bindings, {Both("AND", Compare("GT", Var("c"), Integer(10)), Compare("EQ", Var("xs"), Integer(1)))}) ==
        "");
  CHECK(Message(bindings, {Compare("GT", Var("c"), Integer(10)), Compare("GT", Var("c"), Integer(5)),
                           Compare("LTE", Var("c"), Integer(5))}) == "");
  CHECK(Message(bindings, {Both("AND", Compare("GT", Var("c"), Integer(1)), Compare("LT", Var("c"), Integer(9)))}) ==
        "");
}

TEST_CASE("numbers of attributes are alike, and what may be none is compared as what it is when it is there") {
  CHECK(Message(Bind("c", {"inner", "n"}), {Compare("GT", Var("c"), "primitive { float_value: 1.5 }")}) == "");
  CHECK(Message(Bind("c", {"inner", "f"}), {Compare("GT", Var("c"), Integer(1))}) == "");
  CHECK(Message(Bind("c", {"inner", "o"}), {Compare("GT", Var("c"), Integer(1))}) == "");
  CHECK(Message(Bind("c", {"inner", "o"}), {Compare("EQ", Var("c"), kNone)}) == "");
  CHECK(Message(Bind("o", {}), {Compare("EQ", Var("o"), kNone)}) == "");
  CHECK(Message(Bind("o", {}), {Compare("EQ", Var("o"), Integer(3))}) == "");
  CHECK(Message(Bind("any", {"n"}), {Compare("EQ", Var("any"), Integer(3))}) == "");
}

TEST_CASE("what cannot be compared is refused in words that name it") {
  CHECK(Message(Bind("c", {"inner", "s"}), {Compare("EQ", Var("c"), Integer(3))}) ==
        "The condition compares [c.inner.s] (string) with a constant (integer), but both sides of a comparison have to "
        "be of one type.\n");
  CHECK(Message(Bind("c", {"inner", "x"}), {Compare("EQ", Var("c"), Integer(3))}) ==
        "The condition compares [c.inner.x], but dataclass has no field \"x\"; there are: b, f, n, o, s, when.\n");
  CHECK(Message(Bind("c", {"inner"}), {Compare("EQ", Var("c"), Integer(3))}) ==
        "The condition compares [c.inner] (dataclass), but only integers, floats, strings, booleans, datetimes, "
        "durations and none can be compared.\n");
  CHECK(Message(Bind("xs", {"-1"}), {Compare("EQ", Var("xs"), Integer(3))}) ==
        "The condition compares [xs[-1]], but a list of integer is indexed by numbers from 0, not by [-1].\n");
  CHECK(Message(Bind("n", {"x"}), {Compare("EQ", Var("n"), Integer(3))}) ==
        "The condition compares [n.x], but the integer before \"x\" has no attributes.\n");
  CHECK(Message(Bind("old", {"x"}), {Compare("EQ", Var("old"), Integer(3))}) ==
        "The condition compares [old.x], but in dataclass Old there is no field \"x\"; there are: i, n.\n");
  CHECK(Message(Bind("c", {"inner", "when"}), {Compare("EQ", Var("c"), String("x"))}).find("kept as text") !=
        std::string::npos);
  // A whole dataclass, as upstream but for the dump of its type.
  CHECK(Message(Bind("c", {}), {Compare("EQ", Var("c"), Integer(3))}) ==
        "Variable [RightValue] (type [simple:INTEGER]) doesn't match expected type [dataclass].\n");
}

// flytekit sends one binding for (c.b.is_true()) & (c.flag.is_false()), and the same operand twice.
TEST_CASE("attributes that flytekit lost are noticed where one value makes no sense of the comparisons") {
  const std::string binding = Bind("c", {"inner", "n"});
  const auto refused = [&](const std::string& bound, const std::vector<std::string>& conditions) {
    const std::string text = Message(bound, conditions);
    return text.find("makes no sense for one value. flytekit sends only one attribute") != std::string::npos;
  };
  CHECK(refused(binding, {Compare("LT", Var("c"), Var("c"))}));
  CHECK(refused(binding, {Both("AND", Compare("GT", Var("c"), Integer(1)), Compare("GT", Var("c"), Integer(2)))}));
  CHECK(refused(binding, {Both("AND", Compare("EQ", Var("c"), Integer(1)), Compare("EQ", Var("c"), Integer(2)))}));
  CHECK(refused(binding, {Both("OR", Compare("GT", Var("c"), Integer(1)), Compare("EQ", Integer(2), Var("c")))}));
  CHECK(refused(binding, {Compare("GT", Var("c"), Integer(1)), Compare("GT", Var("c"), Integer(2))}));
  CHECK(refused(Bind("c", {"inner", "b"}),
                {Both("AND", Compare("EQ", Var("c"), kTrue), Compare("EQ", Var("c"), kFalse))}));
  CHECK(refused(Bind("c", {"inner", "b"}), {Compare("EQ", Var("c"), kTrue), Compare("EQ", Var("c"), kTrue)}));
  CHECK(Message(binding, {Both("AND", Compare("GT", Var("c"), Integer(1)), Compare("EQ", Var("c"), String("x")))})
            .find("compare the other attributes of [c] in a conditional of their own") != std::string::npos);
  // Whole variables cannot be lost.
  CHECK(Message(Bind("n", {}),
                {Both("AND", Compare("GT", Var("n"), Integer(1)), Compare("GT", Var("n"), Integer(2)))}) == "");
}

TEST_CASE("comparisons that make sense for one value are not suspected") {
  const auto suspected = [](const std::vector<std::string>& conditions) {
    return compiler::CannotBeOneValue(Parse<flyteidl::core::IfElseBlock>(Cases(conditions)), ".c");
  };
  const auto c = [](const std::string& op, int value) { return Compare(op, Var("c"), Integer(value)); };
  CHECK_FALSE(suspected({c("GT", 10)}));
  CHECK_FALSE(
      suspected({c("LT", 10), Both("AND", c("GTE", 10), c("LT", 100)), Both("OR", c("EQ", 100), c("GT", 1000))}));
  CHECK_FALSE(suspected({c("GT", 10), c("LTE", 10)}));
  CHECK_FALSE(suspected({Both("OR", c("EQ", 1), c("EQ", 2))}));
  CHECK_FALSE(suspected({Both("AND", c("NEQ", 1), c("NEQ", 2))}));
  CHECK_FALSE(suspected({Both("AND", c("GT", 1), Compare("EQ", Var("z"), Integer(1))),
                         Both("AND", c("GT", 1), Compare("EQ", Var("z"), Integer(2)))}));
  CHECK_FALSE(suspected({Compare("EQ", Var("c"), String("a")), Compare("EQ", Var("c"), String("b")),
                         Compare("GT", Var("c"), String("b"))}));
  CHECK(suspected({Both("AND", c("GT", 5), c("LT", 3))}));
  CHECK(suspected({c("GT", 1), Both("AND", c("GT", 3), Compare("EQ", Var("z"), Integer(1)))}));
}

TEST_CASE("types in words are short") {
  const auto name = [](const std::string& type) { return TypeName(Parse<flyteidl::core::LiteralType>(type)); };
  CHECK(name("simple: INTEGER") == "integer");
  CHECK(name("collection_type { map_value_type { simple: STRING } }") == "list of map of string");
  CHECK(name(kOptionalInteger) == "integer or none");
  CHECK(name(kSchema) == "dataclass Old");
  CHECK(name("blob { format: \"csv\" }") == "file of format csv");
  CHECK(name("enum_type { values: \"a\" values: \"b\" }") == "enum of a, b");
}

}  // namespace
}  // namespace sandbox::registry
