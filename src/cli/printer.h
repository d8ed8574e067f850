#pragma once

// The forms in which verbs print what they found.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::cli {

enum class Format {
  kTable,  // for people
  kWide,   // the table with every column
  kJson,
  kYaml,
  kName,  // one name a line, for loops of a shell
};

// Where the names are in what a verb finds, for -o name: steps between slashes, of which * is every entry of a list and
// # every key of a map. Of a last step a+b both are one name, with a blank between; of a,b it is the first that is
// there. Places with | between are all looked at.
using NamePath = std::string_view;
inline constexpr NamePath kNoNames = "";  // what it finds has no names: there is no -o name

// The forms of a verb with these names.
std::vector<Format> FormatsOf(NamePath names);
std::string_view FormatName(Format format);
// "table, wide, json or yaml".
std::string FormatNames(NamePath names);

// Each name once, in the order of the data. Numbers as JSON has them; nothing for null, lists and maps.
std::vector<std::string> NamesIn(const nlohmann::ordered_json& data, NamePath path);

class Printer {
 public:
  explicit Printer(Format format = Format::kTable, NamePath names = kNoNames) : format_(format), names_(names) {}

  // What was found is to be given to Data: json, yaml or name.
  bool IsData() const { return format_ != Format::kTable && format_ != Format::kWide; }
  bool IsWide() const { return format_ == Format::kWide; }
  bool IsName() const { return format_ == Format::kName; }

  // As JSON, as YAML, or its names.
  void Data(const nlohmann::json& data) const;
  void Data(const nlohmann::ordered_json& data) const;

 private:
  Format format_;
  NamePath names_;
};

// Block style, maps in the order of the document; strings are quoted where a reader would take them for something else.
std::string ToYaml(const nlohmann::ordered_json& data);

}  // namespace sandbox::cli
