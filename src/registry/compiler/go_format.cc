#include "registry/compiler/go_format.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>
#include <charconv>
#include <cmath>

#include "idl/go_text.h"

namespace sandbox::registry {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

template <typename Float>
std::string FormatFloat(Float value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return idl::FormatGoFloat(value);
}

// Length of the UTF-8 sequence at the start of `text` and its rune; 1 and the byte itself when it is malformed.
size_t DecodeRune(std::string_view text, uint32_t& rune) {
  const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  rune = lead;
  if (length <= 1 || text.size() < length) return 1;
  uint32_t value = lead & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 1;
    value = value << 6 | (byte(i) & 0x3f);
  }
  const uint32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (value < least || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return 1;
  rune = value;
  return length;
}

void AppendHex(uint32_t value, size_t width, std::string& out) {
  std::array<char, 8> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  const auto count = static_cast<size_t>(end - digits.data());
  if (count < width) out.append(width - count, '0');
  out.append(digits.data(), count);
}

}  // namespace

std::string GoFloat(double value) { return FormatFloat(value); }
std::string GoFloat(float value) { return FormatFloat(value); }

double JsonFloat(float value) {
  std::array<char, 64> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double out = 0;
  std::from_chars(text.data(), end, out);
  return out;
}

void AppendGoQuoted(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    uint32_t rune = 0;
    const size_t length = DecodeRune(text, rune);
    const bool malformed = length == 1 && rune >= 0x80;
    if (rune == '"' || rune == '\\') {
      out += '\\';
      out += static_cast<char>(rune);
    } else if (rune == '\n') {
      out += "\\n";
    } else if (rune == '\r') {
      out += "\\r";
    } else if (rune == '\t') {
      out += "\\t";
    } else if (malformed || rune < ' ' || rune == 0x7f) {
      out += "\\x";
      AppendHex(rune, 2, out);
    } else if (rune >= 0x80 && rune <= 0x9f) {
      out += "\\u";
      AppendHex(rune, 4, out);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  out += '"';
}

int64_t MapKeyNumber(const Message& entry, const FieldDescriptor& key) {
  const auto& reflection = *entry.GetReflection();
  switch (key.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: return reflection.GetInt32(entry, &key);
    case FieldDescriptor::CPPTYPE_INT64: return reflection.GetInt64(entry, &key);
    case FieldDescriptor::CPPTYPE_UINT32: return reflection.GetUInt32(entry, &key);
    case FieldDescriptor::CPPTYPE_UINT64: return static_cast<int64_t>(reflection.GetUInt64(entry, &key));
    case FieldDescriptor::CPPTYPE_BOOL: return reflection.GetBool(entry, &key) ? 1 : 0;
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_MESSAGE: break;
  }
  return 0;
}

std::string MapKeyText(const Message& entry, const FieldDescriptor& key) {
  if (key.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return entry.GetReflection()->GetString(entry, &key);
  if (key.cpp_type() == FieldDescriptor::CPPTYPE_BOOL)
    return entry.GetReflection()->GetBool(entry, &key) ? "true" : "false";
  return std::to_string(MapKeyNumber(entry, key));
}

}  // namespace sandbox::registry
