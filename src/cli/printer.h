#pragma once

// The forms in which verbs print what they found.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::cli {

enum class Format : unsigned {
  kTable = 1,  // for people
  kWide = 2,   // the table with every column
  kJson = 4,
  kYaml = 8,
  kName = 16,  // one name a line, for loops of a shell
};

// The forms that a verb has: values of Format, or-ed.
using Formats = unsigned;
inline constexpr Formats kData = 1 | 4 | 8;  // table, json, yaml
inline constexpr Formats kDetail = kData | 2;
inline constexpr Formats kList = kDetail | 16;

inline constexpr bool Has(Formats formats, Format format) { return (formats & static_cast<unsigned>(format)) != 0; }
std::string_view FormatName(Format format);
// "table, json or yaml".
std::string FormatNames(Formats formats);

class Printer {
 public:
  explicit Printer(Format format = Format::kTable) : format_(format) {}

  // True for json and yaml.
  bool IsData() const { return format_ == Format::kJson || format_ == Format::kYaml; }
  bool IsWide() const { return format_ == Format::kWide; }
  bool IsName() const { return format_ == Format::kName; }

  // As JSON, or as YAML with -o yaml.
  void Data(const nlohmann::json& data) const;
  void Data(const nlohmann::ordered_json& data) const;
  void Names(const std::vector<std::string>& names) const;

 private:
  Format format_;
};

// Block style, maps in the order of the document; strings are quoted where a reader would take them for something else.
std::string ToYaml(const nlohmann::ordered_json& data);

}  // namespace sandbox::cli
