#pragma once

// Durations and numbers as Go writes and reads them. Pure.

#include <expected>
#include <string>
#include <string_view>

#include "sandbox/base/time.h"

namespace sandbox::idl {

// time.ParseDuration: "1h30m", "-1.5s", ".5ms". The error is Go's text.
std::expected<Duration, std::string> ParseGoDuration(std::string_view text);

// strconv's 'g' with the fewest digits: "1e+06", "0.5", "-0"; "NaN", "+Inf" and "-Inf".
std::string FormatGoFloat(double value);
std::string FormatGoFloat(float value);

}  // namespace sandbox::idl
