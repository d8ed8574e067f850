#pragma once

// A part of a value that is too large to be sent whole. Pure.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/error.h"

namespace sandbox::api {

// A JSON pointer (RFC 6901) as its parts: "/o0/12" is {"o0", "12"}; "" is the whole. An error of the field path.
Result<std::vector<std::string>> ParsePointer(std::string_view text);
std::string PointerText(const std::vector<std::string>& parts);

// What is left of a value: so many elements of a list or map from one on; further inside only the first few, and the
// beginning of long texts. Each place where something was left out is told.
struct PartWanted {
  uint64_t from = 0, limit = 200;
};
struct ValuePart {
  flyteidl::core::Literal literal;
  uint64_t total = 0;                            // elements of the list or map that was asked for; else 1
  nlohmann::json cut = nlohmann::json::array();  // [{path, total}]: elements, or bytes of a text
};
ValuePart CutValue(const flyteidl::core::Literal& literal, const std::vector<std::string>& path, PartWanted wanted);

}  // namespace sandbox::api
