#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sandbox::s3 {

struct ByteRange {
  uint64_t offset = 0;
  uint64_t length = 0;
};

enum class RangeKind { kWhole, kPart, kUnsatisfiable };

// "bytes=a-b", "bytes=a-", "bytes=-n" of `size` bytes. What is not understood, and several ranges, mean the whole.
RangeKind ParseRange(std::string_view header, uint64_t size, ByteRange* range);

}  // namespace sandbox::s3
