#pragma once

// A part of a file or object, as a request's Range asks for it (RFC 9110, 14).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::net {

struct ByteRange {
  uint64_t offset = 0;
  uint64_t length = 0;  // 0: there are no such bytes, which is a 416
};

// "bytes=A-B", "bytes=A-", "bytes=-N" of something that has `size` bytes. None: all of it is meant, as by anything that
// is not of that form, and by several ranges.
std::optional<ByteRange> ParseByteRange(std::string_view header, uint64_t size);

// What Content-Range says of such an answer: "bytes 0-3/10", and "bytes */10" where there are no such bytes.
std::string ContentRange(const ByteRange& range, uint64_t size);

}  // namespace sandbox::net
