#include "api/s3/conditions.h"

#include <algorithm>
#include <charconv>

#include "api/s3/http_date.h"
#include "api/s3/request.h"

namespace sandbox::s3 {
namespace {

constexpr const char* kNotHeld = "At least one of the pre-conditions you specified did not hold";

Instant ToSeconds(Instant instant) { return std::chrono::floor<std::chrono::seconds>(instant); }

}  // namespace

std::unexpected<S3Error> PreconditionFailed() { return S3Fail(412, "PreconditionFailed", kNotHeld); }

EtagSet ParseEtags(std::string_view tags) {
  EtagSet out;
  while (!tags.empty()) {
    const size_t end = std::min(tags.find(','), tags.size());
    std::string_view tag = tags.substr(0, end);
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag == "*") out.any = true;
    out.etags.emplace_back(WithoutQuotes(tag));
    tags.remove_prefix(std::min(end + 1, tags.size()));
  }
  return out;
}

unsigned ReadCondition(const net::HttpHeaders& headers, const ObjectInfo& info) {
  const Instant modified = ToSeconds(info.modified_at);
  if (headers.Has("If-Match")) {
    if (!ParseEtags(headers.Get("If-Match")).Has(info.etag)) return 412;
  } else if (auto since = ParseHttpDate(headers.Get("If-Unmodified-Since")); since && modified > *since) {
    return 412;
  }
  if (headers.Has("If-None-Match")) {
    if (ParseEtags(headers.Get("If-None-Match")).Has(info.etag)) return 304;
  } else if (auto since = ParseHttpDate(headers.Get("If-Modified-Since")); since && modified <= *since) {
    return 304;
  }
  return 0;
}

S3Result<void> CheckCopySource(const net::HttpHeaders& headers, const ObjectInfo& info) {
  net::HttpHeaders conditions;
  for (const char* name : {"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"}) {
    const std::string given = Cat("x-amz-copy-source-", name);
    if (headers.Has(given)) conditions.Set(name, std::string(headers.Get(given)));
  }
  if (ReadCondition(conditions, info) != 0) return PreconditionFailed();
  return {};
}

Precondition WriteCondition(const net::HttpHeaders& headers) {
  Precondition out;
  if (const auto match = headers.Get("If-Match"); !match.empty()) out.match = ParseEtags(match);
  if (const auto none = headers.Get("If-None-Match"); !none.empty()) out.none_match = ParseEtags(none);
  return out;
}

DeleteConditions DeleteConditionsOf(const net::HttpHeaders& headers) {
  return {std::string(headers.Get("If-Match")), std::string(headers.Get("x-amz-if-match-size")),
          std::string(headers.Get("x-amz-if-match-last-modified-time"))};
}

S3Result<Precondition> DeleteCondition(const DeleteConditions& conditions) {
  Precondition out;
  if (!conditions.etag.empty()) out.match = ParseEtags(conditions.etag);
  if (const std::string& text = conditions.size; !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.size.emplace());
    if (error != std::errc() || end != text.data() + text.size())
      return S3Fail(400, "InvalidArgument", Cat("The size \"", text, "\" is not a number of bytes"));
  }
  if (const std::string& text = conditions.modified_at; !text.empty()) {
    auto modified_at = ParseHttpDate(text);
    if (!modified_at) modified_at = ParseXmlDate(text);
    if (!modified_at) return S3Fail(400, "InvalidArgument", Cat("The time \"", text, "\" is not one"));
    out.modified_from = ToSeconds(*modified_at);
    out.modified_before = *out.modified_from + std::chrono::seconds(1);
  }
  return out;
}

}  // namespace sandbox::s3
