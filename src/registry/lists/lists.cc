// Sort keys and page tokens.

#include <charconv>

#include "sandbox/model/columns.h"
#include "sandbox/registry/filters.h"

namespace sandbox::registry {

bool IsColumn(ListEntity entity, std::string_view column) { return model::FindColumn(entity, column) != nullptr; }

Status CheckSortKey(ListEntity listed, std::string_view key) {
  const bool is_name_part = key == "project" || key == "domain" || key == "name";
  // Names are what such a list consists of: it cannot be ordered by what hangs on them.
  const bool sortable = listed == ListEntity::kNamedEntity ? is_name_part : IsColumn(listed, key);
  if (!sortable) return InvalidArgument(Cat("invalid sort key '", key, "'"));
  return {};
}

Result<uint64_t> ParseToken(std::string_view token, std::string_view what) {
  if (token.empty()) return 0;
  // The reference reads a signed number, so a plus sign is part of the grammar and 2^63 is not.
  std::string_view digits = token;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  int64_t offset = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size() && !digits.empty();
  if (!is_number || offset < 0)
    return InvalidArgument(Cat("invalid pagination token ", token, what.empty() ? "" : " for ", what));
  return static_cast<uint64_t>(offset);
}

std::string NextToken(uint64_t offset, uint64_t returned, uint64_t limit) {
  // Without a limit an empty page counts as a full one: clients of the reference see "0" there.
  return returned == limit ? std::to_string(offset + returned) : "";
}

}  // namespace sandbox::registry
