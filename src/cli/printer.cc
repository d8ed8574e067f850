#include "cli/printer.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "sandbox/base/error.h"
#include "sandbox/base/text.h"

namespace sandbox::cli {
namespace {

using nlohmann::ordered_json;

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

std::vector<std::string> Parts(std::string_view text, char between) {
  std::vector<std::string> out;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(between, at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string NameOf(const ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_number() ? value.dump() : std::string();
}

// Of the fields that the last step of a path names.
std::string NameOf(const ordered_json& data, std::string_view step) {
  std::string out;
  const bool first_only = step.find(',') != std::string_view::npos;
  for (const std::string& field : Parts(step, first_only ? ',' : '+')) {
    const auto found = data.find(field);
    const std::string name = found == data.end() ? std::string() : NameOf(*found);
    if (first_only && !out.empty()) break;
    out += Cat(out.empty() || name.empty() ? "" : " ", name);
  }
  return out;
}

// Names in their order, each once.
class NameList {
 public:
  // `path`: without its first slash.
  void AddAt(const ordered_json& data, std::string_view path) {
    const std::string_view step = path.substr(0, path.find('/'));
    const bool last = step.size() == path.size();
    const std::string_view rest = last ? std::string_view() : path.substr(step.size() + 1);
    if (step == "#") {
      for (const auto& entry : data.items()) Add(entry.key());
    } else if (step == "*" && data.is_array()) {
      for (const ordered_json& each : data) last ? Add(NameOf(each)) : AddAt(each, rest);
    } else if (data.is_array() && step == "0" && !data.empty()) {
      Add(NameOf(data[0]));
    } else if (data.is_object() && last) {
      Add(NameOf(data, step));
    } else if (data.is_object() && data.contains(std::string(step))) {
      AddAt(data[std::string(step)], rest);
    }
  }
  std::vector<std::string> Take() { return std::move(names_); }

 private:
  void Add(std::string name) {
    if (!name.empty() && known_.insert(name).second) names_.push_back(std::move(name));
  }

  std::vector<std::string> names_;
  std::unordered_set<std::string> known_;
};

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

std::vector<Format> FormatsOf(NamePath names) {
  std::vector<Format> out = {Format::kTable, Format::kWide, Format::kJson, Format::kYaml};
  if (names != kNoNames) out.push_back(Format::kName);
  return out;
}

std::string FormatNames(NamePath names) {
  const std::vector<Format> formats = FormatsOf(names);
  std::string out;
  for (const Format format : formats)
    out += Cat(out.empty() ? "" : format == formats.back() ? " or " : ", ", FormatName(format));
  return out;
}

std::vector<std::string> NamesIn(const ordered_json& data, NamePath path) {
  NameList names;
  for (const std::string& each : Parts(path, '|')) {
    if (!each.empty()) names.AddAt(data, std::string_view(each).substr(1));
  }
  return names.Take();
}

std::string ToYaml(const ordered_json& data) {
  if (!data.is_structured() || data.empty()) return Scalar(data) + "\n";
  std::string out;
  Append(data, 0, false, out);
  return out;
}

void Printer::Data(const nlohmann::json& data) const {
  if (format_ != Format::kJson) return Data(ordered_json(data));
  std::printf("%s\n", ToJsonText(data, 2).c_str());
}

void Printer::Data(const ordered_json& data) const {
  if (IsName()) {
    for (const std::string& name : NamesIn(data, names_)) std::printf("%s\n", name.c_str());
  } else {
    std::printf("%s", format_ == Format::kYaml ? ToYaml(data).c_str() : (ToJsonText(data, 2) + "\n").c_str());
  }
}

}  // namespace sandbox::cli
