#pragma once

// Text from outside, before it goes into messages whose strings are UTF-8.

#include <string>
#include <string_view>

namespace sandbox {

// Cuts nothing but what is no UTF-8: such bytes become '?'.
std::string ValidUtf8(std::string_view text);

}  // namespace sandbox
