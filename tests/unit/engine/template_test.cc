#include "engine/template.h"

#include <catch2/catch.hpp>

#include "engine/bindings.h"
#include "engine/pod.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

core::LiteralMap Inputs() {
  core::LiteralMap out;
  auto& literals = *out.mutable_literals();
  literals["n"].mutable_scalar()->mutable_primitive()->set_integer(7);
  literals["f"].mutable_scalar()->mutable_primitive()->set_float_value(1e6);
  literals["s"].mutable_scalar()->mutable_primitive()->set_string_value("{{.input}}");
  literals["last"].mutable_scalar()->mutable_primitive()->mutable_datetime()->set_seconds(253'402'300'799);
  literals["first"].mutable_scalar()->mutable_primitive()->mutable_datetime()->set_seconds(-62'135'596'800);
  literals["none"].mutable_scalar()->mutable_none_type();
  literals["list"].mutable_collection()->add_literals()->mutable_scalar()->mutable_primitive()->set_integer(1);
  literals["list"].mutable_collection()->add_literals()->mutable_scalar()->mutable_primitive()->set_boolean(true);
  return out;
}

std::string Render(std::string_view text) {
  const core::LiteralMap inputs = Inputs();
  TemplateValues values;
  values.input = "IN";
  values.unique_key = "9x-n0-0";
  values.inputs = &inputs;
  const auto out = RenderTemplate(text, values);
  return out ? *out : "error: " + out.error().message;
}

TEST_CASE("placeholders are found anywhere, in any case and spacing") {
  CHECK(Render("a{{.input}}b{{ $INPUT }}") == "aINbIN");
  CHECK(Render("{{.prevCheckpointPrefix}}") == "\"\"");
  CHECK(Render("{{.perRetryUniqueKey}}") == "ax_n0_0");
  CHECK(Render("{{ .remote_package_path }}") == "{{ .remote_package_path }}");
  CHECK(Render("{{ x {{.input}}") == "{{ x IN");
}

TEST_CASE("inputs are rendered once") {
  CHECK(Render("{{.Inputs.n}} {{.inputs.f}} {{.inputs.s}} {{.inputs.list}}") == "7 1e+06 {{.input}} [1,true]");
  CHECK(Render("{{.inputs.first}} {{.inputs.last}}") == "0001-01-01T00:00:00Z 9999-12-31T23:59:59Z");
  CHECK(Render("{{.inputs.missing}}") == "error: requested input is not found [missing]");
  CHECK(Render("{{.inputs.none}}").starts_with("error: "));
}

TEST_CASE("label values") {
  CHECK(LabelValue(".flytegen.fl_raise.dump_core") == "flytegen-fl-raise-dump-core");
  CHECK(LabelValue(std::string(80, 'a')).size() == 63);
}

core::PromiseAttribute Key(const std::string& key) {
  core::PromiseAttribute out;
  out.set_string_value(key);
  return out;
}

TEST_CASE("attribute paths lead into msgpack and structs") {
  core::Literal literal;
  const OffloadedValues none;
  ValueLookup values(none);
  // {"a": [1, 2.5, {"b": "x"}]}
  const std::string bytes(
      "\x81\xa1"
      "a\x93\x01\xcb\x40\x04\x00\x00\x00\x00\x00\x00\x81\xa1"
      "b\xa1x",
      19);
  literal.mutable_scalar()->mutable_binary()->set_tag("msgpack");
  literal.mutable_scalar()->mutable_binary()->set_value(bytes);
  google::protobuf::RepeatedPtrField<core::PromiseAttribute> path;
  *path.Add() = Key("a");
  auto list = ResolveAttributes(literal, path, "n0", values);
  REQUIRE(list);
  REQUIRE(list->collection().literals_size() == 3);
  CHECK(list->collection().literals(0).scalar().binary().value() == "\x01");  // elements stay packed, whatever they are
  CHECK(list->collection().literals(1).scalar().binary().value().size() == 9);
  CHECK(list->collection().literals(2).scalar().binary().tag() == "msgpack");
  path.Add()->set_int_value(2);
  *path.Add() = Key("b");
  CHECK(ResolveAttributes(literal, path, "n0", values)->scalar().primitive().string_value() == "x");
  *path.Add() = Key("c");
  CHECK(ResolveAttributes(literal, path, "n0", values).error().reason == "PromiseAttributeResolveError");

  core::Literal packed;
  packed.mutable_scalar()->mutable_binary()->set_tag("msgpack");
  packed.mutable_scalar()->mutable_binary()->set_value(
      "\x81\xa1"
      "n\xc0");  // {"n": nil}
  path.Clear();
  *path.Add() = Key("n");
  CHECK(ResolveAttributes(packed, path, "n0", values)->scalar().binary().value() == "\xc0");
  core::Literal elements = *list;
  path.Clear();
  path.Add()->set_int_value(0);
  CHECK(ResolveAttributes(elements, path, "n0", values)->scalar().primitive().integer() == 1);

  core::Literal generic;
  (*generic.mutable_scalar()->mutable_generic()->mutable_fields())["a"].set_number_value(3);
  path.Clear();
  *path.Add() = Key("a");
  CHECK(ResolveAttributes(generic, path, "n0", values)->scalar().primitive().float_value() == 3);
  (*generic.mutable_scalar()->mutable_generic()->mutable_fields())["a"].set_null_value(google::protobuf::NULL_VALUE);
  CHECK(ResolveAttributes(generic, path, "n0", values)->value_case() == core::Literal::VALUE_NOT_SET);
}

TEST_CASE("a promise of something that is not there fails") {
  google::protobuf::RepeatedPtrField<core::Binding> bindings;
  core::Binding& binding = *bindings.Add();
  binding.set_var("x");
  binding.mutable_binding()->mutable_promise()->set_node_id("n0");
  binding.mutable_binding()->mutable_promise()->set_var("o0");
  const OffloadedValues none;
  ValueLookup values(none);
  const auto failed = ResolveInputs(bindings, [](const std::string&) { return nullptr; }, values);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().reason == "BindingResolutionFailure");
  core::LiteralMap outputs;
  (*outputs.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_integer(5);
  CHECK(ResolveInputs(
            bindings, [&](const std::string&) { return &outputs; }, values)
            ->literals()
            .at("x")
            .scalar()
            .primitive()
            .integer() == 5);
}

}  // namespace
}  // namespace sandbox::engine
