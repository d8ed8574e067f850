#include "cli/literals.h"

#include <absl/strings/escaping.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <regex>

#include "sandbox/base/text.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

// A dataclass as flytekit packs it; the size of what is no MessagePack.
json Unpack(const json& binary) {
  std::string bytes;
  if (!absl::Base64Unescape(binary.value("value", ""), &bytes)) return "<binary>";
  json value =
      binary.value("tag", "") == "msgpack" ? json::from_msgpack(bytes, true, false) : json(json::value_t::discarded);
  return value.is_discarded() ? json(Cat("<binary, ", bytes.size(), " bytes>")) : value;
}

json BriefScalar(const json& scalar) {
  if (scalar.contains("primitive")) {
    for (const auto& [kind, value] : scalar["primitive"].items())
      return kind == "integer" && value.is_string() ? json::parse(value.get<std::string>(), nullptr, false) : value;
  }
  if (scalar.contains("union")) return BriefValue(scalar["union"].value("value", json::object()));
  if (scalar.contains("none_type")) return nullptr;
  for (const char* kind : {"blob", "schema", "structured_dataset"}) {
    if (scalar.contains(kind)) return scalar[kind].value("uri", "");
  }
  if (scalar.contains("generic")) return scalar["generic"];
  if (scalar.contains("binary")) return Unpack(scalar["binary"]);
  return scalar;
}

std::string Simple(const json& type) {
  return type.contains("simple") && type["simple"].is_string() ? type["simple"].get<std::string>() : "";
}

json Primitive(const char* kind, json value) { return {{"scalar", {{"primitive", {{kind, std::move(value)}}}}}}; }

std::unexpected<Error> Unfit(const json& type, const std::string& text, std::string_view how) {
  return InvalidArgument(Cat("'", text, "' is not a value of type ", TypeText(type), "; write it as ", how));
}

template <typename Number>
bool Reads(const std::string& text, Number& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// Items of a list or values of a map, typed in JSON.
std::string ItemText(const json& item) { return item.is_string() ? item.get<std::string>() : item.dump(); }

Result<json> ParseDuration(const json& type, const std::string& text) {
  static const std::regex kParts("(\\d+(?:\\.\\d+)?)(h|m|s)");
  static const std::regex kWhole("(?:\\d+(?:\\.\\d+)?[hms])+");
  if (!std::regex_match(text, kWhole)) return Unfit(type, text, "90s, 5m or 1h30m");
  double seconds = 0;
  for (std::sregex_iterator part(text.begin(), text.end(), kParts), end; part != end; ++part) {
    const char unit = (*part)[2].str()[0];
    seconds += std::stod((*part)[1].str()) * (unit == 'h' ? 3600 : unit == 'm' ? 60 : 1);
  }
  return Primitive("duration", Cat(std::to_string(seconds), "s"));
}

Result<json> ParseSimple(const json& type, const std::string& simple, const std::string& text) {
  int64_t integer = 0;
  double real = 0;
  if (simple == "INTEGER") {
    if (!Reads(text, integer)) return Unfit(type, text, "42 or -1");
    return Primitive("integer", std::to_string(integer));
  }
  if (simple == "FLOAT") {
    if (!Reads(text, real) || !std::isfinite(real)) return Unfit(type, text, "0.5 or 1e-3");
    return Primitive("float_value", real);
  }
  if (simple == "BOOLEAN") {
    if (text != "true" && text != "false") return Unfit(type, text, "true or false");
    return Primitive("boolean", text == "true");
  }
  if (simple == "STRING") return Primitive("string_value", text);
  if (simple == "DATETIME") {
    static const std::regex kTime(
        "(\\d{4}-\\d\\d-\\d\\d)(?:T(\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?)(Z|[+-]\\d\\d:\\d\\d)?)?");
    std::smatch found;
    if (!std::regex_match(text, found, kTime)) return Unfit(type, text, "2026-01-31 or 2026-01-31T12:00:00Z (UTC)");
    return Primitive("datetime", Cat(found[1].str(), "T", found[2].matched ? found[2].str() : "00:00:00",
                                     found[3].matched ? found[3].str() : "Z"));
  }
  if (simple == "DURATION") return ParseDuration(type, text);
  if (simple == "STRUCT") {
    const json value = json::parse(text, nullptr, false);
    if (!value.is_object()) return Unfit(type, text, R"(JSON, such as {"n": 1})");
    return json{{"scalar", {{"generic", value}}}};
  }
  if (simple == "NONE") return json{{"scalar", {{"none_type", json::object()}}}};
  return InvalidArgument(Cat("a value of type ", TypeText(type), " cannot be typed; give it with FlyteRemote"));
}

Result<json> ParseMany(const json& type, const std::string& text) {
  const bool list = type.contains("collection_type");
  const json& inner = type[list ? "collection_type" : "map_value_type"];
  const json values = json::parse(text, nullptr, false);
  if (list ? !values.is_array() : !values.is_object())
    return Unfit(type, text, list ? "JSON, such as [1, 2]" : R"(JSON, such as {"a": 1})");
  json literals = list ? json::array() : json::object();
  for (const auto& [key, value] : values.items()) {
    auto literal = ParseValue(inner, ItemText(value));
    if (!literal) return literal;
    if (list) {
      literals.push_back(std::move(*literal));
    } else {
      literals[key] = std::move(*literal);
    }
  }
  return json{{list ? "collection" : "map", {{"literals", std::move(literals)}}}};
}

// Of a file, a directory or a dataset: where it is.
Result<json> ParseAddress(const json& type, const std::string& text) {
  if (text.find("://") == std::string::npos)
    return Unfit(type, text, "its address, such as s3://my-s3-bucket/a.csv; `sandbox object cp` puts a file there");
  if (type.contains("blob"))
    return json{{"scalar", {{"blob", {{"metadata", {{"type", type["blob"]}}}, {"uri", text}}}}}};
  if (type.contains("schema")) return json{{"scalar", {{"schema", {{"uri", text}, {"type", type["schema"]}}}}}};
  const json metadata = {{"structured_dataset_type", type["structured_dataset_type"]}};
  return json{{"scalar", {{"structured_dataset", {{"uri", text}, {"metadata", metadata}}}}}};
}

}  // namespace

