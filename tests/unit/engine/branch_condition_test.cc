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
  CHECK(Evaluate(Comparison("EQ", "n", "integer: 3")).error->code == "MalformedBranchUserError");
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
