#include "api/s3/uri.h"

#include <algorithm>

namespace sandbox::s3 {

std::optional<Query> ParseQuery(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = PercentDecode(pair.substr(0, equals), Plus::kIsSpace);
    auto value = PercentDecode(equals < pair.size() ? pair.substr(equals + 1) : "", Plus::kIsSpace);
    if (!name || !value) return std::nullopt;
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return query;
}

std::optional<std::string_view> Find(const Query& query, std::string_view name) {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace sandbox::s3
