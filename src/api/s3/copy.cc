#include <algorithm>
#include <charconv>

#include "api/s3/checksum.h"
#include "api/s3/conditions.h"
#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/part_table.h"
#include "api/s3/tags.h"
#include "api/s3/xml.h"
#include "net/byte_range.h"

namespace sandbox::s3 {
namespace {

std::unexpected<S3Error> InvalidArgument(std::string message) {
  return S3Fail(400, "InvalidArgument", std::move(message));
}

struct SourceName {
  std::string bucket;
  std::string key;
};

// "bucket/key" or "/bucket/key", percent-encoded, perhaps with the version "null".
S3Result<SourceName> SourceOf(std::string_view text) {
  constexpr std::string_view kVersion = "?versionId=";
  const auto none = [] {
    return InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  };
  if (const size_t question = text.find(kVersion); question != std::string_view::npos) {
    if (text.substr(question + kVersion.size()) != "null") return InvalidArgument("Invalid version id specified");
    text = text.substr(0, question);
  }
  auto decoded = PercentDecode(text);
  if (!decoded || !IsUtf8(*decoded)) return none();
  std::string_view path = *decoded;
  if (path.starts_with('/')) path.remove_prefix(1);
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos || slash + 1 == path.size() || IsHiddenBucket(path)) return none();
  return SourceName{std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

// "bytes=first-last", both of them and inside the object: unlike a GET's range, this one is never cut.
S3Result<net::ByteRange> SourceRange(std::string_view text, uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const auto malformed = [] {
    return InvalidArgument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
        "zero-based offsets of the first and last bytes to copy");
  };
  if (!text.starts_with(kUnit)) return malformed();
  uint64_t first = 0, last = 0;
  const char* end = text.data() + text.size();
  const auto begin = std::from_chars(text.data() + kUnit.size(), end, first);
  if (begin.ec != std::errc() || begin.ptr == end || *begin.ptr != '-') return malformed();
  const auto stop = std::from_chars(begin.ptr + 1, end, last);
  if (stop.ec != std::errc() || stop.ptr != end || last < first) return malformed();
  if (last >= size)
    return S3Fail(416, "InvalidRange", Cat("Range specified is not valid for source object of size: ", size));
  return net::ByteRange{first, last - first + 1};
}

enum class Directive { kCopy, kReplace };

S3Result<Directive> DirectiveOf(const net::HttpHeaders& headers, std::string_view name) {
  const std::string_view text = headers.Get(name);
  if (text.empty() || text == "COPY") return Directive::kCopy;
  if (text == "REPLACE") return Directive::kReplace;
  return InvalidArgument(Cat("Unknown value of ", name, ": ", text, ". It is COPY or REPLACE"));
}

// Something beside the bytes that a copy onto itself may be for.
bool ChangesSomething(const net::HttpHeaders& headers) {
  for (const char* name : {"x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-server-side-encryption",
                           "x-amz-checksum-algorithm"}) {
    if (headers.Has(name)) return true;
  }
  return false;
}

// The attributes of the copy: those of the source, or of the request where it says so. What belongs to the bytes
// (checksum, parts) comes along.
S3Result<ObjectAttributes> CopiedAttributes(const S3Request& request, const ObjectAttributes& source, bool same) {
  const auto metadata = DirectiveOf(request.headers, "x-amz-metadata-directive");
  const auto tags = DirectiveOf(request.headers, "x-amz-tagging-directive");
  if (!metadata) return std::unexpected(metadata.error());
  if (!tags) return std::unexpected(tags.error());
  if (same && metadata == Directive::kCopy && tags == Directive::kCopy && !ChangesSomething(request.headers)) {
    return S3Fail(400, "InvalidRequest",
                  "This copy request is illegal because it is trying to copy an object to itself without changing the "
                  "object's metadata, storage class, website redirect location or encryption attributes.");
  }
  ObjectAttributes attributes = source;
  if (metadata == Directive::kReplace) {
    attributes = AttributesOf(request.headers);
    for (const auto& [name, value] : source.headers) {
      if (name.starts_with("x-amz-")) attributes.headers[name] = value;
    }
  }
  if (tags == Directive::kReplace) {
    attributes.headers.erase(std::string(kTagsHeader));
    if (auto kept = KeepTagsOf(request.headers, attributes); !kept) return std::unexpected(std::move(kept.error()));
  }
  return attributes;
}

// The checksum of all bytes, by reading them.
Result<Checksum> Sum(const ObjectReader& reader, const ChecksumAlgorithm& algorithm) {
  constexpr size_t kPiece = 1024 * 1024;
  Digest digest(algorithm.hash);
  for (uint64_t offset = 0; offset < reader.Info().size;) {
    auto bytes = reader.ReadAt(offset, kPiece);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    if (bytes->empty()) return Fail(Code::kDataLoss, "OBJECT_DAMAGED", "the source is too short");
    digest.Update(*bytes);
    offset += bytes->size();
  }
  return Checksum{&algorithm, ChecksumType::kFullObject, Base64(digest.Final())};
}

// The checksum that the request wants of the copy; nullopt when that of the source will do.
S3Result<std::optional<Checksum>> WantedChecksum(const S3Request& request, const ObjectReader& reader) {
  const auto plan = PlanOf(request.headers.Get("x-amz-checksum-algorithm"), "");
  if (!plan) return std::unexpected(plan.error());
  const auto kept = ChecksumOf(reader.Info().attributes);
  if (plan->algorithm == nullptr) return std::nullopt;
  if (kept && kept->algorithm == plan->algorithm && kept->type == ChecksumType::kFullObject) return std::nullopt;
  auto sum = Sum(reader, *plan->algorithm);
  if (!sum) return std::unexpected(FromError(sum.error()));
  return std::move(*sum);
}

}  // namespace

S3Result<CopySource> OpenCopySource(ObjectStore& store, const S3Request& request) {
  auto name = SourceOf(request.headers.Get("x-amz-copy-source"));
  if (!name) return std::unexpected(std::move(name.error()));
  auto reader = store.Open(name->bucket, name->key);
  if (!reader) return std::unexpected(FromError(reader.error()));
  const ObjectInfo& info = (*reader)->Info();
  if (auto allowed = CheckCopySource(request.headers, info); !allowed)
    return std::unexpected(std::move(allowed.error()));
  net::ByteRange range{0, info.size};
  if (request.headers.Has("x-amz-copy-source-range")) {
    auto chosen = SourceRange(request.headers.Get("x-amz-copy-source-range"), info.size);
    if (!chosen) return std::unexpected(std::move(chosen.error()));
    range = *chosen;
  }
  return CopySource{std::move(*reader), range.offset, range.length};
}

Answer CopyObject(ObjectStore& store, const S3Request& request) {
  auto source = OpenCopySource(store, request);
  if (!source) return std::unexpected(std::move(source.error()));
  const ObjectInfo& info = source->reader->Info();
  const auto name = SourceOf(request.headers.Get("x-amz-copy-source"));
  const bool same = name->bucket == request.bucket && name->key == request.key;
  auto attributes = CopiedAttributes(request, info.attributes, same);
  if (!attributes) return std::unexpected(std::move(attributes.error()));
  const auto wanted = WantedChecksum(request, *source->reader);
  if (!wanted) return std::unexpected(wanted.error());
  if (*wanted) {
    for (const ChecksumAlgorithm& algorithm : ChecksumAlgorithms())
      attributes->headers.erase(std::string(algorithm.header));
    // The table keeps the sizes of the parts, and drops checksums of another algorithm.
    std::vector<TablePart> table = PartTableOf(*attributes);
    for (TablePart& part : table) part.checksum.clear();
    if (!table.empty()) attributes->headers[std::string(kPartTableHeader)] = FormatPartTable(table);
  }
  auto writer = store.Create(request.bucket, request.key, {Durability::kSynced, ObjectDigest::kNone, *attributes});
  if (!writer) return std::unexpected(FromError(writer.error()));
  if (auto copied = (*writer)->CopyRange(*source->reader, 0, info.size); !copied)
    return std::unexpected(FromError(copied.error()));
  (*writer)->SetEtag(info.etag);
  if (*wanted) Keep(**wanted, **writer);
  auto done = (*writer)->Commit(WriteCondition(request.headers));
  if (!done) return std::unexpected(FromError(done.error()));
  XmlWriter xml("CopyObjectResult");
  xml.Text("LastModified", FormatXmlDate(done->modified_at)).Text("ETag", Quoted(done->etag));
  if (const auto checksum = ChecksumOf(done->attributes)) {
    xml.Text(checksum->algorithm->element, checksum->value).Text("ChecksumType", NameOf(checksum->type));
  }
  return XmlResponse(xml.Take());
}

}  // namespace sandbox::s3
