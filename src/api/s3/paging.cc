#include "api/s3/paging.h"

#include <algorithm>
#include <charconv>

#include "api/s3/uri.h"

namespace sandbox::s3 {

S3Result<uint32_t> PageNumber(std::string_view text, std::string_view name, uint32_t missing, uint32_t most) {
  if (text.empty()) return missing;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0 || number > INT32_MAX)
    return S3Fail(400, "InvalidArgument", Cat("Argument ", name, " must be an integer between 0 and 2147483647"));
  return static_cast<uint32_t>(std::min<int64_t>(number, most));
}

std::string Names::operator()(std::string_view name) const {
  return encode ? PercentEncode(name, "/") : std::string(name);
}

S3Result<Names> NamesOf(const S3Request& request) {
  const std::string_view type = request.Param("encoding-type");
  if (!type.empty() && type != "url")
    return S3Fail(400, "InvalidArgument", "Invalid Encoding Method specified in Request");
  for (const char* name : {"prefix", "delimiter", "marker", "start-after", "key-marker"}) {
    if (!IsUtf8(request.Param(name))) return S3Fail(400, "InvalidArgument", Cat("Argument ", name, " is not UTF-8"));
  }
  return Names{type == "url"};
}

}  // namespace sandbox::s3
