#include <algorithm>
#include <array>

#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/range.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

constexpr std::array<std::string_view, 5> kKeptHeaders = {"Cache-Control", "Content-Disposition", "Content-Encoding",
                                                          "Content-Language", "Expires"};

// "gzip,aws-chunked" is stored as "gzip": the coding of the transfer is gone.
std::string WithoutChunked(std::string_view encodings) {
  std::string out;
  while (!encodings.empty()) {
    const size_t end = std::min(encodings.find(','), encodings.size());
    std::string_view one = encodings.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one != "aws-chunked" && !one.empty()) out += Cat(out.empty() ? "" : ",", one);
    encodings.remove_prefix(std::min(end + 1, encodings.size()));
  }
  return out;
}

std::unexpected<S3Error> PreconditionFailed() {
  return S3Fail(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
}

}  // namespace

ObjectAttributes AttributesOf(const net::HttpHeaders& headers) {
  ObjectAttributes attributes;
  attributes.content_type = headers.Get("Content-Type");
  for (std::string_view name : kKeptHeaders) {
    std::string value(headers.Get(name));
    if (name == "Content-Encoding") value = WithoutChunked(value);
    if (!value.empty()) attributes.headers[std::string(name)] = std::move(value);
  }
  constexpr std::string_view kMeta = "x-amz-meta-";
  for (const auto& [field, value] : headers.fields) {
    const std::string name = Lower(field);
    if (!name.starts_with(kMeta)) continue;
    std::string& kept = attributes.metadata[name.substr(kMeta.size())];
    kept = kept.empty() ? value : Cat(kept, ",", value);
  }
  return attributes;
}

S3Result<void> CheckWriteConditions(ObjectStore& store, const S3Request& request) {
  const std::string_view match = request.headers.Get("If-Match"), none = request.headers.Get("If-None-Match");
  if (match.empty() && none.empty()) return {};
  auto info = store.Head(request.bucket, request.key);
  if (!info && info.error().reason != "NO_SUCH_KEY") return std::unexpected(FromError(info.error()));
  if (!match.empty() && !info) return S3Fail(404, "NoSuchKey", "The specified key does not exist.");
  if (!match.empty() && match != "*" && WithoutQuotes(match) != info->etag) return PreconditionFailed();
  if (!none.empty() && info && (none == "*" || WithoutQuotes(none) == info->etag)) return PreconditionFailed();
  return {};
}

S3Result<std::unique_ptr<ObjectWriter>> BeginPut(ObjectStore& store, const S3Request& request) {
  if (auto allowed = CheckWriteConditions(store, request); !allowed) return std::unexpected(std::move(allowed.error()));
  ObjectAttributes attributes = AttributesOf(request.headers);
  for (const auto& [field, value] : request.headers.fields) {
    // Compared with the body before the object is published.
    const std::string name = Lower(field);
    if (name.starts_with("x-amz-checksum-") && name != "x-amz-checksum-algorithm" && name != "x-amz-checksum-type")
      attributes.headers[name] = value;
  }
  auto writer = store.Create(request.bucket, request.key, std::move(attributes), Durability::kSynced);
  if (!writer) return std::unexpected(FromError(writer.error()));
  return std::move(*writer);
}

Answer FinishPut(ObjectStore& store, const S3Request& request, ObjectWriter& writer) {
  if (auto allowed = CheckWriteConditions(store, request); !allowed) return std::unexpected(std::move(allowed.error()));
  auto info = writer.Commit();
  if (!info) return std::unexpected(FromError(info.error()));
  net::HttpResponse response = EmptyResponse(200);
  response.headers.Set("ETag", Quoted(info->etag));
  return response;
}

S3Result<CopySource> OpenCopySource(ObjectStore& store, const S3Request& request) {
  std::string_view text = request.headers.Get("x-amz-copy-source");
  text = text.substr(0, text.find('?'));
  auto decoded = PercentDecode(text, false);
  const auto invalid = [](std::string message) { return S3Fail(400, "InvalidArgument", std::move(message)); };
  if (!decoded) return invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  std::string_view path = *decoded;
  if (path.starts_with('/')) path.remove_prefix(1);
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos || slash + 1 == path.size() || path.starts_with('.')) {
    return invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  auto reader = store.Open(path.substr(0, slash), path.substr(slash + 1));
  if (!reader) return std::unexpected(FromError(reader.error()));
  const ObjectInfo& info = (*reader)->Info();
  const std::string_view match = request.headers.Get("x-amz-copy-source-if-match"),
                         none = request.headers.Get("x-amz-copy-source-if-none-match");
  if (!match.empty() && WithoutQuotes(match) != info.etag) return PreconditionFailed();
  if (!none.empty() && WithoutQuotes(none) == info.etag) return PreconditionFailed();
  ByteRange range{0, info.size};
  if (request.headers.Has("x-amz-copy-source-range") &&
      ParseRange(request.headers.Get("x-amz-copy-source-range"), info.size, &range) != RangeKind::kPart) {
    return S3Fail(416, "InvalidRange", "The requested range is not satisfiable");
  }
  return CopySource{std::move(*reader), range.offset, range.length};
}

Answer CopyObject(ObjectStore& store, const S3Request& request) {
  auto source = OpenCopySource(store, request);
  if (!source) return std::unexpected(std::move(source.error()));
  const ObjectInfo& info = source->reader->Info();
  ObjectAttributes attributes = info.attributes;
  if (request.headers.Get("x-amz-metadata-directive") == "REPLACE") attributes = AttributesOf(request.headers);
  auto writer = store.Create(request.bucket, request.key, std::move(attributes), Durability::kSynced);
  if (!writer) return std::unexpected(FromError(writer.error()));
  if (auto copied = (*writer)->AppendObject(*source->reader, 0, info.size); !copied)
    return std::unexpected(FromError(copied.error()));
  (*writer)->SetEtag(info.etag);
  auto done = (*writer)->Commit();
  if (!done) return std::unexpected(FromError(done.error()));
  return XmlResponse(XmlWriter("CopyObjectResult")
                         .Text("LastModified", FormatXmlDate(done->modified_at))
                         .Text("ETag", Quoted(done->etag))
                         .Take());
}

Answer DeleteObject(ObjectStore& store, const S3Request& request) {
  if (auto removed = store.Remove(request.bucket, request.key); !removed)
    return std::unexpected(FromError(removed.error()));
  return EmptyResponse(204);
}

Answer DeleteObjects(ObjectStore& store, const S3Request& request, std::string_view body) {
  auto parsed = ParseDelete(body);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  if (!store.HasBucket(request.bucket)) return S3Fail(404, "NoSuchBucket", "The specified bucket does not exist");
  XmlWriter xml("DeleteResult");
  for (const std::string& key : parsed->keys) {
    auto removed = store.Remove(request.bucket, key);
    if (!removed) {
      const S3Error error = FromError(removed.error());
      xml.Open("Error").Text("Key", key).Text("Code", error.code).Text("Message", error.message).Close();
    } else if (!parsed->quiet) {
      xml.Open("Deleted").Text("Key", key).Close();
    }
  }
  return XmlResponse(xml.Take());
}

}  // namespace sandbox::s3
