#pragma once

// Bytes as text and back. Pure.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

// Two digits a byte, lower case.
std::string Hex(std::string_view bytes);
// The lowest `digits` digits of a number, lower case.
std::string HexNumber(uint64_t value, size_t digits);
// Either case; nullopt for anything but pairs of digits.
std::optional<std::string> FromHex(std::string_view text);

// RFC 4648: padded; Base32 in upper case.
std::string Base64(std::string_view bytes);
std::string Base32(std::string_view bytes);
// The alphabet for addresses, without padding.
std::string Base64Url(std::string_view bytes);

struct Base64Rules {
  bool url_alphabet = false;      // '-' and '_' as well as '+' and '/'
  bool padding_optional = false;  // all of it or none
};
// The error is the position of the first bad byte.
std::expected<std::string, size_t> FromBase64(std::string_view text, Base64Rules rules = {});

// RFC 3986: letters, digits, "-._~" and what stands in `kept` are themselves, the rest is "%XX".
std::string PercentEncode(std::string_view text, std::string_view kept = "");
// nullopt for a '%' that begins no escape. In queries and forms a '+' is a space.
enum class Plus { kIsItself, kIsSpace };
std::optional<std::string> PercentDecode(std::string_view text, Plus plus = Plus::kIsItself);
// The same, but there it stands for itself.
std::string PercentDecodeLoosely(std::string_view text);

}  // namespace sandbox
