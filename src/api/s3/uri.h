#pragma once

// Texts of requests: percent coding as S3 signs and lists it. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandbox::s3 {

// Decoded, in the order of the wire. A name without '=' has an empty value.
using Query = std::vector<std::pair<std::string, std::string>>;

// nullopt for a bad escape.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space);
// Everything but letters, digits and "-._~" is escaped with upper-case digits; '/' on demand.
std::string PercentEncode(std::string_view text, bool keep_slash);
std::optional<Query> ParseQuery(std::string_view text);
bool IsUtf8(std::string_view text);
std::string Lower(std::string_view text);  // ASCII letters
std::optional<std::string_view> Find(const Query& query, std::string_view name);

}  // namespace sandbox::s3
