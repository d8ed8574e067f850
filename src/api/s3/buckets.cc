#include <algorithm>
#include <array>

#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/settings.h"
#include "api/s3/xml.h"
#include "sandbox/ports/object_layout.h"

namespace sandbox::s3 {
namespace {

std::unexpected<S3Error> NoSuchBucket() { return S3Fail(404, "NoSuchBucket", "The specified bucket does not exist"); }

// The owner may do everything; a PUT of another list is accepted and changes nothing.
Answer Acl() {
  return XmlResponse(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AccessControlPolicy "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>minio</ID>"
      "<DisplayName>minio</DisplayName></Owner><AccessControlList><Grant><Grantee "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xsi:type=\"CanonicalUser\"><ID>minio</ID><DisplayName>minio</DisplayName></Grantee><Permission>FULL_CONTROL</"
      "Permission></Grant>"
      "</AccessControlList></AccessControlPolicy>");
}

// Settings that were never made: their own error, or an empty document.
struct Unset {
  std::string_view name;
  unsigned status;
  std::string_view text;  // code of the error, or root of the document
};
constexpr std::array<Unset, 11> kNeverSet = {{{"lifecycle", 404, "NoSuchLifecycleConfiguration"},
                                              {"policy", 404, "NoSuchBucketPolicy"},
                                              {"encryption", 404, "ServerSideEncryptionConfigurationNotFoundError"},
                                              {"website", 404, "NoSuchWebsiteConfiguration"},
                                              {"replication", 404, "ReplicationConfigurationNotFoundError"},
                                              {"object-lock", 404, "ObjectLockConfigurationNotFoundError"},
                                              {"publicAccessBlock", 404, "NoSuchPublicAccessBlockConfiguration"},
                                              {"versioning", 200, "VersioningConfiguration"},
                                              {"logging", 200, "BucketLoggingStatus"},
                                              {"notification", 200, "NotificationConfiguration"},
                                              {"accelerate", 200, "AccelerateConfiguration"}}};

constexpr std::array<std::string_view, 6> kNeverDone = {"analytics", "intelligent-tiering", "inventory",
                                                        "metrics",   "ownershipControls",   "policyStatus"};
constexpr std::array<std::string_view, 6> kNeverDoneToObjects = {"attributes", "legal-hold", "restore",
                                                                 "retention",  "select",     "torrent"};

bool NamesSubresource(const S3Request& request) {
  const auto has = [&](std::string_view name) { return request.Has(name); };
  return has("acl") || has("tagging") || has("cors") || has("location") || has("requestPayment") ||
         std::ranges::any_of(kNeverSet, has, &Unset::name) || std::ranges::any_of(kNeverDone, has) ||
         std::ranges::any_of(kNeverDoneToObjects, has);
}

Answer NotImplemented(const S3Request& request) {
  return S3Fail(501, "NotImplemented",
                Cat("This object store does not implement ", request.method, " of ", request.query.front().first));
}

// The region of us-east-1 is told by an empty element.
Answer Location(ObjectStore& store, const S3Request& request) {
  const std::string location = FindSetting(store, request.bucket, BucketSetting::kLocation).value_or("");
  return XmlResponse(
      Cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint "
          "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">",
          EscapeXml(location), "</LocationConstraint>"));
}

std::optional<Answer> OfBucketItself(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (request.Has("tagging")) return BucketTagging(store, request, body);
  if (request.Has("cors")) return BucketCors(store, request, body);
  for (const Unset& setting : kNeverSet) {
    if (!request.Has(setting.name)) continue;
    if (request.method != "GET") return NotImplemented(request);
    if (setting.status == 200) return XmlResponse(XmlWriter(setting.text).Take());
    return S3Fail(setting.status, std::string(setting.text), "The bucket has no such configuration");
  }
  if (request.Has("location"))
    return request.method == "GET" ? Location(store, request) : Answer(NotImplemented(request));
  if (request.Has("requestPayment"))
    return XmlResponse(XmlWriter("RequestPaymentConfiguration").Text("Payer", "BucketOwner").Take());
  for (std::string_view name : kNeverDone) {
    if (request.Has(name)) return NotImplemented(request);
  }
  return std::nullopt;
}

std::optional<Answer> OfObjectItself(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (request.Has("tagging")) return ObjectTagging(store, request, body);
  if (request.Has("attributes") && request.method == "GET") return GetAttributes(store, request);
  for (std::string_view name : kNeverDoneToObjects) {
    if (request.Has(name)) return NotImplemented(request);
  }
  return std::nullopt;
}

// "us-east-1" and nothing are the same. Any region's name will do: there is only this server.
S3Result<std::string> LocationOf(std::string_view body) {
  if (body.empty()) return std::string();
  auto location = ParseLocation(body);
  if (!location) return location;
  const bool name = location->size() <= 64 && std::ranges::all_of(*location, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                    });
  if (!name && *location != "EU") {
    return S3Fail(400, "InvalidLocationConstraint", Cat("The specified location-constraint is not valid: ", *location));
  }
  return *location == kRegion ? std::string() : std::move(*location);
}

}  // namespace

