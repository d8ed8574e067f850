#pragma once

// The parts that an object was made of, as they are kept with it: so that GET and HEAD by partNumber and
// GetObjectAttributes find them. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/ports/object_store.h"

namespace sandbox::s3 {

inline constexpr std::string_view kPartTableHeader = "x-amz-mp-parts";

struct TablePart {
  uint32_t number = 0;
  uint64_t bytes = 0;
  std::string checksum;  // base 64; empty when the object has none
};

std::string FormatPartTable(const std::vector<TablePart>& parts);
// Empty for an object that was not made of parts, and for a table that is damaged.
std::vector<TablePart> PartTableOf(const ObjectAttributes& attributes);

}  // namespace sandbox::s3
