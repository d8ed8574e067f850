// Uploads in parts. An upload is an object "<id>/upload" of a hidden bucket: its attributes are those of the object to
// come, its content is bucket, line end, key. A part is "<id>/<number>". Nothing is kept in memory, so uploads outlive
// a restart.

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "api/s3/digest.h"
#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

constexpr uint32_t kPartsMax = 10000;
constexpr size_t kRecordMax = 4096;

std::string RecordKey(std::string_view id) { return Cat(id, "/upload"); }

std::string PartKey(std::string_view id, uint32_t number) {
  char text[8];
  std::snprintf(text, sizeof text, "%05u", number);
  return Cat(id, "/", text);
}

std::unexpected<S3Error> NoSuchUpload() {
  return S3Fail(404, "NoSuchUpload",
                "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have "
                "been aborted or completed.");
}

// The upload that the request names, when it belongs to the request's key.
S3Result<ObjectInfo> FindUpload(ObjectStore& store, const S3Request& request) {
  const std::string key = RecordKey(request.Param("uploadId"));
  auto content = store.Get(kUploadsBucket, key, kRecordMax);
  auto info = store.Head(kUploadsBucket, key);
  if (!content || !info || *content != Cat(request.bucket, "\n", request.key)) return NoSuchUpload();
  return std::move(*info);
}

S3Result<uint32_t> PartNumber(const S3Request& request) {
  const std::string_view text = request.Param("partNumber");
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > kPartsMax) {
    return S3Fail(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  }
  return number;
}

S3Result<std::vector<ObjectInfo>> PartsOf(ObjectStore& store, std::string_view id) {
  auto listing = store.List(kUploadsBucket, Cat(id, "/"), "", "", kPartsMax + 1);
  if (!listing) return std::unexpected(FromError(listing.error()));
  std::erase_if(listing->objects, [&](const ObjectInfo& part) { return part.key == RecordKey(id); });
  return std::move(listing->objects);
}

void RemoveUpload(ObjectStore& store, std::string_view id) {
  // The record last: what a crash leaves can still be aborted.
  if (auto parts = PartsOf(store, id)) {
    for (const ObjectInfo& part : *parts) (void)store.Remove(kUploadsBucket, part.key);
  }
  (void)store.Remove(kUploadsBucket, RecordKey(id));
}

uint32_t NumberOf(const ObjectInfo& part) {
  const size_t slash = part.key.rfind('/');
  uint32_t number = 0;
  std::from_chars(part.key.data() + slash + 1, part.key.data() + part.key.size(), number);
  return number;
}

}  // namespace

Answer CreateUpload(ObjectStore& store, const S3Request& request) {
  if (!store.HasBucket(request.bucket)) return S3Fail(404, "NoSuchBucket", "The specified bucket does not exist");
  if (request.key.size() > 1024) return S3Fail(400, "KeyTooLongError", "Your key is too long");
  if (auto made = store.CreateBucket(kUploadsBucket); !made) return std::unexpected(FromError(made.error()));
  const std::string id = RandomHex(16);
  auto writer = store.Create(kUploadsBucket, RecordKey(id), AttributesOf(request.headers), Durability::kCached);
  if (!writer) return std::unexpected(FromError(writer.error()));
  auto written = (*writer)->Append(Cat(request.bucket, "\n", request.key));
  if (!written) return std::unexpected(FromError(written.error()));
  if (auto done = (*writer)->Commit(); !done) return std::unexpected(FromError(done.error()));
  XmlWriter xml("InitiateMultipartUploadResult");
  return XmlResponse(xml.Text("Bucket", request.bucket).Text("Key", request.key).Text("UploadId", id).Take());
}

S3Result<std::unique_ptr<ObjectWriter>> BeginPart(ObjectStore& store, const S3Request& request) {
  auto upload = FindUpload(store, request);
  if (!upload) return std::unexpected(std::move(upload.error()));
  auto number = PartNumber(request);
  if (!number) return std::unexpected(std::move(number.error()));
  auto writer = store.Create(kUploadsBucket, PartKey(request.Param("uploadId"), *number), {}, Durability::kCached);
  if (!writer) return std::unexpected(FromError(writer.error()));
  return std::move(*writer);
}

