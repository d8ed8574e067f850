#pragma once

// Values as JSON and YAML have them. Pure.

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sandbox::pods {

struct PlainValue {
  struct Number {
    std::string text;
  };  // as JSON writes it
  using List = std::vector<PlainValue>;
  using Map = std::map<std::string, PlainValue>;
  std::variant<std::monostate, bool, Number, std::string, List, Map> value;
};

// The JSON text as Go's encoding/json writes it: no spaces, keys in order, `<`, `>` and `&` escaped.
std::string ToJson(const PlainValue& value);
// Block style, keys in order; a text that would read as something else is quoted.
std::string ToYaml(const PlainValue& value);

// The text of a float64 as Go's encoding/json writes it; "null" for a value that is no JSON number.
std::string JsonNumber(double value);

// Fit for a message: UTF-8, at most some lines long.
std::string MessageText(std::string_view text);

}  // namespace sandbox::pods
