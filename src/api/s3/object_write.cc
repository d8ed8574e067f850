#include <algorithm>
#include <array>

#include "api/s3/conditions.h"
#include "api/s3/operations.h"
#include "api/s3/tags.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

constexpr std::array<std::string_view, 5> kKeptHeaders = {"Cache-Control", "Content-Disposition", "Content-Encoding",
                                                          "Content-Language", "Expires"};

// "gzip, aws-chunked" is stored as "gzip": the coding of the transfer is gone, and the rest stays as it was written.
std::string WithoutChunked(std::string_view encodings) {
  const auto trimmed = [](std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
  };
  std::string out;
  bool first = true;
  while (!encodings.empty()) {
    const size_t end = std::min(encodings.find(','), encodings.size());
    const std::string_view one = encodings.substr(0, end);
    encodings.remove_prefix(std::min(end + 1, encodings.size()));
    if (trimmed(one).empty() || LowerCase(trimmed(one)) == "aws-chunked") continue;
    out += Cat(first ? "" : ",", one);
    first = false;
  }
  return std::string(trimmed(out));
}

// Before the body is read: what cannot succeed need not be sent. The store asks once more when it publishes.
S3Result<void> AskNow(ObjectStore& store, const S3Request& request, const Precondition& precondition) {
  if (precondition.Empty()) return {};
  auto info = store.Head(request.bucket, request.key);
  if (!info && info.error().reason != "NO_SUCH_KEY") return std::unexpected(FromError(info.error()));
  const Status holds = CheckPrecondition(precondition, info ? &*info : nullptr);
  return holds ? S3Result<void>() : std::unexpected(FromError(holds.error()));
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
    const std::string name = LowerCase(field);
    if (!name.starts_with(kMeta)) continue;
    std::string& kept = attributes.metadata[name.substr(kMeta.size())];
    kept = kept.empty() ? value : Cat(kept, ",", value);
  }
  return attributes;
}

S3Result<std::unique_ptr<ObjectWriter>> BeginPut(ObjectStore& store, const S3Request& request) {
  if (auto allowed = AskNow(store, request, WriteCondition(request.headers)); !allowed)
    return std::unexpected(std::move(allowed.error()));
  ObjectAttributes attributes = AttributesOf(request.headers);
  if (auto tagged = KeepTagsOf(request.headers, attributes); !tagged) return std::unexpected(std::move(tagged.error()));
  auto writer = store.Create(request.bucket, request.key,
                             {.durability = Durability::kSynced, .attributes = std::move(attributes)});
  if (!writer) return std::unexpected(FromError(writer.error()));
  return std::move(*writer);
}

Answer FinishPut(const S3Request& request, ObjectWriter& writer) {
  auto info = writer.Commit(WriteCondition(request.headers));
  if (!info) return std::unexpected(FromError(info.error()));
  net::HttpResponse response = EmptyResponse(200);
  response.headers.Set("ETag", Quoted(info->etag));
  return response;
}

Answer DeleteObject(ObjectStore& store, const S3Request& request) {
  auto precondition = DeleteCondition(DeleteConditionsOf(request.headers));
  if (!precondition) return std::unexpected(std::move(precondition.error()));
  if (auto removed = store.Remove(request.bucket, request.key, *precondition); !removed)
    return std::unexpected(FromError(removed.error()));
  return EmptyResponse(204);
}

Answer DeleteObjects(ObjectStore& store, const S3Request& request, std::string_view body) {
  auto parsed = ParseDelete(body);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  if (!store.HasBucket(request.bucket)) return S3Fail(404, "NoSuchBucket", "The specified bucket does not exist");
  XmlWriter xml("DeleteResult");
  const auto remove = [&](const DeleteEntry& entry) -> S3Result<void> {
    if (!entry.version.empty() && entry.version != "null")
      return S3Fail(400, "NoSuchVersion", "The specified version does not exist.");
    auto precondition = DeleteCondition(entry.conditions);
    if (!precondition) return std::unexpected(std::move(precondition.error()));
    if (auto removed = store.Remove(request.bucket, entry.key, *precondition); !removed)
      return std::unexpected(FromError(removed.error()));
    return {};
  };
  for (const DeleteEntry& entry : parsed->objects) {
    if (auto removed = remove(entry); !removed) {
      const S3Error& error = removed.error();
      xml.Open("Error").Text("Key", entry.key).Text("Code", error.code).Text("Message", error.message).Close();
    } else if (!parsed->quiet) {
      xml.Open("Deleted").Text("Key", entry.key).Close();
    }
  }
  return XmlResponse(xml.Take());
}

}  // namespace sandbox::s3
