#include <algorithm>
#include <array>
#include <charconv>

#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/range.h"

namespace sandbox::s3 {
namespace {

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool Matches(std::string_view tags, std::string_view etag) {
  while (!tags.empty()) {
    const size_t end = std::min(tags.find(','), tags.size());
    std::string_view tag = tags.substr(0, end);
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag == "*" || WithoutQuotes(tag) == etag) return true;
    tags.remove_prefix(std::min(end + 1, tags.size()));
  }
  return false;
}

// 0, 304 or 412. The entity tag is asked first; a date counts only without one.
unsigned Condition(const net::HttpHeaders& headers, const ObjectInfo& info) {
  const Instant modified = std::chrono::floor<std::chrono::seconds>(info.modified_at);
  if (headers.Has("If-Match")) {
    if (!Matches(headers.Get("If-Match"), info.etag)) return 412;
  } else if (auto since = ParseHttpDate(headers.Get("If-Unmodified-Since")); since && modified > *since) {
    return 412;
  }
  if (headers.Has("If-None-Match")) {
    if (Matches(headers.Get("If-None-Match"), info.etag)) return 304;
  } else if (auto since = ParseHttpDate(headers.Get("If-Modified-Since")); since && modified <= *since) {
    return 304;
  }
  return 0;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kOverrides = {
    {{"response-content-type", "Content-Type"},
     {"response-content-language", "Content-Language"},
     {"response-expires", "Expires"},
     {"response-cache-control", "Cache-Control"},
     {"response-content-disposition", "Content-Disposition"},
     {"response-content-encoding", "Content-Encoding"}}};

bool IsChecksum(std::string_view header) { return header.starts_with("x-amz-checksum-"); }

void Describe(const S3Request& request, const ObjectInfo& info, net::HttpHeaders& headers) {
  headers.Set("ETag", Quoted(info.etag));
  headers.Set("Last-Modified", FormatHttpDate(info.modified_at));
  headers.Set("Accept-Ranges", "bytes");
  headers.Set("Content-Type",
              info.attributes.content_type.empty() ? "application/octet-stream" : info.attributes.content_type);
  for (const auto& [name, value] : info.attributes.headers) {
    if (!IsChecksum(name)) headers.Set(name, value);
  }
  for (const auto& [name, value] : info.attributes.metadata) headers.Set("x-amz-meta-" + name, value);
  if (request.identity.anonymous) return;
  for (const auto& [parameter, header] : kOverrides) {
    if (request.Has(parameter)) headers.Set(std::string(header), std::string(request.Param(parameter)));
  }
}

}  // namespace

RangeKind ParseRange(std::string_view header, uint64_t size, ByteRange* range) {
  constexpr std::string_view kUnit = "bytes=";
  const size_t dash = header.find('-');
  if (!header.starts_with(kUnit) || dash == std::string_view::npos) return RangeKind::kWhole;
  const std::string_view first_text = header.substr(kUnit.size(), dash - kUnit.size()),
                         last_text = header.substr(dash + 1);
  const auto first = Number(first_text), last = Number(last_text);
  if (first_text.empty()) {
    if (!last) return RangeKind::kWhole;
    if (*last == 0 || size == 0) return RangeKind::kUnsatisfiable;
    range->length = std::min(*last, size);
    range->offset = size - range->length;
    return RangeKind::kPart;
  }
  if (!first || (!last_text.empty() && !last) || (last && *last < *first)) return RangeKind::kWhole;
  if (*first >= size) return RangeKind::kUnsatisfiable;
  range->offset = *first;
  range->length = last ? std::min(*last, size - 1) - *first + 1 : size - *first;
  return RangeKind::kPart;
}

S3Result<Download> BeginDownload(ObjectStore& store, const S3Request& request) {
  auto reader = store.Open(request.bucket, request.key);
  if (!reader) return std::unexpected(FromError(reader.error()));
  const ObjectInfo& info = (*reader)->Info();
  Download download;
  Describe(request, info, download.head.headers);
  if (const unsigned status = Condition(request.headers, info); status == 412) {
    return S3Fail(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  } else if (status == 304) {
    download.head.status = 304;
    return download;
  }
  ByteRange range{0, info.size};
  switch (ParseRange(request.headers.Get("Range"), info.size, &range)) {
    case RangeKind::kWhole:
      if (request.headers.Get("x-amz-checksum-mode") != "ENABLED") break;
      for (const auto& [name, value] : info.attributes.headers) {
        if (IsChecksum(name)) download.head.headers.Set(name, value);
      }
      break;
    case RangeKind::kPart:
      download.head.status = 206;
      download.head.headers.Set("Content-Range",
                                Cat("bytes ", range.offset, "-", range.offset + range.length - 1, "/", info.size));
      break;
    case RangeKind::kUnsatisfiable:
      return S3Fail(416, "InvalidRange",
                    Cat("The requested range is not satisfiable; the object has ", info.size, " bytes"));
  }
  download.offset = range.offset;
  download.length = range.length;
  download.reader = std::move(*reader);
  return download;
}

}  // namespace sandbox::s3
