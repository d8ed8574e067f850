#include <catch2/catch.hpp>
#include <string>

#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"
#include "unit/compiler/from_json.h"

namespace sandbox::registry {
namespace {

using flyteidl::core::Literal;
using flyteidl::core::LiteralType;
using testing::FromJson;

bool Castable(const std::string& upstream, const std::string& downstream) {
  return AreTypesCastable(FromJson<LiteralType>(upstream), FromJson<LiteralType>(downstream));
}

const std::string kInt = R"({"simple":"INTEGER"})";
const std::string kFloat = R"({"simple":"FLOAT"})";
const std::string kString = R"({"simple":"STRING"})";
const std::string kNone = R"({"simple":"NONE"})";
const std::string kEnum = R"({"enumType":{"values":["a"]}})";

std::string List(const std::string& element) { return R"({"collectionType":)" + element + "}"; }
std::string Map(const std::string& value) { return R"({"mapValueType":)" + value + "}"; }
std::string Union(const std::string& variants) { return R"({"unionType":{"variants":[)" + variants + "]}}"; }
std::string Struct(const std::string& schema) { return R"({"simple":"STRUCT","metadata":)" + schema + "}"; }

TEST_CASE("simple types cast to themselves, enumerations to and from strings") {
  CHECK(Castable(kInt, kInt));
  CHECK_FALSE(Castable(kInt, kFloat));
  CHECK(Castable(kEnum, kString));
  CHECK(Castable(kString, kEnum));
  CHECK(Castable(kNone, kNone));
  CHECK_FALSE(Castable(kInt, kNone));
  CHECK_FALSE(Castable(kNone, kInt));
  CHECK(Castable(R"({"simple":"INTEGER","structure":{"tag":"int"}})",
                 R"({"simple":"INTEGER","structure":{"tag":"int"}})"));
  CHECK_FALSE(Castable(R"({"simple":"INTEGER","structure":{"tag":"int"}})", kInt));
  CHECK(Castable(kInt, R"({"simple":"INTEGER","structure":{"tag":"int"},"metadata":{"a":1}})"));
}

TEST_CASE("lists and maps cast by their elements; empty ones to all") {
  CHECK(Castable(List(kInt), List(kInt)));
  CHECK(Castable(List(kNone), List(kString)));
  CHECK_FALSE(Castable(List(kInt), List(kString)));
  CHECK_FALSE(Castable(kInt, List(kInt)));
  CHECK(Castable(Map(kNone), Map(List(kInt))));
  CHECK_FALSE(Castable(Map(kInt), List(kInt)));
}

TEST_CASE("unions take what fits one variant only") {
  const std::string either = Union(kInt + "," + kString);
  CHECK(Castable(kInt, either));
  CHECK_FALSE(Castable(kFloat, either));
  CHECK(Castable(Union(kInt), kInt));
  CHECK_FALSE(Castable(either, kInt));
  CHECK(Castable(either, Union(kInt + "," + kString + "," + kFloat)));
  CHECK_FALSE(Castable(kEnum, Union(kString + "," + kEnum)));
}

TEST_CASE("blobs compare formats, tables their columns") {
  CHECK(Castable(R"({"blob":{"format":"csv"}})", R"({"blob":{"dimensionality":"MULTIPART"}})"));
  CHECK_FALSE(Castable(R"({"blob":{"format":"csv"}})", R"({"blob":{"format":"pdf"}})"));
  const std::string two =
      R"({"structuredDatasetType":{"columns":[{"name":"a","literalType":{"simple":"INTEGER"}},{"name":"b",)"
      R"("literalType":{"simple":"STRING"}}],"format":"Parquet"}})";
  const std::string one =
      R"({"structuredDatasetType":{"columns":[{"name":"a","literalType":{"simple":"INTEGER"}}],"format":"parquet"}})";
  CHECK(Castable(two, one));
  CHECK_FALSE(Castable(one, two));
  CHECK(Castable(kNone, two));
  CHECK(Castable(two, R"({"schema":{"columns":[{"name":"b","type":"STRING"}]}})"));
  CHECK_FALSE(Castable(R"({"schema":{}})", R"({"structuredDatasetType":{"format":"csv"}})"));
  CHECK(Castable(R"({"schema":{"columns":[{"name":"a","type":"INTEGER"}]}})", one));
}

TEST_CASE("structs compare their JSON schemas when both have one") {
  const std::string a = R"({"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]})";
  const std::string wider =
      R"({"type":"object","properties":{"x":{"type":"integer"},"y":{"type":"string"}},"required":["x","y"],)"
      R"("additionalProperties":false})";
  const std::string other = R"({"type":"object","properties":{"x":{"type":"string"}},"required":["x"]})";
  CHECK(Castable(Struct(a), R"({"simple":"STRUCT"})"));
  CHECK(Castable(Struct(a), Struct(a)));
  CHECK(Castable(Struct(wider), Struct(a)));
  CHECK_FALSE(Castable(Struct(a), Struct(wider)));
  CHECK_FALSE(Castable(Struct(a), Struct(other)));
  const std::string by_reference =
      R"({"$ref":"#/definitions/A","$schema":"http://json-schema.org/draft-07/schema#","definitions":{"A":)" + a + "}}";
  CHECK(Castable(Struct(by_reference), Struct(a)));
  CHECK_FALSE(Castable(Struct(R"({"$ref":"#/definitions/B"})"), Struct(a)));
  const std::string endless = R"({"type":"object","properties":{"next":{"$ref":"#"}}})";
  CHECK(Castable(Struct(endless), Struct(R"({"title":"again","type":"object","properties":{"next":{"$ref":"#"}}})")));
}

TEST_CASE("types of literals") {
  const auto type = [](const std::string& json) {
    auto found = LiteralTypeForLiteral(FromJson<Literal>(json));
    return found ? GoText(*found) : found.error().message;
  };
  const std::string one = R"({"scalar":{"primitive":{"integer":"1"}}})";
  const std::string text = R"({"scalar":{"primitive":{"stringValue":"x"}}})";
  CHECK(type(one) == "simple:INTEGER");
  CHECK(type(R"({"collection":{}})") == "collection_type:{simple:NONE}");
  CHECK(type(R"({"map":{"literals":{"a":)" + one + "}}}") == "map_value_type:{simple:INTEGER}");
  CHECK(type(R"({"collection":{"literals":[)" + text + "," + one + "]}}") ==
        "collection_type:{union_type:{variants:{simple:INTEGER} variants:{simple:STRING}}}");
  CHECK(type(R"({"collection":{"literals":[{"collection":{}},{"collection":{"literals":[)" + one + "]}}]}}") ==
        "collection_type:{collection_type:{simple:INTEGER}}");
  CHECK(type(R"({"scalar":{"binary":{"tag":"msgpack"}}})") == "simple:STRUCT");
  CHECK(type(R"({"scalar":{"binary":{}}})") == "simple:BINARY");
  CHECK(type(R"({"scalar":{"union":{"type":{"simple":"FLOAT"}}}})") == "union_type:{variants:{simple:FLOAT}}");
  CHECK(type(R"({"offloadedMetadata":{"inferredType":{"simple":"STRING"}}})") == "simple:STRING");
  CHECK(type("{}").starts_with("got unknown literal type: [<nil>].\nSuggested solution:"));
}

}  // namespace
}  // namespace sandbox::registry
