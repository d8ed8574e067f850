#include "engine/branch_condition.h"

#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

template <typename Message>
Message Parse(const std::string& text) {
  Message out;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &out));
  return out;
}

core::LiteralMap Inputs() {
  return Parse<core::LiteralMap>(R"(
    literals { key: "i" value { scalar { primitive { integer: 3 } } } }
    literals { key: "f" value { scalar { primitive { float_value: 3 } } } }
    literals { key: "s" value { scalar { primitive { string_value: "bob" } } } }
    literals { key: "b" value { scalar { primitive { boolean: true } } } }
    literals { key: "t" value { scalar { primitive { datetime { seconds: 10 nanos: 5 } } } } }
    literals { key: "d" value { scalar { primitive { duration { seconds: 60 } } } } }
    literals { key: "n" value { scalar { none_type {} } } })");
}

std::string Comparison(const std::string& op, const std::string& variable, const std::string& with) {
  return "comparison { operator: " + op + " left_value { var: \"" + variable +
         "\" } right_value { scalar { primitive { " + with + " } } } }";
}

std::string Block(const std::string& condition, const std::string& id) {
  return "{ condition { " + condition + " } then_node { id: \"" + id + "\" } }";
}

Chosen Evaluate(const std::string& condition, const std::string& otherwise = R"(else_node { id: "e" })") {
  return EvaluateBranch(Parse<core::IfElseBlock>("case " + Block(condition, "t") + " " + otherwise), Inputs());
}

bool Holds(const std::string& condition) {
  const Chosen chosen = Evaluate(condition);
  REQUIRE_FALSE(chosen.error.has_value());
  return chosen.choice == 0;
}

TEST_CASE("comparisons of every primitive type") {
  CHECK(Holds(Comparison("EQ", "i", "integer: 3")));
  CHECK_FALSE(Holds(Comparison("GT", "i", "integer: 3")));
  CHECK(Holds(Comparison("GTE", "i", "integer: 3")));
  CHECK(Holds(Comparison("LT", "f", "float_value: 3.5")));
  CHECK(Holds(Comparison("NEQ", "s", "string_value: \"ann\"")));
  CHECK(Holds(Comparison("GT", "s", "string_value: \"ann\"")));
  CHECK(Holds(Comparison("EQ", "b", "boolean: true")));
  CHECK(Holds(Comparison("EQ", "t", "datetime { seconds: 10 nanos: 900 }")));
  CHECK(Holds(Comparison("LTE", "d", "duration { seconds: 60 nanos: 1 }")));
}

TEST_CASE("what cannot be compared is the user's error") {
  CHECK(Evaluate(Comparison("EQ", "i", "float_value: 3")).error->message ==
        "[MalformedBranchUserError] Comparison between different primitives types. "
        "lVal[*core.Primitive_Integer]:rVal[*core.Primitive_FloatValue]");
  CHECK(Evaluate(Comparison("GT", "b", "boolean: false")).error->message ==
        "[MalformedBranchUserError] [GT] not defined for boolean operands.");
  CHECK(Evaluate(Comparison("EQ", "gone", "integer: 3")).error->message ==
        "[MalformedBranchUserError] Failed to find Value for Variable [gone]");
  CHECK(Evaluate(Comparison("GT", "n", "integer: 3")).error->message ==
        "[MalformedBranchUserError] Comparison between different types: the other side is an integer, the other side "
        "is none");
}

TEST_CASE("none equals none alone") {
  const std::string is_none = R"(comparison { left_value { var: "%" } right_value { scalar { none_type {} } } })";
  const auto with = [&](const std::string& variable) {
    return std::string(is_none).replace(is_none.find('%'), 1, variable);
  };
  CHECK(Holds(with("n")));
  CHECK_FALSE(Holds(with("i")));
  CHECK_FALSE(Holds(Comparison("EQ", "n", "integer: 3")));
  CHECK(Holds(Comparison("NEQ", "n", "integer: 3")));
}

