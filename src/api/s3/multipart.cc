#include "api/s3/multipart.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "api/s3/http_date.h"
#include "api/s3/tags.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

constexpr size_t kRecordMax = 4096;
// Sendings of one part that overlap: far above what a client does at a time.
constexpr size_t kSendingsMax = 1000;
constexpr const char* kAlgorithmHeader = "x-amz-checksum-algorithm";

std::string RecordKey(std::string_view id) { return Cat(id, "/upload"); }

std::string PartPrefix(std::string_view id, uint32_t number) {
  char text[8];
  std::snprintf(text, sizeof text, "%05u", number);
  return Cat(id, "/", text);
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

// 0 for what is no part.
uint32_t NumberOf(std::string_view key) {
  const size_t slash = key.rfind('/');
  uint32_t number = 0;
  std::from_chars(key.data() + slash + 1, key.data() + key.size(), number);
  return number;
}

Status CopyBytes(const CopySource& source, ObjectWriter& writer, Digest* digest) {
  constexpr size_t kPiece = 1024 * 1024;
  for (uint64_t done = 0; done < source.length;) {
    auto bytes = source.reader->ReadAt(source.offset + done,
                                       static_cast<size_t>(std::min<uint64_t>(kPiece, source.length - done)));
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    if (bytes->empty()) return Fail(Code::kDataLoss, "OBJECT_DAMAGED", "the source is too short");
    if (digest != nullptr) digest->Update(*bytes);
    if (auto written = writer.Append(*bytes); !written) return written;
    done += bytes->size();
  }
  return {};
}

}  // namespace

std::unexpected<S3Error> NoSuchUpload() {
  return S3Fail(404, "NoSuchUpload",
                "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have "
                "been aborted or completed.");
}

std::string RecordContent(const S3Request& request) { return Cat(request.bucket, "\n", request.key); }

bool IsRecordOf(ObjectStore& store, std::string_view bucket, std::string_view key, const S3Request& request) {
  const auto content = store.Get(bucket, key, kRecordMax);
  return content && *content == RecordContent(request);
}

S3Result<MultipartUpload> FindUpload(ObjectStore& store, const S3Request& request) {
  const std::string key = RecordKey(request.Param("uploadId"));
  auto info = store.Head(kUploadsBucket, key);
  if (!info || !IsRecordOf(store, kUploadsBucket, key, request)) return NoSuchUpload();
  MultipartUpload upload{std::move(info->attributes), {}, info->modified_at};
  const auto take = [&](const char* name) {
    auto node = upload.attributes.headers.extract(name);
    return node ? node.mapped() : std::string();
  };
  const std::string algorithm = take(kAlgorithmHeader), type = take(kChecksumTypeHeader);
  if (auto plan = PlanOf(algorithm, type)) upload.checksum = *plan;
  return upload;
}

S3Result<std::map<uint32_t, std::vector<ObjectInfo>>> PartsOf(ObjectStore& store, std::string_view id) {
  std::map<uint32_t, std::vector<ObjectInfo>> parts;
  std::string after;
  for (bool more = true; more;) {
    auto page = store.List(kUploadsBucket, Cat(id, "/"), "", after, kPartsMax);
    if (!page) return std::unexpected(FromError(page.error()));
    for (ObjectInfo& info : page->objects) {
      if (const uint32_t number = NumberOf(info.key)) parts[number].push_back(std::move(info));
    }
    more = page->truncated;
    after = page->last;
  }
  for (auto& [number, sendings] : parts) std::ranges::sort(sendings, {}, &ObjectInfo::modified_at);
  return parts;
}

void RemoveUpload(ObjectStore& store, std::string_view id) {
  // The record last: what a crash leaves can still be aborted.
  if (auto parts = PartsOf(store, id)) {
    for (const auto& [number, sendings] : *parts) {
      for (const ObjectInfo& sending : sendings) (void)store.Remove(kUploadsBucket, sending.key);
    }
  }
  (void)store.Remove(kUploadsBucket, RecordKey(id));
}

