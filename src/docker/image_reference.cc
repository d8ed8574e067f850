#include "docker/image_reference.h"

#include <algorithm>
#include <cctype>

namespace sandbox::docker {
namespace {

constexpr size_t kNameMax = 255;
constexpr size_t kTagMax = 128;

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// [a-z0-9]+ joined by '.', '_', '__' or any number of '-'.
bool ValidPathComponent(std::string_view text) {
  size_t i = 0;
  while (true) {
    const size_t start = i;
    while (i < text.size() && IsLowerOrDigit(text[i])) ++i;
    if (i == start) return false;
    if (i == text.size()) return true;
    const size_t separator = i;
    while (i < text.size() && text[i] == text[separator] && !IsLowerOrDigit(text[i])) ++i;
    const size_t length = i - separator;
    const char c = text[separator];
    if (!(c == '-' || (c == '.' && length == 1) || (c == '_' && length <= 2))) return false;
  }
}

bool ValidHost(std::string_view text) {
  const size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    if (port.empty() || !std::all_of(port.begin(), port.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
      return false;
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') return true;
  if (host.empty() || host.front() == '-' || host.back() == '-' || host.front() == '.' || host.back() == '.')
    return false;
  return std::all_of(host.begin(), host.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.'; });
}

bool IsHost(std::string_view first) {
  return first.find_first_of(".:") != std::string_view::npos || first == "localhost" ||
         std::any_of(first.begin(), first.end(), [](unsigned char c) { return std::isupper(c) != 0; });
}

bool ValidName(std::string_view name) {
  if (name.empty() || name.size() > kNameMax) return false;
  const size_t slash = name.find('/');
  if (slash != std::string_view::npos && IsHost(name.substr(0, slash))) {
    if (!ValidHost(name.substr(0, slash))) return false;
    name.remove_prefix(slash + 1);
  }
  while (true) {
    const size_t next = name.find('/');
    if (!ValidPathComponent(name.substr(0, next))) return false;
    if (next == std::string_view::npos) return true;
    name.remove_prefix(next + 1);
  }
}

bool ValidTag(std::string_view tag) {
  if (tag.empty() || tag.size() > kTagMax || !IsWord(tag.front())) return false;
  return std::all_of(tag.begin(), tag.end(), [](char c) { return IsWord(c) || c == '.' || c == '-'; });
}

bool ValidDigest(std::string_view digest) {
  const size_t colon = digest.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view hex = digest.substr(colon + 1);
  if (digest.substr(0, colon) == "sha256" && hex.size() != 64) return false;
  return hex.size() >= 32 && std::all_of(hex.begin(), hex.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

}  // namespace

Result<ImageReference> ParseImageReference(std::string_view text) {
  auto invalid = [&] {
    return Fail(Code::kInvalidArgument, "INVALID_IMAGE_NAME",
                Cat("\"", text, "\" is not an image reference ([host/]name[:tag][@digest], name in lower case)"));
  };
  ImageReference reference;
  std::string_view rest = text;
  if (const size_t at = rest.find('@'); at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (!ValidDigest(reference.digest)) return invalid();
  }
  const size_t colon = rest.rfind(':');
  const size_t slash = rest.rfind('/');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    reference.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!ValidTag(reference.tag)) return invalid();
  }
  if (!ValidName(rest)) return invalid();
  reference.name = rest;
  if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
  return reference;
}

std::string FamiliarName(std::string name) {
  constexpr std::string_view kHub = "docker.io/", kLibrary = "library/";
  if (!name.starts_with(kHub)) return name;
  name.erase(0, kHub.size());
  if (name.starts_with(kLibrary)) name.erase(0, kLibrary.size());
  return name;
}

}  // namespace sandbox::docker