// What attributes of a dataclass come to: MessagePack's own kinds.
TEST_CASE("attributes are compared by value, and errors name them") {
  const core::LiteralMap inputs = Parse<core::LiteralMap>(R"(
    literals { key: ".i" value { scalar { primitive { integer: 3 } } } }
    literals { key: ".f" value { scalar { primitive { float_value: 2.5 } } } }
    literals { key: ".s" value { scalar { primitive { string_value: "bob" } } } }
    literals { key: ".nil" value { scalar { binary { value: "\300" tag: "msgpack" } } } }
    literals { key: ".map" value { scalar { binary { value: "\200" tag: "msgpack" } } } }
    literals { key: ".list" value { collection { } } }
    literals { key: ".u" value { scalar { union { value { scalar { primitive { integer: 4 } } } } } } })");
  const AttributeInputs attributes{{".i", "c.i"},     {".f", "c.f"},       {".s", "c.s"},  {".nil", "c.nil"},
                                   {".map", "c.map"}, {".list", "c.list"}, {".u", "us[0]"}};
  const auto evaluate = [&](const std::string& condition) {
    return EvaluateBranch(Parse<core::IfElseBlock>("case " + Block(condition, "t") + R"( else_node { id: "e" })"),
                          inputs, attributes);
  };
  const auto holds = [&](const std::string& condition) {
    const Chosen chosen = evaluate(condition);
    REQUIRE_FALSE(chosen.error.has_value());
    return chosen.choice == 0;
  };
  const auto error = [&](const std::string& condition) { return evaluate(condition).error.value().message; };
  CHECK(holds(Comparison("EQ", ".i", "float_value: 3")));
  CHECK(holds(Comparison("GT", ".f", "integer: 2")));
  CHECK_FALSE(holds(Comparison("GT", ".f", "integer: 3")));
  CHECK(holds(Comparison("EQ", ".u", "integer: 4")));
  CHECK(holds(R"(comparison { operator: LT left_value { var: ".f" } right_value { var: ".i" } })"));
  CHECK_FALSE(holds(Comparison("EQ", ".nil", "integer: 3")));
  CHECK(error(Comparison("GT", ".nil", "integer: 3")) ==
        "[MalformedBranchUserError] Comparison between different types: [c.nil] is none, the other side is an integer");
  CHECK(
      error(Comparison("EQ", ".s", "integer: 3")) ==
      "[MalformedBranchUserError] Comparison between different types: [c.s] is a string, the other side is an integer");
  CHECK(error(Comparison("EQ", ".map", "integer: 3")) ==
        "[MalformedBranchUserError] Only primitives can be compared. [c.map] is a map");
  CHECK(error(Comparison("EQ", ".list", "integer: 3")) ==
        "[MalformedBranchUserError] Only primitives can be compared. [c.list] is a list");
}

TEST_CASE("both sides of a conjunction are looked at") {
  const std::string yes = Comparison("EQ", "i", "integer: 3"), no = Comparison("EQ", "i", "integer: 4"),
                    bad = Comparison("EQ", "gone", "integer: 3");
  const auto both = [](const std::string& op, const std::string& left, const std::string& right) {
    return "conjunction { operator: " + op + " left_expression { " + left + " } right_expression { " + right + " } }";
  };
  CHECK(Holds(both("AND", yes, yes)));
  CHECK_FALSE(Holds(both("AND", yes, no)));
  CHECK(Holds(both("OR", no, yes)));
  CHECK(Evaluate(both("OR", yes, bad)).error.has_value());
}

TEST_CASE("the first block that holds is taken, then the else") {
  const std::string no = Comparison("EQ", "i", "integer: 4"), yes = Comparison("EQ", "i", "integer: 3");
  CHECK(Evaluate(no, "other " + Block(no, "x") + " other " + Block(yes, "y")).choice == 2);
  CHECK(Evaluate(no, "other " + Block(no, "x") + R"( else_node { id: "e" })").choice == 2);
  CHECK(Evaluate(no, R"(error { message: "neither" })").error->message == "[UserProvidedError] neither");
  CHECK(Evaluate(no, "other " + Block(no, "x")).error->message == "[MalformedBranchUserError] No branch satisfied");
}

}  // namespace
}  // namespace sandbox::engine
