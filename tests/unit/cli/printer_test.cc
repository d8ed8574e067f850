#include "cli/printer.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace sandbox::cli;
using nlohmann::ordered_json;

TEST_CASE("YAML has the document's order, nested lists and maps, and nothing for empty ones") {
  const auto document = ordered_json::parse(R"({
    "pods": [{"name": "a-n0-0", "exit_code": null, "labels": {}}, {"name": "b", "containers": [1, 2.5, true]}],
    "empty": [],
    "nested": [[1, 2], ["x"]],
    "of": {"deep": {"er": "one two"}}
  })");
  CHECK(ToYaml(document) ==
        "pods:\n"
        "- name: a-n0-0\n"
        "  exit_code: null\n"
        "  labels: {}\n"
        "- name: b\n"
        "  containers:\n"
        "  - 1\n"
        "  - 2.5\n"
        "  - true\n"
        "empty: []\n"
        "nested:\n"
        "- - 1\n"
        "  - 2\n"
        "- - x\n"
        "of:\n"
        "  deep:\n"
        "    er: one two\n");
}

TEST_CASE("Strings that YAML would take for something else are quoted") {
  for (const char* text :
       {"true", "No", "null", "~",  "12", "1e3",  "0x1f",       "-",   "- a",   "a: b", "a #b",   "",   " a",
        "a ",   "*a", "&a",   "!a", "@a", "a\nb", "2026-11-29", "{a}", "ends:", ".5",   "größer", "'a'"}) {
    const std::string written = ToYaml(ordered_json(text));
    CHECK(written == ordered_json(text).dump() + "\n");
  }
  for (const char* text : {"flytesnacks", "http://localhost:30080/console", "core.basics.wf", "/tmp/a b", "v1.16.8"})
    CHECK(ToYaml(ordered_json(text)) == std::string(text) + "\n");
}

TEST_CASE("Forms are named as -o takes them") {
  CHECK(FormatNames(kNoNames) == "table, wide, json or yaml");
  CHECK(FormatNames("/id") == "table, wide, json, yaml or name");
}

TEST_CASE("Names are found where a verb's path leads") {
  using Names = std::vector<std::string>;
  const auto in = [](const char* text, NamePath path) { return NamesIn(ordered_json::parse(text), path); };
  CHECK(in(R"({"id": "a", "name": "b"})", "/id") == Names{"a"});
  CHECK(in(R"({"execution": {"id": {"name": "a"}}})", "/execution/id/name") == Names{"a"});
  CHECK(in(R"({"pods": [{"name": "b"}, {"name": "a"}, {"name": "b"}, {"name": null}]})", "/pods/*/name") ==
        Names{"b", "a"});
  CHECK(in(R"({"tags": ["a:1", "b:2"]})", "/tags/*") == Names{"a:1", "b:2"});
  CHECK(in(R"({"rows": [["x", 1], [2, 3], [], [null]]})", "/rows/*/0") == Names{"x", "2"});
  CHECK(in(R"({"B": "1", "A": "2"})", "/#") == Names{"B", "A"});
  CHECK(in(R"([{"group": "g", "key": "k"}, {"group": "", "key": "alone"}])", "/*/group+key") == Names{"g k", "alone"});
  CHECK(in(R"([{"name": null, "home": "/h"}, {"name": "n", "home": "/i"}])", "/*/name,home") == Names{"/h", "n"});
  CHECK(in(R"({"folders": [{"uri": "f"}], "objects": [{"uri": "o"}]})", "/folders/*/uri|/objects/*/uri") ==
        Names{"f", "o"});
  CHECK(in(R"({"id": "a"})", "/builds/*/id|/id") == Names{"a"});
  CHECK(in(R"({"id": {"name": "a"}, "list": [1]})", "/id|/list|/none|/id/none") == Names{});
}
