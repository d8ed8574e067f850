#include "api/gateway/url.h"

#include <algorithm>

#include "sandbox/base/encoding.h"

namespace sandbox::api {

Target SplitTarget(std::string_view target) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const size_t slash = target.find_first_of("/?");
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  const size_t mark = target.find('?');
  return {std::string(target.substr(0, mark)),
          mark == std::string_view::npos ? std::string() : std::string(target.substr(mark + 1))};
}

std::vector<std::string> SplitPath(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  std::vector<std::string> parts;
  while (true) {
    const size_t slash = path.find('/');
    parts.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

std::string CleanPath(std::string_view path) {
  std::vector<std::string> kept;
  const std::vector<std::string> parts = SplitPath(path);
  for (const std::string& part : parts) {
    if (part == ".." && !kept.empty()) kept.pop_back();
    if (!part.empty() && part != "." && part != "..") kept.push_back(part);
  }
  std::string out;
  for (const std::string& part : kept) out += "/" + part;
  const bool folder = parts.back().empty() || parts.back() == "." || parts.back() == "..";
  return out.empty() || folder ? out + "/" : out;
}

std::expected<Query, std::string> ParseQuery(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    if (pair.find(';') != std::string_view::npos) return std::unexpected("invalid semicolon separator in query");
    const size_t equals = pair.find('=');
    const auto key = PercentDecode(pair.substr(0, equals), Plus::kIsSpace);
    const auto value =
        PercentDecode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), Plus::kIsSpace);
    if (!key || !value) {
      const std::string_view bad = key ? pair.substr(equals + 1) : pair.substr(0, equals);
      for (size_t at = bad.find('%'); at != std::string_view::npos; at = bad.find('%', at + 1)) {
        if (!PercentDecode(bad.substr(at, 3)))
          return std::unexpected("invalid URL escape \"" + std::string(bad.substr(at, 3)) + "\"");
      }
    }
    auto found = std::ranges::find(query, *key, &Query::value_type::first);
    if (found == query.end()) found = query.insert(query.end(), {*key, {}});
    found->second.push_back(*value);
  }
  return query;
}

}  // namespace sandbox::api
