#include "sandbox/base/encoding.h"

#include <array>

namespace sandbox {
namespace {

constexpr std::string_view kHex = "0123456789abcdef", kUpperHex = "0123456789ABCDEF";
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64UrlDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

constexpr int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte of two digits at `at`; -1 when there are none.
int HexByte(std::string_view text, size_t at) {
  if (at + 2 > text.size()) return -1;
  const int high = HexDigit(text[at]), low = HexDigit(text[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Groups of `bits` bits, the highest first. What is missing at the end is zero.
std::string Encode(std::string_view bytes, std::string_view alphabet, unsigned bits) {
  std::string out;
  out.reserve((bytes.size() * 8 + bits - 1) / bits + 8);
  uint32_t buffer = 0;
  unsigned held = 0;
  for (const unsigned char byte : bytes) {
    buffer = buffer << 8 | byte;
    for (held += 8; held >= bits; held -= bits) out += alphabet[buffer >> (held - bits) & (alphabet.size() - 1)];
    buffer &= (1u << held) - 1;
  }
  if (held > 0) out += alphabet[buffer << (bits - held) & (alphabet.size() - 1)];
  return out;
}

std::string Padded(std::string text, size_t group) {
  while (text.size() % group != 0) text += '=';
  return text;
}

// The values of both alphabets; -1 for what is in neither.
constexpr std::array<signed char, 256> kBase64Values = [] {
  std::array<signed char, 256> out{};
  out.fill(-1);
  for (size_t i = 0; i < 64; ++i)
    out[static_cast<unsigned char>(kBase64Digits[i])] = out[static_cast<unsigned char>(kBase64UrlDigits[i])] =
        static_cast<signed char>(i);
  return out;
}();

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string Hex(std::string_view bytes) {
  std::string out;
  out.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string HexNumber(uint64_t value, size_t digits) {
  std::string out(digits, '0');
  for (size_t i = digits; i > 0; --i, value >>= 4) out[i - 1] = kHex[value & 15];
  return out;
}

std::optional<std::string> FromHex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (size_t at = 0; at < text.size(); at += 2) {
    const int byte = HexByte(text, at);
    if (byte < 0) return std::nullopt;
    out += static_cast<char>(byte);
  }
  return out;
}

std::string Base64(std::string_view bytes) { return Padded(Encode(bytes, kBase64Digits, 6), 4); }

std::string Base32(std::string_view bytes) { return Padded(Encode(bytes, kBase32Digits, 5), 8); }

std::string Base64Url(std::string_view bytes) { return Encode(bytes, kBase64UrlDigits, 6); }

std::expected<std::string, size_t> FromBase64(std::string_view text, Base64Rules rules) {
  size_t digits = text.size();
  while (digits > 0 && text[digits - 1] == '=' && text.size() - digits < 2) --digits;
  std::string out;
  out.reserve(digits / 4 * 3 + 2);
  uint32_t bits = 0;
  for (size_t at = 0; at < digits; ++at) {
    const char c = text[at];
    const int value = kBase64Values[static_cast<unsigned char>(c)];
    if (value < 0 || (!rules.url_alphabet && (c == '-' || c == '_'))) return std::unexpected(at);
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (at % 4 > 0) out += static_cast<char>(bits >> (6 - 2 * (at % 4)) & 0xff);
  }
  const bool padded = text.size() % 4 == 0;
  const bool unpadded = rules.padding_optional && digits == text.size();
  if (digits % 4 == 1 || (!padded && !unpadded)) return std::unexpected(text.size());
  return out;
}

std::string PercentEncode(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c) || kept.contains(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kUpperHex[byte >> 4], kUpperHex[byte & 15]};
    }
  }
  return out;
}

std::optional<std::string> PercentDecode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at] == '+' && plus == Plus::kIsSpace ? ' ' : text[at];
      continue;
    }
    const int byte = HexByte(text, at + 1);
    if (byte < 0) return std::nullopt;
    out += static_cast<char>(byte);
    at += 2;
  }
  return out;
}

std::string PercentDecodeLoosely(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    const int byte = text[at] == '%' ? HexByte(text, at + 1) : -1;
    out += byte < 0 ? text[at] : static_cast<char>(byte);
    if (byte >= 0) at += 2;
  }
  return out;
}

}  // namespace sandbox
