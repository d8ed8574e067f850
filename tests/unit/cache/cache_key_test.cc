#include "cache/cache_key.h"

#include <catch2/catch.hpp>

#include "unit/compiler/from_json.h"

namespace sandbox::cache {
namespace {

using flyteidl::core::LiteralMap;
using flyteidl::core::TaskTemplate;
using flyteidl::core::VariableMap;
using testing::FromJson;

// def f(x: int, salt: str) -> int, as recorded in golden/failure.
constexpr const char* kSquare =
    R"({"id":{"resourceType":"TASK","project":"flytesnacks","domain":"development","name":"fl_cache.square",
        "version":"v1"},
        "metadata":{"discoverable":true,"discoveryVersion":"1.0"},
        "interface":{"inputs":{"variables":{"x":{"type":{"simple":"INTEGER"},"description":"x"},
        "salt":{"type":{"simple":"STRING"},"description":"salt"}}},
                     "outputs":{"variables":{"o0":{"type":{"simple":"INTEGER"},"description":"o0"}}}}})";

LiteralMap Inputs(const std::string& x, const std::string& salt) {
  return FromJson<LiteralMap>(R"({"literals":{"x":{"scalar":{"primitive":{"integer":")" + x +
                              R"("}}},"salt":{"scalar":{"primitive":{"stringValue":")" + salt + R"("}}}}})");
}

CacheKey Key(const TaskTemplate& task, const LiteralMap& inputs) {
  auto key = MakeCacheKey(task, inputs);
  REQUIRE(key.has_value());
  return *key;
}

TEST_CASE("cache keys are those of the recordings") {
  const auto task = FromJson<TaskTemplate>(kSquare);
  const CacheKey key = Key(task, Inputs("5", "n1hit_task"));
  CHECK(key.dataset ==
        model::DatasetId{"flytesnacks", "development", "flyte_task-fl_cache.square", "1.0-T_MCaD7Q-PmK8qF6C"});
  CHECK(key.tag == "flyte_cached-jOwfh50qNp1oNwJX7cPa8_rZu6ObnMVXrA9vcESV7Wg");
  CHECK(Key(task, Inputs("6", "n1overwrite")).tag == "flyte_cached-DF0cBz9u_4qQca0zXzQkUqc-iuiBm8EysgUPdtAnb9U");
  CHECK(Key(task, Inputs("2", "n3changed_input")).tag == "flyte_cached-DntnfEVkOlWf6H1AverG98jM1jgi7r3_gei5kT5Zakg");
  CHECK(Key(task, Inputs("4", "n3changed_input")).tag == "flyte_cached-qrLZ_LAv5ftRR2f0334qiIwUlvWDPZQ97BfMYaqupKI");
}

TEST_CASE("two outputs, and inputs that are ignored but count for the interface") {
  auto pair = FromJson<TaskTemplate>(kSquare);
  pair.mutable_interface()->mutable_outputs()->CopyFrom(FromJson<VariableMap>(
      R"({"variables":{"left":{"type":{"simple":"INTEGER"}},"right":{"type":{"simple":"STRING"}}}})"));
  CHECK(Key(pair, Inputs("8", "n3named_tuple")).dataset.version == "1.0-T_MCaD7Q-3t7lK5Ux");

  auto ignore = FromJson<TaskTemplate>(kSquare);
  (*ignore.mutable_interface()->mutable_inputs()->mutable_variables())["note"].mutable_type()->set_simple(
      flyteidl::core::STRING);
  (*ignore.mutable_interface()->mutable_outputs()->mutable_variables())["o0"].mutable_type()->set_simple(
      flyteidl::core::STRING);
  ignore.mutable_metadata()->add_cache_ignore_input_vars("note");
  LiteralMap inputs = Inputs("1", "n3ignored_input");
  (*inputs.mutable_literals())["note"].mutable_scalar()->mutable_primitive()->set_string_value("first");
  const CacheKey first = Key(ignore, inputs);
  CHECK(first.dataset.version == "1.0-jju_V9y--zCZxwZgs");
  CHECK(first.tag == "flyte_cached-rRPFXmvP0k48cAdjvnAK_NZD4IWFSuvS7pOA3K013g0");
  (*inputs.mutable_literals())["note"].mutable_scalar()->mutable_primitive()->set_string_value("second");
  CHECK(Key(ignore, inputs).tag == first.tag);
}

