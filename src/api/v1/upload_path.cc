#include "api/v1/upload_path.h"

#include <algorithm>

#include "sandbox/base/encoding.h"

namespace sandbox::api {

namespace {

constexpr size_t kKeyMax = 1024;
// What Go's net/url leaves as it is in a path that it prints, beside what is always left.
constexpr std::string_view kKeptInUrls = "!$&'()*+,;=:@[]/#?";

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

}  // namespace

Result<UploadPath> MakeUploadPath(std::string_view bucket, const std::vector<std::string>& parts) {
  std::string joined;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (!joined.empty()) joined += '/';
    joined += TrimSlashes(part);
  }
  UploadPath path;
  if (!Clean(PercentDecodeLoosely(joined), &path.key))
    return InvalidArgument("a part of the upload path is '..': it would leave its folder; name the file without it");
  if (path.key.size() > kKeyMax)
    return InvalidArgument(Cat("the upload path has ", path.key.size(), " bytes, more than ", kKeyMax));
  path.native_url = Cat("s3://", bucket, "/", PercentEncode(path.key, kKeptInUrls));
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
  ObjectUri place{std::string(rest.substr(0, slash)), PercentDecodeLoosely(TrimSlashes(rest.substr(slash)))};
  if (place.bucket.empty() || place.key.empty())
    return InvalidArgument(Cat("native_url [", url, "] must name a bucket and a key: s3://bucket/key"));
  return place;
}

}  // namespace sandbox::api