Answer FinishPart(ObjectWriter& writer) {
  auto info = writer.Commit();
  if (!info) return std::unexpected(FromError(info.error()));
  net::HttpResponse response = EmptyResponse(200);
  response.headers.Set("ETag", Quoted(info->etag));
  return response;
}

Answer CopyPart(ObjectStore& store, const S3Request& request) {
  auto source = OpenCopySource(store, request);
  if (!source) return std::unexpected(std::move(source.error()));
  auto writer = BeginPart(store, request);
  if (!writer) return std::unexpected(std::move(writer.error()));
  // Read through the process: the part needs its own MD5.
  constexpr size_t kPiece = 1024 * 1024;
  for (uint64_t done = 0; done < source->length;) {
    auto bytes = source->reader->ReadAt(source->offset + done,
                                        static_cast<size_t>(std::min<uint64_t>(kPiece, source->length - done)));
    if (bytes && bytes->empty()) return S3Fail(500, "InternalError", "the source is too short");
    auto written = bytes ? (*writer)->Append(*bytes) : Status(std::unexpected(std::move(bytes.error())));
    if (!written) return std::unexpected(FromError(written.error()));
    done += bytes->size();
  }
  auto info = (*writer)->Commit();
  if (!info) return std::unexpected(FromError(info.error()));
  return XmlResponse(XmlWriter("CopyPartResult")
                         .Text("LastModified", FormatXmlDate(info->modified_at))
                         .Text("ETag", Quoted(info->etag))
                         .Take());
}

Answer CompleteUpload(ObjectStore& store, const S3Request& request, std::string_view body) {
  auto upload = FindUpload(store, request);
  if (!upload) return std::unexpected(std::move(upload.error()));
  auto parts = ParseComplete(body);
  if (!parts) return std::unexpected(std::move(parts.error()));
  if (auto allowed = CheckWriteConditions(store, request); !allowed) return std::unexpected(std::move(allowed.error()));
  auto writer = store.Create(request.bucket, request.key, upload->attributes, Durability::kSynced);
  if (!writer) return std::unexpected(FromError(writer.error()));
  const std::string_view id = request.Param("uploadId");
  std::string digests;
  uint32_t previous = 0;
  for (const PartReference& part : *parts) {
    if (part.number <= previous)
      return S3Fail(400, "InvalidPartOrder",
                    "The list of parts was not in ascending order. Parts must be ordered by part number.");
    previous = part.number;
    auto reader = store.Open(kUploadsBucket, PartKey(id, part.number));
    if (!reader || (*reader)->Info().etag != part.etag) {
      return S3Fail(400, "InvalidPart",
                    "One or more of the specified parts could not be found.  The part may not have been uploaded, or "
                    "the specified entity tag may not match "
                    "the part's entity tag.");
    }
    if (auto copied = (*writer)->AppendObject(**reader, 0, (*reader)->Info().size); !copied)
      return std::unexpected(FromError(copied.error()));
    digests += FromHex(part.etag).value_or("");
  }
  (*writer)->SetEtag(Cat(Hex(DigestOf(Hash::kMd5, digests)), "-", parts->size()));
  auto info = (*writer)->Commit();
  if (!info) return std::unexpected(FromError(info.error()));
  RemoveUpload(store, id);
  XmlWriter xml("CompleteMultipartUploadResult");
  xml.Text("Location", Cat("/", request.bucket, "/", PercentEncode(request.key, true))).Text("Bucket", request.bucket);
  return XmlResponse(xml.Text("Key", request.key).Text("ETag", Quoted(info->etag)).Take());
}

Answer AbortUpload(ObjectStore& store, const S3Request& request) {
  if (auto upload = FindUpload(store, request); !upload) return std::unexpected(std::move(upload.error()));
  RemoveUpload(store, request.Param("uploadId"));
  return EmptyResponse(204);
}

