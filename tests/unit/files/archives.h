#pragma once

// Tar archives for tests: ours, and such as only an enemy writes.

#include <string>
#include <string_view>

namespace sandbox::pods {

// One entry with a right checksum; `size` may lie.
inline std::string TarEntry(char type, std::string_view name, std::string_view content = "", std::string_view link = "",
                            uint64_t size = UINT64_MAX) {
  std::string header(512, '\0');
  const auto put = [&header](size_t at, std::string_view text) { header.replace(at, text.size(), text); };
  const auto octal = [](uint64_t value, size_t digits) {
    std::string out(digits, '0');
    for (size_t i = digits; i-- > 0; value >>= 3) out[i] = static_cast<char>('0' + (value & 7));
    return out;
  };
  put(0, name.substr(0, 100));
  put(124, octal(size == UINT64_MAX ? content.size() : size, 11));
  put(148, "        ");
  header[156] = type;
  put(157, link.substr(0, 100));
  put(257, "ustar");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + std::string("\0 ", 2));
  return header + std::string(content) + std::string((512 - content.size() % 512) % 512, '\0');
}

inline std::string PaxEntry(std::string_view records) { return TarEntry('x', "PaxHeaders.0/x", records); }

}  // namespace sandbox::pods
