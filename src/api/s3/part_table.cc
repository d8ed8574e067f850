#include "api/s3/part_table.h"

#include <charconv>

namespace sandbox::s3 {
namespace {

// The number before the next blank or the end, which is taken away with the blank.
template <typename Number>
bool TakeNumber(std::string_view& text, Number& number) {
  const size_t end = std::min(text.find(' '), text.size());
  const auto [stop, error] = std::from_chars(text.data(), text.data() + end, number);
  if (error != std::errc() || stop != text.data() + end) return false;
  text.remove_prefix(std::min(end + 1, text.size()));
  return true;
}

}  // namespace

// "number bytes checksum" of every part, with commas between.
std::string FormatPartTable(const std::vector<TablePart>& parts) {
  std::string out;
  for (const TablePart& part : parts) {
    if (!out.empty()) out += ',';
    out += Cat(part.number, " ", part.bytes, " ", part.checksum);
  }
  return out;
}

std::vector<TablePart> PartTableOf(const ObjectAttributes& attributes) {
  const auto found = attributes.headers.find(std::string(kPartTableHeader));
  if (found == attributes.headers.end()) return {};
  std::vector<TablePart> parts;
  for (std::string_view rest = found->second; !rest.empty();) {
    const size_t end = std::min(rest.find(','), rest.size());
    std::string_view text = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    TablePart part;
    if (!TakeNumber(text, part.number) || !TakeNumber(text, part.bytes)) return {};
    part.checksum = text;
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace sandbox::s3
