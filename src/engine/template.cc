#include "template.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "idl/go_text.h"
#include "msgpack.h"
#include "sandbox/base/text.h"
#include "sandbox/base/time.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

// A leading run of what is no letter becomes 'a', every other run of what is no letter or digit '_'.
std::string UniqueKey(std::string_view name) {
  std::string out;
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) || c == '_'; };
  size_t i = 0;
  while (i < name.size() && !is_letter(name[i])) ++i;
  if (i > 0) out = "a";
  for (; i < name.size(); ++i) {
    if (is_letter(name[i]) || std::isdigit(static_cast<unsigned char>(name[i]))) {
      out += name[i];
    } else if (out.back() != '_' || is_letter(name[i - 1])) {
      out += '_';
    }
  }
  return out;
}

// RFC 3339 with the fraction cut to what is needed.
std::string FormatNano(const google::protobuf::Timestamp& time) {
  std::string text = FormatRfc3339(time.seconds(), time.nanos());
  if (text.find('.') == std::string::npos) return text;
  text.pop_back();
  while (text.back() == '0') text.pop_back();
  return text + "Z";
}

std::string DurationText(const google::protobuf::Duration& duration) {
  std::string out;
  if (duration.seconds() != 0) out = Cat("seconds:", duration.seconds());
  if (duration.nanos() != 0) out += Cat(out.empty() ? "" : " ", "nanos:", duration.nanos());
  return out;
}

std::string MsgpackText(std::string_view bytes) {
  const auto read = ReadMsgpack(bytes);
  if (!read) return "";
  const auto& value = read->value;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return idl::FormatGoFloat(*real);
  if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
  std::string out;
  if (const auto* list = std::get_if<MsgpackValue::List>(&value)) {
    for (std::string_view element : list->elements) out += Cat(out.empty() ? "" : " ", MsgpackText(element));
    return Cat("[", out, "]");
  }
  if (const auto* map = std::get_if<MsgpackValue::Map>(&value)) {
    std::vector<std::string> pairs;
    for (size_t i = 0; i + 1 < map->elements.size(); i += 2)
      pairs.push_back(Cat(MsgpackText(map->elements[i]), ":", MsgpackText(map->elements[i + 1])));
    std::ranges::sort(pairs);
    for (const std::string& pair : pairs) out += Cat(out.empty() ? "" : " ", pair);
    return Cat("map[", out, "]");
  }
  return "<nil>";
}

Result<std::string> PrimitiveText(const core::Primitive& primitive) {
  switch (primitive.value_case()) {
    case core::Primitive::kInteger: return std::to_string(primitive.integer());
    case core::Primitive::kFloatValue: return idl::FormatGoFloat(primitive.float_value());
    case core::Primitive::kStringValue: return primitive.string_value();
    case core::Primitive::kBoolean: return std::string(primitive.boolean() ? "true" : "false");
    case core::Primitive::kDatetime: return FormatNano(primitive.datetime());
    case core::Primitive::kDuration: return DurationText(primitive.duration());
    case core::Primitive::VALUE_NOT_SET: break;
  }
  return InvalidArgument("received an unexpected primitive type");
}

Result<std::string> LiteralText(const core::Literal& literal) {
  if (literal.has_collection()) {
    std::string out;
    for (const core::Literal& element : literal.collection().literals()) {
      auto text = LiteralText(element);
      if (!text) return text;
      out += Cat(out.empty() ? "" : ",", *text);
    }
    return Cat("[", out, "]");
  }
  if (!literal.has_scalar()) return InvalidArgument("received an unexpected literal type");
  const core::Scalar& scalar = literal.scalar();
  switch (scalar.value_case()) {
    case core::Scalar::kPrimitive: return PrimitiveText(scalar.primitive());
    case core::Scalar::kBlob: return scalar.blob().uri();
    case core::Scalar::kSchema: return scalar.schema().uri();
    case core::Scalar::kStructuredDataset: return scalar.structured_dataset().uri();
    case core::Scalar::kBinary: return MsgpackText(scalar.binary().value());
    default: return InvalidArgument("received an unexpected scalar type");
  }
}

Result<std::optional<std::string>> Lookup(std::string_view name, const TemplateValues& values) {
  const std::string lower = LowerCase(name);
  if (lower.starts_with("inputs.")) {
    const std::string input(name.substr(7));
    if (values.inputs != nullptr) {
      const auto found = values.inputs->literals().find(input);
      if (found != values.inputs->literals().end()) {
        auto text = LiteralText(found->second);
        if (!text)
          return InvalidArgument(
              Cat("failed to bind a value to inputName [", input, "], error: ", text.error().message));
        return std::optional(std::move(*text));
      }
    }
    return InvalidArgument(Cat("requested input is not found [", input, "]"));
  }
  const std::array<std::pair<std::string_view, std::string>, 9> known{{
      {"input", values.input},
      {"inputprefix", values.input_prefix},
      {"outputprefix", values.output_prefix},
      {"rawoutputdataprefix", values.raw_output_prefix},
      {"checkpointoutputprefix", values.checkpoint},
      {"prevcheckpointprefix", values.previous_checkpoint.empty() ? "\"\"" : values.previous_checkpoint},
      {"tasktemplatepath", values.task_template},
      {"perretryuniquekey", UniqueKey(values.unique_key)},
      {"namespace", values.pod_namespace},
  }};
  for (const auto& [key, value] : known) {
    if (lower == key) return std::optional(value);
  }
  return std::optional<std::string>();
}

}  // namespace

Result<std::string> RenderTemplate(std::string_view text, const TemplateValues& values) {
  std::string out;
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  while (true) {
    const size_t open = text.find("{{");
    const size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) break;
    std::string_view inside = text.substr(open + 2, close - open - 2);
    while (!inside.empty() && is_space(inside.front())) inside.remove_prefix(1);
    while (!inside.empty() && is_space(inside.back())) inside.remove_suffix(1);
    std::optional<std::string> value;
    if (!inside.empty() && (inside.front() == '.' || inside.front() == '$')) {
      auto found = Lookup(inside.substr(1), values);
      if (!found) return std::unexpected(std::move(found.error()));
      value = std::move(*found);
    }
    // An unknown placeholder stays; what follows its opening braces may still hold a known one.
    const size_t end = value ? close + 2 : open + 2;
    out += text.substr(0, open);
    out += value ? *value : std::string("{{");
    text.remove_prefix(end);
  }
  return out += text;
}

}  // namespace sandbox::engine
