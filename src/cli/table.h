#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace sandbox::cli {

// Columns as wide as their widest cell, three spaces apart, as kubectl prints them.
inline void PrintTable(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - row[i].size() + 3, ' ');
    }
    std::printf("%s\n", line.c_str());
  }
}

// "12s", "5m30s", "3h12m", "2d3h": how kubectl tells an age.
inline std::string Age(long long seconds) {
  if (seconds < 0) seconds = 0;
  if (seconds < 120) return std::to_string(seconds) + "s";
  const auto two = [](long long big, const char* big_unit, long long small, const char* small_unit) {
    return std::to_string(big) + big_unit + (small > 0 ? std::to_string(small) + small_unit : "");
  };
  if (seconds < 10 * 60) return two(seconds / 60, "m", seconds % 60, "s");
  if (seconds < 3 * 3600) return std::to_string(seconds / 60) + "m";
  if (seconds < 8 * 3600) return two(seconds / 3600, "h", seconds / 60 % 60, "m");
  if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + "h";
  if (seconds < 8 * 86400) return two(seconds / 86400, "d", seconds / 3600 % 24, "h");
  return std::to_string(seconds / 86400) + "d";
}

// The API's "13.499260247s" as one reads it: "13.5s", from two minutes on as an age. Empty for no duration.
inline std::string Took(const std::string& seconds) {
  char* end = nullptr;
  const double value = std::strtod(seconds.c_str(), &end);
  if (end == seconds.c_str()) return "";
  if (value >= 120) return Age(static_cast<long long>(value));
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", value < 1 ? 3 : 1, value);
  return std::string(text) + "s";
}

}  // namespace sandbox::cli
