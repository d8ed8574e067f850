#include "api/s3/operations.h"
#include "api/s3/settings.h"
#include "api/s3/tags.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {
namespace {

std::unexpected<S3Error> NotAllowed() {
  return S3Fail(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
}

Answer Done(const Status& status, unsigned code) {
  if (!status) return std::unexpected(FromError(status.error()));
  return EmptyResponse(code);
}

// The object again with other tags: its bytes, entity tag and time stay.
Status SetTags(ObjectStore& store, const S3Request& request, const Tags& tags) {
  auto reader = store.Open(request.bucket, request.key);
  if (!reader) return std::unexpected(std::move(reader.error()));
  const ObjectInfo& info = (*reader)->Info();
  ObjectAttributes attributes = info.attributes;
  attributes.headers.erase(std::string(kTagsHeader));
  if (!tags.empty()) attributes.headers[std::string(kTagsHeader)] = EncodeTags(tags);
  auto writer =
      store.Create(request.bucket, request.key, {Durability::kSynced, ObjectDigest::kNone, std::move(attributes)});
  if (!writer) return std::unexpected(std::move(writer.error()));
  if (auto copied = (*writer)->CopyRange(**reader, 0, info.size); !copied) return copied;
  (*writer)->SetEtag(info.etag);
  (*writer)->SetModifiedAt(info.modified_at);
  // Another write may come between: its bytes must not go.
  const auto done = (*writer)->Commit({.match = EtagSet{.etags = {info.etag}},
                                       .modified_from = info.modified_at,
                                       .modified_before = info.modified_at + Duration(1)});
  if (done) return {};
  const Error& error = done.error();
  if (error.reason == "PRECONDITION_FAILED" || error.reason == "NO_SUCH_KEY")
    return Fail(Code::kAborted, "CONFLICT", "the object was written meanwhile");
  return std::unexpected(error);
}

}  // namespace

Answer ObjectTagging(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (request.method == "GET") {
    auto info = store.Head(request.bucket, request.key);
    if (!info) return std::unexpected(FromError(info.error()));
    return XmlResponse(TagsXml(TagsOf(info->attributes)));
  }
  if (request.method == "DELETE") return Done(SetTags(store, request, {}), 204);
  if (request.method != "PUT") return NotAllowed();
  auto tags = ParseTags(body, kObjectTagsMax);
  if (!tags) return std::unexpected(std::move(tags.error()));
  return Done(SetTags(store, request, *tags), 200);
}

Answer BucketTagging(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (request.method == "GET") {
    const auto kept = FindSetting(store, request.bucket, BucketSetting::kTags);
    if (!kept) return S3Fail(404, "NoSuchTagSet", "The TagSet does not exist");
    return XmlResponse(TagsXml(DecodeTags(*kept)));
  }
  if (request.method == "DELETE") return Done(RemoveSetting(store, request.bucket, BucketSetting::kTags), 204);
  if (request.method != "PUT") return NotAllowed();
  auto tags = ParseTags(body, kBucketTagsMax);
  if (!tags) return std::unexpected(std::move(tags.error()));
  return Done(PutSetting(store, request.bucket, BucketSetting::kTags, EncodeTags(*tags)), 204);
}

Answer BucketCors(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (request.method == "GET") {
    auto kept = FindSetting(store, request.bucket, BucketSetting::kCors);
    if (!kept) return S3Fail(404, "NoSuchCORSConfiguration", "The CORS configuration does not exist");
    return XmlResponse(std::move(*kept));
  }
  if (request.method == "DELETE") return Done(RemoveSetting(store, request.bucket, BucketSetting::kCors), 204);
  if (request.method != "PUT") return NotAllowed();
  if (auto rules = ParseCors(body); !rules) return std::unexpected(std::move(rules.error()));
  return Done(PutSetting(store, request.bucket, BucketSetting::kCors, body), 200);
}

}  // namespace sandbox::s3
