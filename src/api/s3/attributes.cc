#include <algorithm>

#include "api/s3/checksum.h"
#include "api/s3/conditions.h"
#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/paging.h"
#include "api/s3/part_table.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

struct Wanted {
  bool etag = false, checksum = false, parts = false, storage_class = false, size = false;
};

// The names may come in one header with commas, or in several headers.
S3Result<Wanted> WantedOf(const net::HttpHeaders& headers) {
  Wanted wanted;
  bool any = false;
  for (const auto& [field, value] : headers.fields) {
    if (LowerCase(field) != "x-amz-object-attributes") continue;
    for (std::string_view rest = value; !rest.empty();) {
      const size_t end = std::min(rest.find(','), rest.size());
      std::string_view name = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      while (name.starts_with(' ')) name.remove_prefix(1);
      while (name.ends_with(' ')) name.remove_suffix(1);
      bool* const flag = name == "ETag"           ? &wanted.etag
                         : name == "Checksum"     ? &wanted.checksum
                         : name == "ObjectParts"  ? &wanted.parts
                         : name == "StorageClass" ? &wanted.storage_class
                         : name == "ObjectSize"   ? &wanted.size
                                                  : nullptr;
      if (flag == nullptr) return S3Fail(400, "InvalidArgument", Cat("Invalid attribute name specified: ", name));
      any = *flag = true;
    }
  }
  if (!any) {
    return S3Fail(400, "InvalidArgument",
                  "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or "
                  "empty");
  }
  return wanted;
}

struct Page {
  uint32_t after = 0;
  uint32_t max = 1000;
};

void AddParts(XmlWriter& xml, const std::vector<TablePart>& table, const Page& page,
              const std::optional<Checksum>& checksum) {
  auto at = std::ranges::find_if(table, [&](const TablePart& part) { return part.number > page.after; });
  const auto left = static_cast<size_t>(table.end() - at);
  const auto end = at + static_cast<ptrdiff_t>(std::min<size_t>(left, page.max));
  xml.Open("ObjectParts").Number("PartsCount", table.size()).Number("PartNumberMarker", page.after);
  xml.Number("NextPartNumberMarker", end == at ? page.after : std::prev(end)->number);
  xml.Number("MaxParts", page.max).Flag("IsTruncated", end != table.end());
  for (; at != end; ++at) {
    xml.Open("Part");
    if (checksum && !at->checksum.empty()) xml.Text(checksum->algorithm->element, at->checksum);
    xml.Number("PartNumber", at->number).Number("Size", at->bytes).Close();
  }
  xml.Close();
}

}  // namespace

Answer GetAttributes(ObjectStore& store, const S3Request& request) {
  auto info = store.Head(request.bucket, request.key);
  if (!info) return std::unexpected(FromError(info.error()));
  if (const unsigned status = ReadCondition(request.headers, *info); status == 412) {
    return PreconditionFailed();
  } else if (status == 304) {
    return EmptyResponse(304);
  }
  const auto wanted = WantedOf(request.headers);
  if (!wanted) return std::unexpected(wanted.error());
  const auto after = PageNumber(request.headers.Get("x-amz-part-number-marker"), "x-amz-part-number-marker", 0, 10000);
  const auto max = PageNumber(request.headers.Get("x-amz-max-parts"), "x-amz-max-parts", 1000, 1000);
  if (!after) return std::unexpected(after.error());
  if (!max) return std::unexpected(max.error());
  const auto checksum = ChecksumOf(info->attributes);
  const auto table = PartTableOf(info->attributes);
  XmlWriter xml("GetObjectAttributesResponse");
  if (wanted->etag) xml.Text("ETag", info->etag);
  if (wanted->checksum && checksum) {
    xml.Open("Checksum").Text(checksum->algorithm->element, checksum->value);
    xml.Text("ChecksumType", NameOf(checksum->type)).Close();
  }
  if (wanted->parts && !table.empty()) AddParts(xml, table, {*after, *max}, checksum);
  if (wanted->storage_class) xml.Text("StorageClass", "STANDARD");
  if (wanted->size) xml.Number("ObjectSize", info->size);
  net::HttpResponse response = XmlResponse(xml.Take());
  response.headers.Set("Last-Modified", FormatHttpDate(info->modified_at));
  return response;
}

}  // namespace sandbox::s3
