#pragma once

// Text from outside, before it goes into messages whose strings are UTF-8; and the case of letters. Pure.

#include <string>
#include <string_view>

namespace sandbox {

// The text with each byte that is not part of valid UTF-8 replaced by '?'.
std::string ValidUtf8(std::string_view text);
bool IsUtf8(std::string_view text);

// ASCII letters only, whatever the locale.
std::string LowerCase(std::string_view text);
// The last line with a letter or a digit, without blanks around it: a traceback ends with what went wrong. One that is
// longer than `bytes_max` is cut, between characters, and ends with "...".
std::string LastLine(std::string_view text, size_t bytes_max);

}  // namespace sandbox
