#include "cli/printer.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sandbox/base/error.h"
#include "sandbox/base/text.h"

namespace sandbox::cli {
namespace {

using nlohmann::ordered_json;

constexpr Format kFormats[] = {Format::kTable, Format::kWide, Format::kJson, Format::kYaml, Format::kName};

template <typename Json>
std::string ToJsonText(const Json& data, int indent) {
  return data.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// Plain in YAML 1.1 and 1.2: begins with a letter or one of "/._", holds nothing that ends a scalar, and is no word
// with a meaning.
bool IsPlain(const std::string& text) {
  static constexpr std::string_view kWords[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  static constexpr std::string_view kInside = "/._-+=@%~";
  if (text.empty() || (std::isalpha(static_cast<unsigned char>(text[0])) == 0 && text[0] != '/')) return false;
  if (std::ranges::find(kWords, LowerCase(text)) != std::end(kWords)) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool colon = c == ':' && i + 1 < text.size() && text[i + 1] != ' ';
    const bool space = c == ' ' && i + 1 < text.size() && text[i + 1] != '#';
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && kInside.find(c) == std::string_view::npos && !colon &&
        !space)
      return false;
  }
  return true;
}

std::string Scalar(const ordered_json& value) {
  if (value.is_string() && IsPlain(value.get_ref<const std::string&>())) return value.get<std::string>();
  return ToJsonText(value, -1);  // JSON's scalars, and its empty lists and maps, are YAML
}

// `first`: the line has begun, after "- ".
void Append(const ordered_json& value, size_t depth, bool first, std::string& out) {
  const std::string indent(2 * depth, ' ');
  const auto entry = [&](const std::string& lead, const ordered_json& below, bool begun, size_t below_depth) {
    out += (begun ? "" : indent) + lead;
    if (!below.is_structured() || below.empty()) {
      out += (lead == "- " ? "" : " ") + Scalar(below) + "\n";
      return;
    }
    if (lead != "- ") out += "\n";
    Append(below, below_depth, lead == "- ", out);
  };
  if (value.is_object()) {
    for (const auto& [key, below] : value.items()) {
      const std::string name = IsPlain(key) ? key : ToJsonText(ordered_json(key), -1);
      entry(name + ":", below, first, below.is_array() ? depth : depth + 1);
      first = false;
    }
  } else {
    for (const ordered_json& below : value) {
      entry("- ", below, first, depth + 1);
      first = false;
    }
  }
}

}  // namespace

std::string_view FormatName(Format format) {
  switch (format) {
    case Format::kTable: return "table";
    case Format::kWide: return "wide";
    case Format::kJson: return "json";
    case Format::kYaml: return "yaml";
    case Format::kName: return "name";
  }
  return "";
}

std::string FormatNames(Formats formats) {
  std::vector<std::string_view> names;
  for (Format format : kFormats) {
    if (Has(formats, format)) names.push_back(FormatName(format));
  }
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) out += Cat(i == 0 ? "" : (i + 1 == names.size() ? " or " : ", "), names[i]);
  return out;
}

std::string ToYaml(const ordered_json& data) {
  if (!data.is_structured() || data.empty()) return Scalar(data) + "\n";
  std::string out;
  Append(data, 0, false, out);
  return out;
}

void Printer::Data(const nlohmann::json& data) const {
  if (format_ == Format::kYaml) return Data(ordered_json(data));
  std::printf("%s\n", ToJsonText(data, 2).c_str());
}

void Printer::Data(const ordered_json& data) const {
  std::printf("%s", format_ == Format::kYaml ? ToYaml(data).c_str() : (ToJsonText(data, 2) + "\n").c_str());
}

void Printer::Names(const std::vector<std::string>& names) const {
  for (const std::string& name : names) std::printf("%s\n", name.c_str());
}

}  // namespace sandbox::cli
