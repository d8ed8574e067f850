#include "cli/literals.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/context.h"

using namespace sandbox;
using namespace sandbox::cli;
using nlohmann::json;

namespace {

json Type(const char* simple) { return {{"simple", simple}}; }

// The value as it is shown again.
std::string Again(const json& type, const std::string& text) {
  const auto literal = ParseValue(type, text);
  return literal ? BriefValue(*literal).dump() : "error: " + literal.error().message;
}

}  // namespace

TEST_CASE("Types in words") {
  CHECK(TypeText(Type("INTEGER")) == "integer");
  CHECK(TypeText({{"collection_type", {{"map_value_type", Type("STRING")}}}}) == "list of map of string");
  CHECK(TypeText({{"enum_type", {{"values", {"small", "large"}}}}}) == "one of small, large");
  CHECK(TypeText({{"union_type", {{"variants", {Type("INTEGER"), Type("NONE")}}}}}) == "integer or none");
  CHECK(TypeText({{"blob", json::object()}}) == "file");
}

TEST_CASE("Values are read by their types") {
  CHECK(Again(Type("INTEGER"), "-7") == "-7");
  CHECK(Again(Type("INTEGER"), "9223372036854775807") == "9223372036854775807");
  CHECK(Again(Type("FLOAT"), "1e-3") == "0.001");
  CHECK(Again(Type("BOOLEAN"), "true") == "true");
  CHECK(Again(Type("STRING"), "12") == "\"12\"");
  CHECK(Again(Type("DATETIME"), "2026-01-31") == "\"2026-01-31T00:00:00Z\"");
  CHECK(Again(Type("DATETIME"), "2026-01-31T10:00:00+02:00") == "\"2026-01-31T10:00:00+02:00\"");
  CHECK(Again(Type("DURATION"), "1h30m") == "\"5400.000000s\"");
  CHECK(Again(Type("STRUCT"), R"({"n": 1})") == R"({"n":1})");
  CHECK(Again({{"collection_type", Type("INTEGER")}}, "[1, 2]") == "[1,2]");
  CHECK(Again({{"map_value_type", Type("STRING")}}, R"({"a": "x"})") == R"({"a":"x"})");
  CHECK(Again({{"enum_type", {{"values", {"small", "large"}}}}}, "large") == "\"large\"");
  const json optional = {{"union_type", {{"variants", {Type("INTEGER"), Type("NONE")}}}}};
  CHECK(Again(optional, "3") == "3");
  CHECK(Again(optional, "null") == "null");
}

TEST_CASE("What is no value of the type is refused with the type and how to write one") {
  CHECK(Again(Type("INTEGER"), "x") == "error: 'x' is not a value of type integer; write it as 42 or -1");
  CHECK(Again(Type("INTEGER"), "9223372036854775808").starts_with("error"));
  CHECK(Again(Type("INTEGER"), "").starts_with("error"));
  CHECK(Again(Type("FLOAT"), "nan").starts_with("error"));
  CHECK(Again(Type("BOOLEAN"), "yes").find("true or false") != std::string::npos);
  CHECK(Again(Type("DATETIME"), "tomorrow").starts_with("error"));
  CHECK(Again(Type("DURATION"), "5").find("1h30m") != std::string::npos);
  CHECK(Again({{"collection_type", Type("INTEGER")}}, "5").find("list of integer") != std::string::npos);
  CHECK(Again({{"collection_type", Type("INTEGER")}}, "[1, \"x\"]").starts_with("error"));
  CHECK(Again({{"enum_type", {{"values", {"small"}}}}}, "huge") == "error: 'huge' is not one of small");
  CHECK(Again({{"blob", json::object()}}, "x.csv").find("s3://my-s3-bucket/") != std::string::npos);
  CHECK(Again(json::object(), "x").find("FlyteRemote") != std::string::npos);
}

TEST_CASE("A command line can be copied into a shell") {
  CHECK(ShellQuote("plain-1.2/x") == "plain-1.2/x");
  CHECK(ShellQuote("it's") == R"('it'\''s')");
  CHECK(ShellQuote("") == "''");
  const sandbox::home::Host host;
  Context context{host, {}, Printer(), "sandbox", ""};
  CHECK(CommandLine(context, "stop") == "sandbox stop");
  context.home_option = "a b";
  CHECK(CommandLine(context, {"flytesnacks", "staging"}, "get x") == "sandbox --home 'a b' get x -d staging");
}
