#pragma once

// The query of a request. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/base/encoding.h"
#include "sandbox/base/text.h"

namespace sandbox::s3 {

// Decoded, in the order of the wire. A name without '=' has an empty value.
using Query = std::vector<std::pair<std::string, std::string>>;

// nullopt for a bad escape.
std::optional<Query> ParseQuery(std::string_view text);
std::optional<std::string_view> Find(const Query& query, std::string_view name);

}  // namespace sandbox::s3
