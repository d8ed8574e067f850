#include <catch2/catch.hpp>
#include <cmath>

#include "pods/files/parse_value.h"
#include "pods/files/plain_value.h"

using namespace sandbox;
using namespace sandbox::pods;
namespace core = flyteidl::core;

namespace {

std::string Parsed(core::SimpleType type, std::string_view text) {
  const auto literal = ParseSimple(type, text);
  return literal ? literal->scalar().ShortDebugString() : "error: " + literal.error().message;
}

PlainValue Number(std::string text) { return {PlainValue::Number{std::move(text)}}; }

}  // namespace

TEST_CASE("values of output files", "[files]") {
  CHECK(Parsed(core::INTEGER, " 42\n\n") == "primitive { integer: 42 }");
  CHECK(Parsed(core::INTEGER, "+7") == "primitive { integer: 7 }");
  CHECK(Parsed(core::INTEGER, "-9223372036854775808") == "primitive { integer: -9223372036854775808 }");
  for (const char* text : {"seven", "", "1.0", "0x10", "+-1", "9223372036854775808", "1 2", "1\t"})
    CHECK(Parsed(core::INTEGER, text).starts_with("error"));
  CHECK(Parsed(core::INTEGER, "seven") == "error: \"seven\" is no integer");
  CHECK(Parsed(core::INTEGER, std::string("\xff\0", 2)) == "error: \"(no text)\" is no integer");

  CHECK(ParseSimple(core::FLOAT, "-1.5e3")->scalar().primitive().float_value() == -1500);
  CHECK(ParseSimple(core::FLOAT, "0x1p-2")->scalar().primitive().float_value() == 0.25);
  CHECK(ParseSimple(core::FLOAT, "1e-400")->scalar().primitive().float_value() == 0);
  CHECK(std::isinf(ParseSimple(core::FLOAT, "+Inf")->scalar().primitive().float_value()));
  CHECK(std::isnan(ParseSimple(core::FLOAT, "NaN")->scalar().primitive().float_value()));
  for (const char* text : {"", "1,5", "1e400", "--1", "nan(1)", "0x1"})
    CHECK(Parsed(core::FLOAT, text).starts_with("error"));

  CHECK(Parsed(core::BOOLEAN, "True") == "primitive { boolean: true }");
  CHECK(Parsed(core::BOOLEAN, "0") == "primitive { boolean: false }");
  CHECK(Parsed(core::BOOLEAN, "yes").starts_with("error"));

  CHECK(Parsed(core::STRING, "  two words\n") == "primitive { string_value: \"two words\" }");
  CHECK(Parsed(core::STRING, "\xc3\x28").starts_with("error"));
  CHECK(Parsed(core::NONE, "anything") == "none_type { }");
  CHECK(Parsed(core::BINARY, "\x93\x01") == "binary { value: \"\\223\\001\" tag: \"msgpack\" }");
  CHECK(Parsed(core::ERROR, "why") == "error { message: \"why\" }");
  CHECK(Parsed(core::STRUCT, "{\"a\": [1, null]}").starts_with("generic { fields { key: \"a\""));
  CHECK(Parsed(core::STRUCT, "[1]").starts_with("error"));
  CHECK(Parsed(core::STRUCT, std::string(1024, '[')).starts_with("error"));
}

TEST_CASE("times", "[files]") {
  CHECK(ParseTimestamp("1970-01-02T00:00:00Z") == std::pair<int64_t, int32_t>(86'400, 0));
  CHECK(ParseTimestamp("2024-02-29T12:30:01.250Z") == std::pair<int64_t, int32_t>(1'709'209'801, 250'000'000));
  CHECK(ParseTimestamp("2024-02-29T14:30:01+02:00") == std::pair<int64_t, int32_t>(1'709'209'801, 0));
  for (const char* text : {"2023-02-29T00:00:00Z", "2024-02-29", "2024-02-29 12:00:00Z", "2024-02-29T24:00:00Z",
                           "2024-02-29T12:00:00", "2024-02-29T12:00:00.Z", "x"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseTimestamp(text));
  }
}

TEST_CASE("inputs as JSON and YAML", "[files]") {
  PlainValue value;
  value.value = PlainValue::Map{
      {"a", Number("4")},
      {"b", {std::string("word")}},
      {"c", {true}},
      {"d", {}},
      {"e",
       {PlainValue::List{Number("1"),
                         {std::string("two")},
                         {PlainValue::Map{{"k", Number("1")}, {"l", {PlainValue::List{Number("2")}}}}}}}},
      {"f", {PlainValue::List{}}},
      {"g", {PlainValue::Map{{"x", {std::string("<a>")}}}}}};
  CHECK(ToJson(value) ==
        R"({"a":4,"b":"word","c":true,"d":null,"e":[1,"two",{"k":1,"l":[2]}],"f":[],"g":{"x":"\u003ca\u003e"}})");
  CHECK(ToYaml(value) == "a: 4\nb: word\nc: true\nd: null\ne:\n- 1\n- two\n- k: 1\n  l:\n  - 2\nf: []\ng:\n  x: <a>\n");
  const auto yaml = [](std::string text) { return ToYaml({std::move(text)}); };
  CHECK(yaml("yes") == "\"yes\"\n");
  CHECK(yaml("12") == "\"12\"\n");
  CHECK(yaml("a: b") == "'a: b'\n");
  CHECK(yaml("- it's") == "'- it''s'\n");
  CHECK(yaml("two\nlines") == "\"two\\nlines\"\n");
  CHECK(yaml("") == "\"\"\n");
  CHECK(JsonNumber(0.1) == "0.1");
  CHECK(JsonNumber(1e6) == "1000000");
  CHECK(JsonNumber(1e21) == "1e+21");
  CHECK(JsonNumber(1e-9) == "1e-9");
}

TEST_CASE("texts for messages", "[files]") {
  CHECK(MessageText("plain") == "plain");
  CHECK(MessageText(std::string("a\xff") + '\0') == "a??");
  const std::string wide = MessageText(std::string(2047, 'x') + "\xC3\xA9tail");
  CHECK(wide == std::string(2047, 'x'));
}
