#include "api/local/byte_range.h"

#include <algorithm>
#include <charconv>

namespace sandbox::api {
namespace {

std::optional<uint64_t> RangeNumber(std::string_view text) {
  uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ByteRange> ParseRange(std::string_view header, uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return std::nullopt;
  header.remove_prefix(kUnit.size());
  const size_t dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  if (dash == 0) {
    const auto last = RangeNumber(header.substr(1));
    return last ? std::optional(ByteRange{size - std::min(size, *last), size}) : std::nullopt;
  }
  const auto first = RangeNumber(header.substr(0, dash));
  if (!first) return std::nullopt;
  if (dash + 1 == header.size()) return ByteRange{*first, size};
  const auto last = RangeNumber(header.substr(dash + 1));
  if (!last || *last < *first) return std::nullopt;
  return ByteRange{*first, *last >= size ? size : *last + 1};
}

}  // namespace sandbox::api