json BriefValue(const json& literal) {
  if (literal.contains("scalar")) return BriefScalar(literal["scalar"]);
  if (literal.contains("collection")) {
    json out = json::array();
    for (const json& item : literal["collection"].value("literals", json::array())) out.push_back(BriefValue(item));
    return out;
  }
  if (literal.contains("map")) {
    json out = json::object();
    for (const auto& [key, item] : literal["map"].value("literals", json::object()).items())
      out[key] = BriefValue(item);
    return out;
  }
  if (literal.contains("offloaded_metadata")) {
    const json& offloaded = literal["offloaded_metadata"];
    return Cat("<", offloaded.value("size_bytes", "0"), " bytes at ", offloaded.value("uri", ""), ">");
  }
  return literal;
}

std::string TypeText(const json& type) {
  if (const std::string simple = Simple(type); !simple.empty()) return LowerCase(simple);
  if (type.contains("collection_type")) return Cat("list of ", TypeText(type["collection_type"]));
  if (type.contains("map_value_type")) return Cat("map of ", TypeText(type["map_value_type"]));
  const auto joined = [](const json& list, std::string_view between, const auto& text) {
    std::string out;
    for (const json& item : list) out += Cat(out.empty() ? "" : between, text(item));
    return out;
  };
  if (type.contains("enum_type"))
    return Cat("one of ", joined(type["enum_type"].value("values", json::array()), ", ",
                                 [](const json& value) { return value.get<std::string>(); }));
  if (type.contains("union_type")) return joined(type["union_type"].value("variants", json::array()), " or ", TypeText);
  for (const char* kind : {"blob", "schema", "structured_dataset_type"}) {
    if (type.contains(kind)) return kind == std::string("blob") ? "file" : "dataset";
  }
  return "unknown type";
}

Result<json> ParseValue(const json& type, const std::string& text) {
  if (const std::string simple = Simple(type); !simple.empty()) return ParseSimple(type, simple, text);
  if (type.contains("collection_type") || type.contains("map_value_type")) return ParseMany(type, text);
  if (type.contains("enum_type")) {
    for (const json& value : type["enum_type"].value("values", json::array())) {
      if (value == text) return Primitive("string_value", text);
    }
    return InvalidArgument(Cat("'", text, "' is not ", TypeText(type)));
  }
  if (type.contains("union_type")) {
    for (const json& variant : type["union_type"].value("variants", json::array())) {
      if (Simple(variant) == "NONE" && text != "null") continue;
      if (auto literal = ParseValue(variant, text))
        return json{{"scalar", {{"union", {{"value", std::move(*literal)}, {"type", variant}}}}}};
    }
    return Unfit(type, text, "one of these");
  }
  if (type.contains("blob") || type.contains("structured_dataset_type") || type.contains("schema"))
    return ParseAddress(type, text);
  return InvalidArgument(Cat("a value of type ", TypeText(type), " cannot be typed; give it with FlyteRemote"));
}

}  // namespace sandbox::cli
