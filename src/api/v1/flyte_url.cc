#include "api/v1/flyte_url.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace sandbox::api {

namespace {

constexpr std::string_view kScheme = "flyte://";
constexpr std::string_view kPrefix = "flyte://v1/";

bool IsSegment(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::optional<uint32_t> ParseAttempt(const std::string& text) {
  uint32_t attempt = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), attempt);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return attempt;
}

// What follows the node: attempt, kind, name.
bool ParseTail(std::vector<std::string> tail, FlyteUrl* url) {
  auto is_kind = [](const std::string& text, std::string_view kinds) {
    return text.size() == 1 && kinds.contains(text[0]);
  };
  if (tail.size() > 1 && !is_kind(tail[0], "io")) {
    url->attempt = ParseAttempt(tail[0]);
    if (!url->attempt) return false;
    tail.erase(tail.begin());
  }
  if (tail.empty() || tail.size() > 2 || !is_kind(tail[0], tail.size() == 1 ? "iod" : "io")) return false;
  url->kind = tail[0][0];
  if (tail.size() == 2) url->name = tail[1];
  return true;
}

}  // namespace

Result<FlyteUrl> ParseFlyteUrl(std::string_view text) {
  constexpr std::string_view kRefused = "failed to validate resolve artifact request. Error: ";
  if (text.empty()) return InvalidArgument(Cat(kRefused, "source is required. Provided empty string"));
  if (!text.starts_with(kScheme))
    return InvalidArgument(Cat(kRefused, "request does not start with the correct prefix"));
  auto failed = [&] {
    return InvalidArgument(Cat("failed to parse artifact url Error: failed to parse [", text, "]"));
  };
  if (!text.starts_with(kPrefix)) return failed();
  auto parts = Split(text.substr(kPrefix.size()));
  if (parts.size() < 5 || !std::ranges::all_of(parts, IsSegment)) return failed();
  FlyteUrl url;
  url.node = {{parts[0], parts[1], parts[2]}, parts[3]};
  if (!ParseTail({parts.begin() + 4, parts.end()}, &url)) return failed();
  return url;
}

}  // namespace sandbox::api