Answer ListParts(ObjectStore& store, const S3Request& request) {
  if (auto upload = FindUpload(store, request); !upload) return std::unexpected(std::move(upload.error()));
  auto parts = PartsOf(store, request.Param("uploadId"));
  if (!parts) return std::unexpected(std::move(parts.error()));
  uint32_t after = 0, max = 1000;
  const std::string_view marker = request.Param("part-number-marker"), max_text = request.Param("max-parts");
  std::from_chars(marker.data(), marker.data() + marker.size(), after);
  std::from_chars(max_text.data(), max_text.data() + max_text.size(), max);
  max = std::min<uint32_t>(max, 1000);
  std::erase_if(*parts, [&](const ObjectInfo& part) { return NumberOf(part) <= after; });
  const bool truncated = parts->size() > max;
  if (truncated) parts->resize(max);
  XmlWriter xml("ListPartsResult");
  xml.Text("Bucket", request.bucket).Text("Key", request.key).Text("UploadId", request.Param("uploadId"));
  xml.Number("PartNumberMarker", after)
      .Number("NextPartNumberMarker", parts->empty() ? after : NumberOf(parts->back()));
  xml.Number("MaxParts", max).Flag("IsTruncated", truncated).Text("StorageClass", "STANDARD");
  for (const ObjectInfo& part : *parts) {
    xml.Open("Part").Number("PartNumber", NumberOf(part)).Text("LastModified", FormatXmlDate(part.modified_at));
    xml.Text("ETag", Quoted(part.etag)).Number("Size", part.size).Close();
  }
  return XmlResponse(xml.Take());
}

Answer ListUploads(ObjectStore& store, const S3Request& request) {
  if (!store.HasBucket(request.bucket)) return S3Fail(404, "NoSuchBucket", "The specified bucket does not exist");
  std::vector<std::tuple<std::string, std::string, Instant>> found;  // key, id, begin
  auto listing = store.List(kUploadsBucket, "", "/", "", 100000);
  for (const std::string& group : listing ? listing->common_prefixes : std::vector<std::string>()) {
    const std::string id = group.substr(0, group.size() - 1);
    auto content = store.Get(kUploadsBucket, RecordKey(id), kRecordMax);
    auto info = store.Head(kUploadsBucket, RecordKey(id));
    if (!content || !info || !content->starts_with(Cat(request.bucket, "\n"))) continue;
    std::string key = content->substr(request.bucket.size() + 1);
    if (key.starts_with(request.Param("prefix"))) found.emplace_back(std::move(key), id, info->modified_at);
  }
  std::sort(found.begin(), found.end());
  XmlWriter xml("ListMultipartUploadsResult");
  xml.Text("Bucket", request.bucket)
      .Text("KeyMarker", "")
      .Text("UploadIdMarker", "")
      .Number("MaxUploads", 1000)
      .Flag("IsTruncated", false);
  const bool encode = request.Param("encoding-type") == "url";
  if (encode) xml.Text("EncodingType", "url");
  for (const auto& [key, id, begin] : found) {
    xml.Open("Upload").Text("Key", encode ? PercentEncode(key, true) : key).Text("UploadId", id);
    xml.Text("StorageClass", "STANDARD").Text("Initiated", FormatXmlDate(begin)).Close();
  }
  return XmlResponse(xml.Take());
}

size_t ExpireUploads(ObjectStore& store, Instant before) {
  constexpr size_t kPage = 1000;
  size_t removed = 0;
  std::string after;
  for (bool more = true; more;) {
    auto page = store.List(kUploadsBucket, "", "/", after, kPage);
    if (!page) break;  // no upload was ever made
    for (const std::string& group : page->common_prefixes) {
      const std::string id = group.substr(0, group.size() - 1);
      const auto record = store.Head(kUploadsBucket, RecordKey(id));
      const auto parts = PartsOf(store, id);
      if (!parts || (record && record->modified_at >= before)) continue;
      if (std::ranges::any_of(*parts, [&](const ObjectInfo& part) { return part.modified_at >= before; })) continue;
      RemoveUpload(store, id);
      ++removed;
    }
    more = page->truncated;
    after = page->last;
  }
  return removed;
}

}  // namespace sandbox::s3