Answer ListBuckets(ObjectStore& store) {
  XmlWriter xml("ListAllMyBucketsResult");
  xml.Open("Owner").Text("ID", "minio").Text("DisplayName", "minio").Close().Open("Buckets");
  for (const auto& [name, created_at] : store.ListBuckets()) {
    if (IsHiddenBucket(name)) continue;
    xml.Open("Bucket").Text("Name", name).Text("CreationDate", FormatXmlDate(created_at)).Close();
  }
  return XmlResponse(xml.Take());
}

Answer HeadBucket(ObjectStore& store, const S3Request& request) {
  if (!store.HasBucket(request.bucket)) return NoSuchBucket();
  net::HttpResponse response = EmptyResponse(200);
  const auto location = FindSetting(store, request.bucket, BucketSetting::kLocation);
  response.headers.Set("x-amz-bucket-region", location.value_or(std::string(kRegion)));
  return response;
}

Answer CreateBucket(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (!IsBucketName(request.bucket)) return S3Fail(400, "InvalidBucketName", "The specified bucket is not valid.");
  if (store.HasBucket(request.bucket)) {
    return S3Fail(409, "BucketAlreadyOwnedByYou",
                  "Your previous request to create the named bucket succeeded and you already own it.");
  }
  const auto location = LocationOf(body);
  if (!location) return std::unexpected(location.error());
  RemoveSettings(store, request.bucket);
  if (!location->empty()) {
    if (auto kept = PutSetting(store, request.bucket, BucketSetting::kLocation, *location); !kept)
      return std::unexpected(FromError(kept.error()));
  }
  if (auto created = store.CreateBucket(request.bucket); !created) return std::unexpected(FromError(created.error()));
  net::HttpResponse response = EmptyResponse(200);
  response.headers.Set("Location", "/" + request.bucket);
  return response;
}

Answer DeleteBucket(ObjectStore& store, const S3Request& request) {
  if (request.bucket == kBucket)
    return S3Fail(403, "AccessDenied", "This bucket belongs to the platform and cannot be deleted");
  if (auto deleted = store.DeleteBucket(request.bucket); !deleted) return std::unexpected(FromError(deleted.error()));
  RemoveSettings(store, request.bucket);
  return EmptyResponse(204);
}

std::optional<Answer> Subresource(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (!NamesSubresource(request)) return std::nullopt;
  // Before anything is kept for a bucket that does not exist.
  if (!store.HasBucket(request.bucket)) return NoSuchBucket();
  if (!request.Has("acl"))
    return request.key.empty() ? OfBucketItself(store, request, body) : OfObjectItself(store, request, body);
  if (!request.key.empty()) {
    if (auto found = store.Head(request.bucket, request.key); !found) return std::unexpected(FromError(found.error()));
  }
  return request.method == "GET" ? Acl() : Answer(EmptyResponse(200));
}

}  // namespace sandbox::s3
