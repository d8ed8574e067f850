#include "api/v1/upload_path.h"

#include <algorithm>

namespace sandbox::api {

namespace {

constexpr size_t kKeyMax = 1024;
constexpr std::string_view kUpperHex = "0123456789ABCDEF";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A '%' that starts no escape stands for itself.
std::string Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
    i += 2;
  }
  return out;
}

std::string Escape(std::string_view text) {
  constexpr std::string_view kKept = "-_.~!$&'()*+,;=:@[]/#?";
  std::string out;
  for (char c : text) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kKept.contains(c);
    if (kept) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kUpperHex[byte >> 4];
      out += kUpperHex[byte & 15];
    }
  }
  return out;
}

std::string_view TrimSlashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

// Drops "." segments; false for "..".
bool Clean(std::string_view path, std::string* out) {
  for (size_t start = 0; start <= path.size();) {
    const size_t slash = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, slash - start);
    if (segment == "..") return false;
    const bool last = slash == path.size();
    if (segment != ".") out->append(segment);
    if (!last && segment != ".") *out += '/';
    start = slash + 1;
  }
  return true;
}

// Big-endian groups of `bits` bits, padded with '=' to whole groups of `group` characters.
std::string Encode(std::string_view bytes, std::string_view alphabet, unsigned bits, size_t group) {
  std::string out;
  uint32_t buffer = 0;
  unsigned held = 0;
  for (unsigned char byte : bytes) {
    buffer = (buffer << 8) | byte;
    held += 8;
    for (; held >= bits; held -= bits) out += alphabet[(buffer >> (held - bits)) & (alphabet.size() - 1)];
    buffer &= (1u << held) - 1;
  }
  if (held > 0) out += alphabet[(buffer << (bits - held)) & (alphabet.size() - 1)];
  while (out.size() % group != 0) out += '=';
  return out;
}

}  // namespace

Result<UploadPath> MakeUploadPath(std::string_view bucket, const std::vector<std::string>& parts) {
  std::string joined;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (!joined.empty()) joined += '/';
    joined += TrimSlashes(part);
  }
  UploadPath path;
  if (!Clean(Unescape(joined), &path.key))
    return InvalidArgument("a part of the upload path is '..': it would leave its folder; name the file without it");
  if (path.key.size() > kKeyMax)
    return InvalidArgument(Cat("the upload path has ", path.key.size(), " bytes, more than ", kKeyMax));
  path.native_url = Cat("s3://", bucket, "/", Escape(path.key));
  path.key = TrimSlashes(path.key);
  return path;
}

Result<ObjectUri> ParseNativeUrl(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t colon = url.find(':');
  const bool plain = std::ranges::none_of(url, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (colon == 0 || !plain) return InvalidArgument(Cat("failed to parse native_url [", url, "]"));
  const std::string_view rest = scheme == std::string_view::npos ? url.substr(0, 0) : url.substr(scheme + 3);
  const size_t slash = std::min(rest.find('/'), rest.size());
  ObjectUri place{std::string(rest.substr(0, slash)), Unescape(TrimSlashes(rest.substr(slash)))};
  if (place.bucket.empty() || place.key.empty())
    return InvalidArgument(Cat("native_url [", url, "] must name a bucket and a key: s3://bucket/key"));
  return place;
}

std::string Base64(std::string_view bytes) {
  return Encode(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6, 4);
}

std::string Base32(std::string_view bytes) { return Encode(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8); }

std::string Hex(std::string_view bytes) {
  std::string out;
  for (unsigned char byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

}  // namespace sandbox::api
