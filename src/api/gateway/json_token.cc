#include "api/gateway/json_token.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "api/gateway/json_scan.h"

namespace sandbox::api {

namespace {

void AppendUtf8(uint32_t rune, std::string* out) {
  if (rune < 0x80) {
    *out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    *out += static_cast<char>(0xc0 | rune >> 6);
    *out += static_cast<char>(0x80 | (rune & 63));
  } else if (rune < 0x10000) {
    *out += static_cast<char>(0xe0 | rune >> 12);
    *out += static_cast<char>(0x80 | (rune >> 6 & 63));
    *out += static_cast<char>(0x80 | (rune & 63));
  } else {
    *out += static_cast<char>(0xf0 | rune >> 18);
    *out += static_cast<char>(0x80 | (rune >> 12 & 63));
    *out += static_cast<char>(0x80 | (rune >> 6 & 63));
    *out += static_cast<char>(0x80 | (rune & 63));
  }
}

uint32_t Hex4(std::string_view raw, size_t at) {
  uint32_t value = 0;
  std::from_chars(raw.data() + at, raw.data() + at + 4, value, 16);
  return value;
}

// The rune of a \u escape whose digits start at `*at`; moves behind it. A lone surrogate is U+FFFD.
uint32_t Escaped(std::string_view raw, size_t* at) {
  const uint32_t high = Hex4(raw, *at);
  *at += 4;
  if (high < 0xd800 || high > 0xdfff) return high;
  if (high < 0xdc00 && raw.substr(*at).starts_with("\\u")) {
    const uint32_t low = Hex4(raw, *at + 2);
    if (low >= 0xdc00 && low <= 0xdfff) {
      *at += 6;
      return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }
  }
  return 0xfffd;
}

bool IsNumber(std::string_view text) {
  if (text.empty() || !(text[0] == '-' || (text[0] >= '0' && text[0] <= '9'))) return false;
  const auto value = FirstJsonValue(text);
  return value && *value == text;
}

// Digits and sign of an integral number, its exponent applied: "1.50e2" is "150".
std::optional<std::string> Integral(std::string_view text) {
  const size_t e = std::min(text.find('e'), text.find('E'));
  int exponent = 0;
  if (e < text.size()) {
    const char* begin = text.data() + e + 1 + (text[e + 1] == '+' ? 1 : 0);
    if (std::from_chars(begin, text.data() + text.size(), exponent).ec != std::errc() || std::abs(exponent) > 400)
      return std::nullopt;
  }
  std::string digits(text.substr(0, e));
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  const size_t dot = digits.find('.');
  if (dot != std::string::npos) {
    exponent -= static_cast<int>(digits.size() - dot - 1);
    digits.erase(dot, 1);
  }
  for (; exponent < 0 && !digits.empty() && digits.back() == '0'; ++exponent) digits.pop_back();
  if (digits.empty()) return "0";
  if (exponent < 0) return std::nullopt;
  digits.append(static_cast<size_t>(exponent), '0');
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return (negative && digits != "0" ? "-" : "") + digits;
}

std::optional<std::string> NumberText(const JsonToken& token) {
  if (token.kind == JsonToken::Kind::kNumber) return std::string(token.raw);
  if (token.kind != JsonToken::Kind::kString) return std::nullopt;
  std::string text = token.Text();
  return IsNumber(text) ? std::optional(std::move(text)) : std::nullopt;
}

template <typename Number>
std::optional<Number> Parse(const JsonToken& token) {
  std::optional<std::string> text = NumberText(token);
  if (text) text = Integral(*text);
  Number value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) return std::nullopt;
  return text->starts_with('-') && std::is_unsigned_v<Number> ? std::nullopt : std::optional(value);
}

}  // namespace

std::string JsonToken::Text() const {
  std::string out;
  for (size_t at = 1; at + 1 < raw.size();) {
    const char c = raw[at++];
    if (c != '\\') {
      out += c;
      continue;
    }
    switch (const char escape = raw[at++]) {
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'u': AppendUtf8(Escaped(raw, &at), &out); break;
      default: out += escape;
    }
  }
  return out;
}

JsonToken JsonTokens::Next() {
  at_ = std::min(text_.find_first_not_of(" \t\r\n,:", at_), text_.size());
  const size_t start = at_;
  if (start == text_.size()) return {JsonToken::Kind::kNull, {}, start};
  size_t end = start + 1;
  auto kind = JsonToken::Kind::kNumber;
  switch (text_[start]) {
    case '{': kind = JsonToken::Kind::kObjectOpen; break;
    case '}': kind = JsonToken::Kind::kObjectClose; break;
    case '[': kind = JsonToken::Kind::kArrayOpen; break;
    case ']': kind = JsonToken::Kind::kArrayClose; break;
    case '"':
      kind = JsonToken::Kind::kString;
      for (; text_[end] != '"'; ++end) end += text_[end] == '\\' ? 1 : 0;
      ++end;
      break;
    default:
      if (text_[start] == 'n') kind = JsonToken::Kind::kNull;
      if (text_[start] == 't' || text_[start] == 'f') kind = JsonToken::Kind::kBool;
      end = std::min(text_.find_first_of(" \t\r\n,:]}", start), text_.size());
  }
  at_ = end;
  return {kind, text_.substr(start, end - start), start};
}

void JsonTokens::Skip() {
  int depth = 0;
  do {
    const JsonToken::Kind kind = Next().kind;
    if (kind == JsonToken::Kind::kObjectOpen || kind == JsonToken::Kind::kArrayOpen) ++depth;
    if (kind == JsonToken::Kind::kObjectClose || kind == JsonToken::Kind::kArrayClose) --depth;
  } while (depth > 0);
}

std::string JsonTokens::Line(size_t position) const {
  const std::string_view before = text_.substr(0, position);
  const auto line = std::ranges::count(before, '\n') + 1;
  const size_t last = before.rfind('\n');
  const auto column = std::ranges::count_if(before.substr(last == std::string_view::npos ? 0 : last + 1),
                                            [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }) +
                      1;
  return "line " + std::to_string(line) + ":" + std::to_string(column);
}

std::optional<int64_t> JsonSigned(const JsonToken& token, int64_t min, int64_t max) {
  const std::optional<int64_t> value = Parse<int64_t>(token);
  return value && *value >= min && *value <= max ? value : std::nullopt;
}

std::optional<uint64_t> JsonUnsigned(const JsonToken& token, uint64_t max) {
  const std::optional<uint64_t> value = Parse<uint64_t>(token);
  return value && *value <= max ? value : std::nullopt;
}

std::optional<double> JsonDouble(const JsonToken& token) {
  if (token.kind == JsonToken::Kind::kString) {
    const std::string text = token.Text();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  }
  const std::optional<std::string> text = NumberText(token);
  double value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

}  // namespace sandbox::api
