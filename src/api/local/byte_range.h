#pragma once

// A part of a file, as a request's Range asks for it.

#include <cstdint>
#include <optional>
#include <string_view>

namespace sandbox::api {

struct ByteRange {
  uint64_t begin = 0, end = 0;  // without the byte at `end`; nothing when they are equal or the wrong way round
};

// "bytes=A-B", "bytes=A-", "bytes=-N" of something that has `size` bytes. None: all of it is meant, as by anything that
// is not of that form, and by several ranges.
std::optional<ByteRange> ParseRange(std::string_view header, uint64_t size);

}  // namespace sandbox::api
