#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/base/time.h"

namespace sandbox::s3 {

std::string FormatHttpDate(Instant instant);  // Fri, 24 May 2013 00:00:00 GMT
std::optional<Instant> ParseHttpDate(std::string_view text);
std::string FormatAmzDate(Instant instant);  // 20130524T000000Z
std::optional<Instant> ParseAmzDate(std::string_view text);
std::string FormatXmlDate(Instant instant);                  // 2013-05-24T00:00:00.000Z
std::optional<Instant> ParseXmlDate(std::string_view text);  // the fraction may be missing, and is cut off

}  // namespace sandbox::s3