Answer CreateUpload(ObjectStore& store, const S3Request& request) {
  if (!store.HasBucket(request.bucket)) return S3Fail(404, "NoSuchBucket", "The specified bucket does not exist");
  if (request.key.size() > 1024) return S3Fail(400, "KeyTooLongError", "Your key is too long");
  const auto plan = PlanOf(request.headers.Get(kAlgorithmHeader), request.headers.Get(kChecksumTypeHeader));
  if (!plan) return std::unexpected(plan.error());
  ObjectAttributes attributes = AttributesOf(request.headers);
  if (auto tagged = KeepTagsOf(request.headers, attributes); !tagged) return std::unexpected(std::move(tagged.error()));
  if (plan->algorithm != nullptr) {
    attributes.headers[kAlgorithmHeader] = plan->algorithm->name;
    attributes.headers[kChecksumTypeHeader] = NameOf(plan->type);
  }
  if (auto made = store.CreateBucket(kUploadsBucket); !made) return std::unexpected(FromError(made.error()));
  const std::string id = RandomHex(16);
  auto writer = store.Create(kUploadsBucket, RecordKey(id),
                             {.durability = Durability::kSynced, .attributes = std::move(attributes)});
  if (!writer) return std::unexpected(FromError(writer.error()));
  if (auto written = (*writer)->Append(RecordContent(request)); !written)
    return std::unexpected(FromError(written.error()));
  if (auto done = (*writer)->Commit(); !done) return std::unexpected(FromError(done.error()));
  XmlWriter xml("InitiateMultipartUploadResult");
  net::HttpResponse response =
      XmlResponse(xml.Text("Bucket", request.bucket).Text("Key", request.key).Text("UploadId", id).Take());
  if (plan->algorithm != nullptr) {
    response.headers.Set(kAlgorithmHeader, std::string(plan->algorithm->name));
    response.headers.Set(kChecksumTypeHeader, std::string(NameOf(plan->type)));
  }
  return response;
}

S3Result<PartWriter> BeginPart(ObjectStore& store, const S3Request& request) {
  auto upload = FindUpload(store, request);
  if (!upload) return std::unexpected(std::move(upload.error()));
  auto number = PartNumber(request);
  if (!number) return std::unexpected(std::move(number.error()));
  const std::string prefix = PartPrefix(request.Param("uploadId"), *number);
  auto earlier = store.List(kUploadsBucket, prefix, "", "", kSendingsMax);
  if (!earlier) return std::unexpected(FromError(earlier.error()));
  auto writer = store.Create(kUploadsBucket, Cat(prefix, "-", RandomHex(8)), {Durability::kSynced});
  if (!writer) return std::unexpected(FromError(writer.error()));
  PartWriter part{std::move(*writer), {}, upload->checksum.algorithm};
  for (ObjectInfo& info : earlier->objects) part.replaced.push_back(std::move(info.key));
  return part;
}

Answer FinishPart(ObjectStore& store, const S3Request& request, ObjectWriter& writer,
                  const std::vector<std::string>& replaced) {
  auto info = writer.Commit();
  if (!info) return std::unexpected(FromError(info.error()));
  for (const std::string& key : replaced) (void)store.Remove(kUploadsBucket, key);
  if (!FindUpload(store, request)) {
    // Aborted or completed meanwhile: nobody else would remove the part.
    (void)store.Remove(kUploadsBucket, info->key);
    return NoSuchUpload();
  }
  net::HttpResponse response = EmptyResponse(200);
  response.headers.Set("ETag", Quoted(info->etag));
  return response;
}

Answer CopyPart(ObjectStore& store, const S3Request& request) {
  auto source = OpenCopySource(store, request);
  if (!source) return std::unexpected(std::move(source.error()));
  auto part = BeginPart(store, request);
  if (!part) return std::unexpected(std::move(part.error()));
  // Read through the process: the part needs its own MD5, and its checksum.
  std::optional<Digest> digest;
  if (part->algorithm != nullptr) digest.emplace(part->algorithm->hash);
  if (auto copied = CopyBytes(*source, *part->writer, digest ? &*digest : nullptr); !copied)
    return std::unexpected(FromError(copied.error()));
  std::optional<Checksum> checksum;
  if (digest) {
    checksum = Checksum{part->algorithm, ChecksumType::kFullObject, Base64(digest->Final())};
    Keep(*checksum, *part->writer);
  }
  auto done = FinishPart(store, request, *part->writer, part->replaced);
  if (!done) return done;
  XmlWriter xml("CopyPartResult");
  xml.Text("LastModified", FormatXmlDate(request.now)).Text("ETag", done->headers.Get("ETag"));
  if (checksum) xml.Text(checksum->algorithm->element, checksum->value);
  return XmlResponse(xml.Take());
}

Answer AbortUpload(ObjectStore& store, const S3Request& request) {
  if (auto upload = FindUpload(store, request); !upload) return std::unexpected(std::move(upload.error()));
  RemoveUpload(store, request.Param("uploadId"));
  return EmptyResponse(204);
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
      const bool alive =
          std::ranges::any_of(*parts, [&](const auto& part) { return part.second.back().modified_at >= before; });
      if (alive) continue;
      RemoveUpload(store, id);
      ++removed;
    }
    more = page->truncated;
    after = page->last;
  }
  if (auto completed = store.List(kCompletedBucket, "", "", "", 2 * kCompletedMax)) {
    for (const ObjectInfo& info : completed->objects) {
      if (info.modified_at < before) (void)store.Remove(kCompletedBucket, info.key);
    }
  }
  return removed;
}

}  // namespace sandbox::s3
