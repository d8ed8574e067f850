#include "oci/names.h"

#include <algorithm>

namespace sandbox::oci {
namespace {

constexpr std::string_view kSha256 = "sha256:", kSha512 = "sha512:";
constexpr size_t kTagBytesMax = 128;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSmall(char c) { return (c >= 'a' && c <= 'z') || IsDigit(c); }
bool IsOfTag(char c) { return IsSmall(c) || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }

bool IsSeparator(std::string_view text) {
  return text == "." || text == "_" || text == "__" || text.find_first_not_of('-') == std::string_view::npos;
}

// One part of a repository's name, between slashes.
bool IsPart(std::string_view part) {
  if (part.empty() || !IsSmall(part.front()) || !IsSmall(part.back())) return false;
  for (size_t at = 0; at < part.size();) {
    if (IsSmall(part[at])) {
      ++at;
      continue;
    }
    const size_t begin = at;
    while (!IsSmall(part[at])) ++at;  // the last is one
    if (!IsSeparator(part.substr(begin, at - begin))) return false;
  }
  return true;
}

}  // namespace

std::optional<Digest> ParseDigest(std::string_view text) {
  const bool is_256 = text.starts_with(kSha256), is_512 = text.starts_with(kSha512);
  if (!is_256 && !is_512) return std::nullopt;
  const std::string_view hex = text.substr(kSha256.size());
  if (hex.size() != (is_256 ? 64 : 128) || !std::ranges::all_of(hex, IsHex)) return std::nullopt;
  return Digest{is_256 ? ObjectDigest::kSha256 : ObjectDigest::kSha512, std::string(text)};
}

Digest MakeDigest(ObjectDigest kind, std::string_view hex) {
  return {kind, Cat(kind == ObjectDigest::kSha512 ? kSha512 : kSha256, hex)};
}

bool IsRepository(std::string_view name) {
  if (name.size() > kRepositoryBytesMax) return false;
  while (true) {
    const size_t slash = name.find('/');
    if (!IsPart(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

bool IsTag(std::string_view tag) {
  if (tag.empty() || tag.size() > kTagBytesMax || !IsOfTag(tag.front())) return false;
  return std::ranges::all_of(tag, [](char c) { return IsOfTag(c) || c == '.' || c == '-'; });
}

}  // namespace sandbox::oci