TEST_CASE("a literal with a hash counts by the hash alone, inside lists and maps too") {
  auto measure = FromJson<TaskTemplate>(kSquare);
  auto& variables = *measure.mutable_interface()->mutable_inputs()->mutable_variables();
  variables.erase("x");
  variables["f"].mutable_type()->mutable_blob();
  LiteralMap inputs = Inputs("0", "n3hash_method");
  inputs.mutable_literals()->erase("x");
  auto& file = (*inputs.mutable_literals())["f"];
  file.set_hash("chars6");
  file.mutable_scalar()->mutable_blob()->set_uri("s3://my-s3-bucket/anywhere");
  const CacheKey key = Key(measure, inputs);
  CHECK(key.dataset.version == "1.0-ASc2uquD-PmK8qF6C");
  CHECK(key.tag == "flyte_cached-8Kxcn8V-JU-bij0gHjSvKxAHcRq_4uPHdn5p8GpK03k");
  file.mutable_scalar()->mutable_blob()->set_uri("s3://my-s3-bucket/elsewhere");
  CHECK(Key(measure, inputs).tag == key.tag);

  flyteidl::core::Literal nested;
  *(*nested.mutable_map()->mutable_literals())["k"].mutable_collection()->add_literals() = file;
  const auto plain = Hashified(nested);
  CHECK(plain.map().literals().at("k").collection().literals(0).hash() == "chars6");
  CHECK_FALSE(plain.map().literals().at("k").collection().literals(0).has_scalar());
}

TEST_CASE("interfaces are compared without what does not change a value") {
  const auto stripped = StripVariables(FromJson<VariableMap>(R"({"variables":{
      "a":{"description":"words","type":{"simple":"INTEGER","metadata":{"k":1},"annotation":{"annotations":{"k":1}}}},
      "b":{"type":{"collectionType":{"simple":"STRUCT","metadata":{"k":1},"structure":{"tag":"t",
        "dataclassType":{"f":{"simple":"STRING","metadata":{"k":1}}}}}}},
      "c":{"type":{"unionType":{"variants":[{"simple":"NONE"},{"mapValueType":{"simple":"FLOAT",
        "metadata":{"k":1}}}]}}},
      "d":{"type":{"simple":"INTEGER","annotation":{"annotations":{"cache-key-metadata":{"k":1}}}}}}})"));
  const auto expected = FromJson<VariableMap>(R"({"variables":{
      "a":{"type":{"simple":"INTEGER"}},
      "b":{"type":{"collectionType":{"simple":"STRUCT","structure":{"tag":"t",
        "dataclassType":{"f":{"simple":"STRING"}}}}}},
      "c":{"type":{"unionType":{"variants":[{"simple":"NONE"},{"mapValueType":{"simple":"FLOAT"}}]}}},
      "d":{"type":{"simple":"INTEGER","annotation":{"annotations":{"cache-key-metadata":{"k":1}}}}}}})");
  CHECK(stripped.DebugString() == expected.DebugString());
}

TEST_CASE("changed version, interface or input is another key; the task's version is not") {
  const auto task = FromJson<TaskTemplate>(kSquare);
  const CacheKey key = Key(task, Inputs("5", "s"));
  auto other = task;
  other.mutable_id()->set_version("v2");
  CHECK(Key(other, Inputs("5", "s")).dataset == key.dataset);
  other = task;
  other.mutable_metadata()->set_discovery_version("1.1");
  CHECK(Key(other, Inputs("5", "s")).dataset != key.dataset);
  other = task;
  (*other.mutable_interface()->mutable_outputs()->mutable_variables())["o0"].mutable_type()->set_simple(
      flyteidl::core::FLOAT);
  CHECK(Key(other, Inputs("5", "s")).dataset != key.dataset);
  CHECK(Key(task, Inputs("0", "s")).tag != Key(task, LiteralMap()).tag);
  other.mutable_metadata()->clear_discovery_version();
  CHECK_FALSE(MakeCacheKey(other, Inputs("5", "s")).has_value());
}

}  // namespace
}  // namespace sandbox::cache
