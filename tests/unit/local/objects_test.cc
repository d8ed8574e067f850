// Of objects and values what is pure: types by name and bytes, references, parts of values.

#include <catch2/catch.hpp>

#include "api/local/object_types.h"
#include "api/local/object_users.h"
#include "api/local/value_parts.h"

namespace sandbox::testing {
namespace {

namespace core = flyteidl::core;
using namespace sandbox::api;
using namespace std::string_literals;

TEST_CASE("an object is what its bytes say, then what its name says", "[objects]") {
  CHECK(GuessType("a/part-0", "PAR1\x15\x04") == "parquet");
  CHECK(GuessType("a.txt", "\x89PNG\r\n\x1a\n\0\0"s) == "png");
  CHECK(GuessType("photo.png", "\xff\xd8\xff\xe0") == "jpeg");
  CHECK(GuessType("a", "GIF89a") == "gif");
  CHECK(GuessType("a", "RIFF\x10\0\0\0WEBPVP8 "s) == "webp");
  CHECK(GuessType("a",
                  "\0\0\0\x20"
                  "ftypavif\0\0\0\0"s) == "avif");
  CHECK(GuessType("table.CSV", "a,b\n1,2\n") == "csv");
  CHECK(GuessType("x.json", "{}") == "json");
  CHECK(GuessType("x.jsonl", "{}\n{}") == "ndjson");
  CHECK(GuessType("report.html", "<p>") == "html");
  CHECK(GuessType("report", "  <!DOCTYPE HTML><p>") == "html");
  CHECK(GuessType("drawing", "<svg xmlns=''>") == "svg");
  CHECK(GuessType("drawing.svg", "<?xml version='1.0'?><svg>") == "svg");
  CHECK(GuessType("notes", "일이삼") == "text");
  CHECK(GuessType("notes", "half a character \xec\x9d") == "text");
  CHECK(GuessType("empty", "") == "text");
  CHECK(GuessType("empty.csv", "") == "csv");
  CHECK(GuessType("bell.txt", "ding \x07") == "text");
  CHECK(GuessType("bell", "ding \x07") == "binary");
  // Named as text and none, named as an image and text.
  CHECK(GuessType("x.json", "\0\1\2"s) == "binary");
  CHECK(GuessType("x.png", "<script>alert(1)</script>") == "text");
  CHECK(GuessType("outputs.pb", "\x0a\x05\x01"s) == "binary");
}

TEST_CASE("no object is served as what a browser runs", "[objects]") {
  CHECK(ServedType("html") == "text/plain; charset=utf-8");
  CHECK(ServedType("json") == "text/plain; charset=utf-8");
  CHECK(ServedType("svg") == "image/svg+xml");
  CHECK(ServedType("png") == "image/png");
  for (const char* type : {"parquet", "binary", "directory", ""}) CHECK(ServedType(type) == "application/octet-stream");
}

core::Literal File(const std::string& uri) {
  core::Literal out;
  out.mutable_scalar()->mutable_blob()->set_uri(uri);
  return out;
}

TEST_CASE("a value refers to its file and to what is in its folder", "[objects]") {
  CHECK(RefersTo(File("s3://b/x"), "s3://b/x"));
  CHECK(RefersTo(File("s3://b/folder"), "s3://b/folder/part-0"));
  CHECK(RefersTo(File("s3://b/folder/"), "s3://b/folder/part-0"));
  CHECK_FALSE(RefersTo(File("s3://b/fold"), "s3://b/folder/part-0"));
  CHECK_FALSE(RefersTo(File("s3://b/x/y"), "s3://b/x"));
  CHECK_FALSE(RefersTo(File(""), "s3://b/x"));
  core::Literal list, map, data;
  *list.mutable_collection()->add_literals() = File("s3://b/x");
  (*map.mutable_map()->mutable_literals())["k"] = list;
  CHECK(RefersTo(map, "s3://b/x"));
  data.mutable_scalar()->mutable_binary()->set_value("\x81\xa4path\xa8s3://b/x");
  CHECK(RefersTo(data, "s3://b/x"));
}

TEST_CASE("a path of a value is a JSON pointer", "[values]") {
  CHECK(ParsePointer("")->empty());
  CHECK(*ParsePointer("/o0/12") == std::vector<std::string>{"o0", "12"});
  CHECK(*ParsePointer("/a~1b/~0/") == std::vector<std::string>{"a/b", "~", ""});
  CHECK(PointerText({"a/b", "~", ""}) == "/a~1b/~0/");
  for (const char* wrong : {"o0", "/~2", "/~"}) {
    CAPTURE(wrong);
    REQUIRE_FALSE(ParsePointer(wrong));
    CHECK(ParsePointer(wrong).error().reason == "path");
  }
}

core::Literal Numbers(int count) {
  core::Literal out;
  out.mutable_collection();
  for (int i = 0; i < count; ++i)
    out.mutable_collection()->add_literals()->mutable_scalar()->mutable_primitive()->set_integer(i);
  return out;
}

TEST_CASE("a part of a list is as many elements as were asked for", "[values]") {
  const ValuePart part = CutValue(Numbers(1000), {"o0"}, {10, 5});
  CHECK(part.total == 1000);
  REQUIRE(part.literal.collection().literals_size() == 5);
  CHECK(part.literal.collection().literals(0).scalar().primitive().integer() == 10);
  CHECK(part.cut.dump() == R"([{"path":"/o0","total":1000}])");
  CHECK(CutValue(Numbers(3), {}, {0, 5}).cut.empty());
  CHECK(CutValue(Numbers(3), {}, {9, 5}).literal.collection().literals_size() == 0);
}

TEST_CASE("what is inside of a part is cut, and it is told where", "[values]") {
  core::Literal map;
  (*map.mutable_map()->mutable_literals())["list"] = Numbers(100);
  std::string text(64 * 1024 - 1, 'x');
  text += "일";
  (*map.mutable_map()->mutable_literals())["text"].mutable_scalar()->mutable_primitive()->set_string_value(text);
  const ValuePart part = CutValue(map, {}, {0, 200});
  CHECK(part.total == 2);
  CHECK(part.literal.map().literals().at("list").collection().literals_size() == 20);
  const std::string& cut = part.literal.map().literals().at("text").scalar().primitive().string_value();
  CHECK(cut == std::string(64 * 1024 - 1, 'x'));  // no half character
  CHECK(part.cut.dump() == R"([{"path":"/list","total":100},{"path":"/text","total":65538}])");
}

}  // namespace
}  // namespace sandbox::testing
