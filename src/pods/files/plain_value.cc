#include "pods/files/plain_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "sandbox/base/encoding.h"
#include "sandbox/base/error.h"
#include "sandbox/base/text.h"

namespace sandbox::pods {
namespace {

constexpr std::array<std::string_view, 22> kWords = {"",      "~",     "null",  "Null", "NULL", "true", "True", "TRUE",
                                                     "false", "False", "FALSE", "y",    "Y",    "yes",  "Yes",  "YES",
                                                     "n",     "N",     "no",    "No",   "NO",   "<<"};
constexpr size_t kMessageMax = 2048;
constexpr std::array<std::string_view, 6> kSwitches = {"on", "On", "ON", "off", "Off", "OFF"};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || c == '<' || c == '>' || c == '&') {
      out += Cat("\\u00", Hex({&c, 1}));
    } else if (text.substr(i, 3) == "\xE2\x80\xA8" || text.substr(i, 3) == "\xE2\x80\xA9") {
      out += text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// Would a YAML reader take it for a number, a time, a flag or nothing?
bool ReadsAsOther(std::string_view text) {
  if (std::ranges::find(kWords, text) != kWords.end() || std::ranges::find(kSwitches, text) != kSwitches.end())
    return true;
  const char first = text[0];
  return (first >= '0' && first <= '9') || ((first == '-' || first == '+' || first == '.') && text.size() > 1 &&
                                            std::string_view("0123456789.iInN").contains(text[1]));
}

bool IsPlain(std::string_view text) {
  if (std::string_view("-?:,[]{}#&*!|>'\"%@`= ").contains(text[0]) || text.back() == ' ' || text.back() == ':')
    return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

std::string YamlText(std::string_view text) {
  if (ReadsAsOther(text)) return Quoted(text);
  if (IsPlain(text)) return std::string(text);
  if (!std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; }))
    return Quoted(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string Block(const PlainValue& value, const std::string& indent);

// What stands behind "key:" or "-"; lists stand at their key's own indent.
std::string Behind(const PlainValue& value, const std::string& indent, bool in_list) {
  const auto* list = std::get_if<PlainValue::List>(&value.value);
  const auto* map = std::get_if<PlainValue::Map>(&value.value);
  if (list != nullptr && !list->empty())
    return in_list ? " " + Block(value, indent + "  ").substr(indent.size() + 2) : "\n" + Block(value, indent);
  if (map != nullptr && !map->empty())
    return in_list ? " " + Block(value, indent + "  ").substr(indent.size() + 2) : "\n" + Block(value, indent + "  ");
  return " " + Block(value, indent);
}

std::string Block(const PlainValue& value, const std::string& indent) {
  std::string out;
  if (const auto* list = std::get_if<PlainValue::List>(&value.value); list != nullptr && !list->empty()) {
    for (const PlainValue& element : *list) out += Cat(indent, "-", Behind(element, indent, true));
    return out;
  }
  if (const auto* map = std::get_if<PlainValue::Map>(&value.value); map != nullptr && !map->empty()) {
    for (const auto& [key, element] : *map) out += Cat(indent, YamlText(key), ":", Behind(element, indent, false));
    return out;
  }
  if (const auto* text = std::get_if<std::string>(&value.value)) return YamlText(*text) + "\n";
  return ToJson(value) + "\n";
}

}  // namespace

std::string ToJson(const PlainValue& value) {
  if (const auto* flag = std::get_if<bool>(&value.value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<PlainValue::Number>(&value.value)) return number->text;
  if (const auto* text = std::get_if<std::string>(&value.value)) return Quoted(*text);
  std::string out;
  if (const auto* list = std::get_if<PlainValue::List>(&value.value)) {
    for (const PlainValue& element : *list) out += Cat(out.empty() ? "" : ",", ToJson(element));
    return Cat("[", out, "]");
  }
  if (const auto* map = std::get_if<PlainValue::Map>(&value.value)) {
    for (const auto& [key, element] : *map) out += Cat(out.empty() ? "" : ",", Quoted(key), ":", ToJson(element));
    return Cat("{", out, "}");
  }
  return "null";
}

std::string ToYaml(const PlainValue& value) { return Block(value, ""); }

std::string JsonNumber(double value) {
  if (!std::isfinite(value)) return "null";
  const double size = std::abs(value);
  char buffer[400];
  if (size == 0 || (size >= 1e-6 && size < 1e21)) {
    const auto fixed = std::to_chars(buffer, std::end(buffer), value, std::chars_format::fixed);
    return std::string(buffer, fixed.ptr);
  }
  const auto scientific = std::to_chars(buffer, std::end(buffer), value, std::chars_format::scientific);
  std::string text(buffer, scientific.ptr);
  // "1e-09" is "1e-9" there.
  if (const size_t at = text.find("e-0"); at != std::string::npos) text.erase(at + 2, 1);
  return text;
}

std::string MessageText(std::string_view text) {
  size_t length = std::min(text.size(), kMessageMax);
  // Not within a character.
  while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  std::string out(text.substr(0, length));
  if (!IsUtf8(out)) std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  std::ranges::replace(out, '\0', '?');
  return out;
}

}  // namespace sandbox::pods
