#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandbox::api {

// A target in its two parts, still encoded. An absolute form loses its origin.
struct Target {
  std::string path;
  std::string query;
};
Target SplitTarget(std::string_view target);

// The path without empty, "." and ".." segments; a trailing slash stays.
std::string CleanPath(std::string_view path);

std::vector<std::string> SplitPath(std::string_view path);

// Keys with their values, in order of first appearance. The error is the reference's text.
using Query = std::vector<std::pair<std::string, std::vector<std::string>>>;
std::expected<Query, std::string> ParseQuery(std::string_view text);

}  // namespace sandbox::api
