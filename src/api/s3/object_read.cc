#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "api/s3/checksum.h"
#include "api/s3/conditions.h"
#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/part_table.h"
#include "api/s3/tags.h"
#include "net/byte_range.h"

namespace sandbox::s3 {
namespace {

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kOverrides = {
    {{"response-content-type", "Content-Type"},
     {"response-content-language", "Content-Language"},
     {"response-expires", "Expires"},
     {"response-cache-control", "Cache-Control"},
     {"response-content-disposition", "Content-Disposition"},
     {"response-content-encoding", "Content-Encoding"}}};

// One character of valid UTF-8, taken away.
uint32_t TakeCharacter(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint32_t point = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  text.remove_prefix(length);
  return point;
}

// Metadata as a header. Clients send UTF-8, and nearly all of them read headers as Latin-1: that is what they get. What
// it cannot write becomes encoded words (RFC 2047), as S3 does it; bytes that are no UTF-8 stay.
std::string HeaderText(const std::string& text) {
  if (!IsUtf8(text)) return text;
  std::string latin, words, word;
  bool fits = true;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view before = rest;
    const uint32_t point = TakeCharacter(rest);
    latin += static_cast<char>(point);
    fits = fits && point <= 0xFF;
    constexpr size_t kWordBytes = 45;  // a word has at most 75 characters
    const std::string_view bytes = before.substr(0, before.size() - rest.size());
    if (word.size() + bytes.size() > kWordBytes) words += Cat("=?UTF-8?B?", Base64(std::exchange(word, {})), "?= ");
    word += bytes;
  }
  return fits ? latin : Cat(words, "=?UTF-8?B?", Base64(word), "?=");
}

void Describe(const S3Request& request, const ObjectInfo& info, net::HttpHeaders& headers) {
  headers.Set("ETag", Quoted(info.etag));
  headers.Set("Last-Modified", FormatHttpDate(info.modified_at));
  headers.Set("Accept-Ranges", "bytes");
  headers.Set("Content-Type",
              info.attributes.content_type.empty() ? "application/octet-stream" : info.attributes.content_type);
  for (const auto& [name, value] : info.attributes.headers) {
    if (!name.starts_with("x-amz-")) headers.Set(name, value);
  }
  for (const auto& [name, value] : info.attributes.metadata) headers.Set("x-amz-meta-" + name, HeaderText(value));
  if (const size_t tags = TagsOf(info.attributes).size(); tags > 0)
    headers.Set("x-amz-tagging-count", std::to_string(tags));
  if (request.identity.anonymous) return;
  for (const auto& [parameter, header] : kOverrides) {
    if (request.Has(parameter)) headers.Set(std::string(header), std::string(request.Param(parameter)));
  }
}

// One part of an object: where it lies, and its own checksum.
struct PartChoice {
  net::ByteRange range;
  std::string checksum;
  size_t count = 0;  // of the object's parts; 0: it was not made of parts
};

S3Result<PartChoice> ChoosePart(std::string_view text, const ObjectInfo& info) {
  const auto number = Number(text);
  if (!number || *number < 1 || *number > 10000)
    return S3Fail(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  const std::vector<TablePart> table = PartTableOf(info.attributes);
  if (table.empty() && *number == 1) return PartChoice{{0, info.size}, "", 0};
  uint64_t offset = 0;
  for (const TablePart& part : table) {
    if (part.number == *number) return PartChoice{{offset, part.bytes}, part.checksum, table.size()};
    offset += part.bytes;
  }
  return S3Fail(
      416, "InvalidPartNumber",
      Cat("The requested partnumber is not satisfiable; the object has ", std::max<size_t>(table.size(), 1), " parts"));
}

void SetPartial(Download& download, const net::ByteRange& range, uint64_t size) {
  if (range.length == 0) return;  // there is no first byte to name: the answer is whole
  download.head.status = 206;
  download.head.headers.Set("Content-Range", net::ContentRange(range, size));
}

// Chooses what is sent, by partNumber or Range, and tells its checksum when the client asked for it.
S3Result<net::ByteRange> ChooseBytes(const S3Request& request, const ObjectInfo& info, Download& download) {
  const bool with_checksum = LowerCase(request.headers.Get("x-amz-checksum-mode")) == "enabled";
  const auto checksum = ChecksumOf(info.attributes);
  if (request.Has("partNumber")) {
    if (request.headers.Has("Range"))
      return S3Fail(400, "InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
    auto part = ChoosePart(request.Param("partNumber"), info);
    if (!part) return std::unexpected(std::move(part.error()));
    SetPartial(download, part->range, info.size);
    if (part->count > 0) download.head.headers.Set("x-amz-mp-parts-count", std::to_string(part->count));
    if (with_checksum && checksum && part->count == 0) Tell(*checksum, download.head.headers);
    if (with_checksum && checksum && !part->checksum.empty())
      Tell({checksum->algorithm, checksum->type, part->checksum}, download.head.headers);
    return part->range;
  }
  const auto range = net::ParseByteRange(request.headers.Get("Range"), info.size);
  if (!range) {
    if (with_checksum && checksum) Tell(*checksum, download.head.headers);
    return net::ByteRange{0, info.size};
  }
  if (range->length == 0)
    return S3Fail(416, "InvalidRange",
                  Cat("The requested range is not satisfiable; the object has ", info.size, " bytes"));
  SetPartial(download, *range, info.size);
  return *range;
}

}  // namespace

S3Result<Download> BeginDownload(ObjectStore& store, const S3Request& request) {
  auto reader = store.Open(request.bucket, request.key);
  if (!reader) return std::unexpected(FromError(reader.error()));
  const ObjectInfo& info = (*reader)->Info();
  Download download;
  Describe(request, info, download.head.headers);
  if (const unsigned status = ReadCondition(request.headers, info); status == 412) {
    return PreconditionFailed();
  } else if (status == 304) {
    download.head.status = 304;
    return download;
  }
  const auto range = ChooseBytes(request, info, download);
  if (!range) return std::unexpected(range.error());
  download.offset = range->offset;
  download.length = range->length;
  download.reader = std::move(*reader);
  return download;
}

}  // namespace sandbox::s3
