#include "api/gateway/base64.h"

#include <cstdint>

namespace sandbox::api {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int Digit(char c) {
  if (c == '-') c = '+';
  if (c == '_') c = '/';
  const size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i)
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0);
    for (size_t i = 0; i < 4; ++i) out += at + i <= bytes.size() ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

std::expected<std::string, size_t> DecodeBase64(std::string_view text, bool padding_optional) {
  size_t digits = text.size();
  while (digits > 0 && text[digits - 1] == '=' && text.size() - digits < 2) --digits;
  std::string out;
  uint32_t bits = 0;
  for (size_t at = 0; at < digits; ++at) {
    const int digit = Digit(text[at]);
    if (digit < 0) return std::unexpected(at);
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if (at % 4 > 0) out += static_cast<char>(bits >> (6 - 2 * (at % 4)) & 0xff);
  }
  const bool padded = text.size() % 4 == 0;
  const bool unpadded = padding_optional && digits == text.size();
  if (digits % 4 == 1 || (!padded && !unpadded)) return std::unexpected(text.size());
  return out;
}

}  // namespace sandbox::api
