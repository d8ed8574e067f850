#include "sandbox/base/text.h"

#include <algorithm>

namespace sandbox {
namespace {

// Bytes of the UTF-8 character at `at`; 0 when there is none that is valid.
size_t CharacterBytes(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const size_t length = lead < 0x80                   ? 1
                        : lead >= 0xC2 && lead < 0xE0 ? 2
                        : lead >= 0xE0 && lead < 0xF0 ? 3
                        : lead >= 0xF0 && lead < 0xF5 ? 4
                                                      : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 0;
  }
  if (length <= 2) return length;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const bool bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second >= 0xA0) ||
                   (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second >= 0x90);
  return bad ? 0 : length;
}

// Of a letter, in any language, or a digit.
bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string ValidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t length = CharacterBytes(text, at);
    if (length > 0) {
      out.append(text.substr(at, length));
    } else {
      out += '?';
    }
    at += std::max<size_t>(length, 1);
  }
  return out;
}

bool IsUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = CharacterBytes(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string LowerCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string LastLine(std::string_view text, size_t bytes_max) {
  constexpr std::string_view kBlanks = " \t\r\n";
  size_t last = text.size();
  while (last > 0 && !IsWordByte(text[last - 1])) --last;
  if (last == 0) return "";
  const size_t before = text.substr(0, last).find_last_of('\n');
  std::string_view line = text.substr(before + 1, text.find('\n', last) - before - 1);  // npos + 1 is 0
  line.remove_prefix(line.find_first_not_of(kBlanks));
  line = line.substr(0, line.find_last_not_of(kBlanks) + 1);
  if (line.size() <= bytes_max) return std::string(line);
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return std::string(line.substr(0, end)) + "...";
}

}  // namespace sandbox
