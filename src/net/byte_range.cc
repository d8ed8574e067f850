#include "net/byte_range.h"

#include <algorithm>
#include <charconv>

#include "sandbox/base/error.h"

namespace sandbox::net {
namespace {

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ByteRange> ParseByteRange(std::string_view header, uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  header = Trimmed(header);
  const size_t dash = header.find('-');
  if (!header.starts_with(kUnit) || dash == std::string_view::npos) return std::nullopt;
  const std::string_view first_text = Trimmed(header.substr(kUnit.size(), dash - kUnit.size())),
                         last_text = Trimmed(header.substr(dash + 1));
  const auto first = Number(first_text), last = Number(last_text);
  if (first_text.empty()) {
    if (!last) return std::nullopt;
    const uint64_t length = std::min(*last, size);
    return ByteRange{size - length, length};
  }
  if (!first || (!last_text.empty() && (!last || *last < *first))) return std::nullopt;
  if (*first >= size) return ByteRange{};
  return ByteRange{*first, std::min(last.value_or(size), size - 1) - *first + 1};
}

std::string ContentRange(const ByteRange& range, uint64_t size) {
  if (range.length == 0) return Cat("bytes */", size);
  return Cat("bytes ", range.offset, "-", range.offset + range.length - 1, "/", size);
}

}  // namespace sandbox::net
