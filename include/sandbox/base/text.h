#pragma once

// Text from outside, before it goes into messages whose strings are UTF-8.

#include <string>
#include <string_view>

namespace sandbox {

// The text with each byte that is not part of valid UTF-8 replaced by '?'.
std::string ValidUtf8(std::string_view text);

}  // namespace sandbox
