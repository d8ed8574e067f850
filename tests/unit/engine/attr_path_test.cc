// Errors of attributes that are not there: they name the attribute, and what there is instead.

#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>

#include "engine/bindings.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

core::Literal Parse(const std::string& text) {
  core::Literal out;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &out));
  return out;
}

Result<core::Literal> Resolve(const std::string& literal, const std::string& path) {
  core::OutputReference promise;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(path, &promise));
  const OffloadedValues none;
  ValueLookup values(none);
  return ResolveAttributes(Parse(literal), promise.attr_path(), "n0", values);
}

std::string Error(const std::string& literal, const std::string& path) {
  const auto resolved = Resolve(literal, path);
  REQUIRE_FALSE(resolved);
  CHECK(resolved.error().reason == "PromiseAttributeResolveError");
  const std::string head = "failed to resolve attribute path [";
  CHECK(resolved.error().message.starts_with(head));
  return resolved.error().message.substr(head.size());
}

// {"n": 1, "xs": [7], "o": null}
const std::string kPacked = R"(scalar { binary { tag: "msgpack" value: "\203\241n\001\242xs\221\007\241o\300" } })";
const std::string kStruct =
    R"(scalar { generic { fields { key: "n" value { number_value: 1 } }
       fields { key: "xs" value { list_value { values { number_value: 7 } } } } } })";
const std::string kList = "collection { literals { scalar { primitive { integer: 7 } } } }";
const std::string kMap = R"(map { literals { key: "k" value { scalar { primitive { integer: 7 } } } } })";

std::string Key(const std::string& name) { return "attr_path { string_value: \"" + name + "\" } "; }
std::string Index(int index) { return "attr_path { int_value: " + std::to_string(index) + " } "; }

TEST_CASE("a missing key names the keys that there are") {
  CHECK(Error(kPacked, Key("q")) == ".q] in promise of node [n0]: key [q] does not exist; there are: n, o, xs");
  CHECK(Error(kStruct, Key("q")) == ".q] in promise of node [n0]: key [q] does not exist; there are: n, xs");
  CHECK(Error(kMap, Key("a key")) == "[\"a key\"]] in promise of node [n0]: key [a key] does not exist; there are: k");
  CHECK(Error("map { }", Key("q")) == ".q] in promise of node [n0]: key [q] does not exist; there are none");
}

TEST_CASE("an index that is out of range names the length") {
  CHECK(Error(kPacked, Key("xs") + Index(1)) ==
        ".xs[1]] in promise of node [n0]: index [1] is out of range of a list of 1");
  CHECK(Error(kStruct, Key("xs") + Index(3)) ==
        ".xs[3]] in promise of node [n0]: index [3] is out of range of a list of 1");
  CHECK(Error(kList, Index(-1)) == "[-1]] in promise of node [n0]: index [-1] is out of range of a list of 1");
}

TEST_CASE("what has no attributes is named") {
  CHECK(Error(kPacked, Key("n") + Key("m")) == ".n.m] in promise of node [n0]: an integer has no key \"m\"");
  CHECK(Error(kPacked, Key("o") + Key("m")) == ".o.m] in promise of node [n0]: none has no key \"m\"");
  CHECK(Error(kPacked, Index(0)) == "[0]] in promise of node [n0]: a map has no item [0]");
  CHECK(Error(kStruct, Key("n") + Index(0)) == ".n[0]] in promise of node [n0]: a number has no item [0]");
  CHECK(Error(kList, Key("n")) == ".n] in promise of node [n0]: a list has no key \"n\"");
  CHECK(Error("scalar { none_type { } }", Key("n")) == ".n] in promise of node [n0]: none has no key \"n\"");
}

TEST_CASE("an optional value has the attributes of what it holds") {
  const auto resolved = Resolve("scalar { union { value { " + kPacked + " } } }", Key("xs") + Index(0));
  REQUIRE(resolved);
  CHECK(resolved->scalar().primitive().integer() == 7);
}

}  // namespace
}  // namespace sandbox::engine
