#pragma once

#include <string>

#include "sandbox/base/time.h"

namespace sandbox::builds {

// RFC 3339 in UTC with three digits of milliseconds; and what such a text says, the epoch for anything else.
std::string TimeText(Instant time);
Instant TimeOfText(const std::string& text);

}  // namespace sandbox::builds
