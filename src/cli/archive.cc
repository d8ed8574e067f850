#include "cli/archive.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace sandbox::cli {
namespace {

constexpr size_t kBlock = 512;

// Fields of a header: where they begin, and how long they are.
constexpr size_t kSum = 148, kSumSize = 8;

void Octal(char* field, size_t size, unsigned long long value) {
  std::snprintf(field, size, "%0*llo", static_cast<int>(size) - 1, value);
}

std::string HeaderOf(const std::string& name, size_t size, std::time_t now) {
  char block[kBlock] = {};
  std::memcpy(block, name.data(), std::min<size_t>(name.size(), 99));
  Octal(block + 100, 8, 0600);
  Octal(block + 108, 8, 0);
  Octal(block + 116, 8, 0);
  Octal(block + 124, 12, size);
  Octal(block + 136, 12, static_cast<unsigned long long>(now));
  std::memset(block + kSum, ' ', kSumSize);  // as which the sum counts itself
  block[156] = '0';
  std::memcpy(block + 257, "ustar\00000", 8);
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  Octal(block + kSum, kSumSize - 1, sum);
  return {block, kBlock};
}

}  // namespace

std::string TarOf(const std::vector<std::pair<std::string, std::string>>& files, std::time_t now) {
  std::string out;
  for (const auto& [name, content] : files) {
    out += HeaderOf(name, content.size(), now);
    out += content;
    out.resize((out.size() + kBlock - 1) / kBlock * kBlock, '\0');
  }
  out.append(2 * kBlock, '\0');
  return out;
}

}  // namespace sandbox::cli
