#pragma once

// Ages as people write them.

#include <chrono>
#include <string>
#include <string_view>

#include "sandbox/base/error.h"

namespace sandbox {

// How old something may get: a whole number and one of s, m, h, d, w, as "12h" or "30d"; at most 100 years.
// INVALID_ARGUMENT, reason BAD_AGE.
Result<std::chrono::seconds> ParseAge(std::string_view text);
// In the largest unit up to days that divides it: "30d", "36h".
std::string FormatAge(std::chrono::seconds age);

}  // namespace sandbox
