#include <algorithm>
#include <array>

#include "api/s3/http_date.h"
#include "api/s3/operations.h"
#include "api/s3/xml.h"

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
struct Setting {
  std::string_view name;
  unsigned status;
  std::string_view text;  // code of the error, or root of the document
};
constexpr std::array<Setting, 13> kBucketSettings = {
    {{"cors", 404, "NoSuchCORSConfiguration"},
     {"lifecycle", 404, "NoSuchLifecycleConfiguration"},
     {"policy", 404, "NoSuchBucketPolicy"},
     {"encryption", 404, "ServerSideEncryptionConfigurationNotFoundError"},
     {"website", 404, "NoSuchWebsiteConfiguration"},
     {"replication", 404, "ReplicationConfigurationNotFoundError"},
     {"object-lock", 404, "ObjectLockConfigurationNotFoundError"},
     {"publicAccessBlock", 404, "NoSuchPublicAccessBlockConfiguration"},
     {"tagging", 404, "NoSuchTagSet"},
     {"versioning", 200, "VersioningConfiguration"},
     {"logging", 200, "BucketLoggingStatus"},
     {"notification", 200, "NotificationConfiguration"},
     {"accelerate", 200, "AccelerateConfiguration"}}};

Answer NotImplemented(const S3Request& request) {
  return S3Fail(501, "NotImplemented",
                Cat("This object store does not implement ", request.method, " of ", request.query.front().first));
}

std::optional<Answer> BucketSetting(const S3Request& request) {
  for (const Setting& setting : kBucketSettings) {
    if (!request.Has(setting.name)) continue;
    if (request.method != "GET") return NotImplemented(request);
    if (setting.status == 200) return XmlResponse(XmlWriter(setting.text).Take());
    return S3Fail(setting.status, std::string(setting.text), "The bucket has no such configuration");
  }
  if (request.Has("location")) {
    return request.method == "GET" ? XmlResponse(XmlWriter("LocationConstraint").Take()) : NotImplemented(request);
  }
  if (request.Has("requestPayment"))
    return XmlResponse(XmlWriter("RequestPaymentConfiguration").Text("Payer", "BucketOwner").Take());
  for (std::string_view name :
       {"analytics", "intelligent-tiering", "inventory", "metrics", "ownershipControls", "policyStatus"}) {
    if (request.Has(name)) return NotImplemented(request);
  }
  return std::nullopt;
}

std::optional<Answer> ObjectSetting(const S3Request& request) {
  if (request.Has("tagging")) {
    if (request.method == "DELETE") return EmptyResponse(204);
    return request.method == "GET" ? XmlResponse(XmlWriter("Tagging").Open("TagSet").Take()) : NotImplemented(request);
  }
  for (std::string_view name : {"attributes", "legal-hold", "restore", "retention", "select", "torrent"}) {
    if (request.Has(name)) return NotImplemented(request);
  }
  return std::nullopt;
}

}  // namespace

Answer ListBuckets(ObjectStore& store) {
  XmlWriter xml("ListAllMyBucketsResult");
  xml.Open("Owner").Text("ID", "minio").Text("DisplayName", "minio").Close().Open("Buckets");
  for (const auto& [name, created_at] : store.ListBuckets()) {
    if (name.starts_with('.')) continue;
    xml.Open("Bucket").Text("Name", name).Text("CreationDate", FormatXmlDate(created_at)).Close();
  }
  return XmlResponse(xml.Take());
}

Answer HeadBucket(ObjectStore& store, const S3Request& request) {
  if (!store.HasBucket(request.bucket)) return NoSuchBucket();
  net::HttpResponse response = EmptyResponse(200);
  response.headers.Set("x-amz-bucket-region", std::string(kRegion));
  return response;
}

Answer CreateBucket(ObjectStore& store, const S3Request& request) {
  if (!IsBucketName(request.bucket)) return S3Fail(400, "InvalidBucketName", "The specified bucket is not valid.");
  if (store.HasBucket(request.bucket)) {
    return S3Fail(409, "BucketAlreadyOwnedByYou",
                  "Your previous request to create the named bucket succeeded and you already own it.");
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
  return EmptyResponse(204);
}

std::optional<Answer> Subresource(ObjectStore& store, const S3Request& request) {
  if (request.query.empty()) return std::nullopt;
  std::optional<Answer> answer;
  if (request.Has("acl")) {
    answer = request.method == "GET" ? Acl() : Answer(EmptyResponse(200));
  } else {
    answer = request.key.empty() ? BucketSetting(request) : ObjectSetting(request);
  }
  if (answer && !store.HasBucket(request.bucket)) return NoSuchBucket();
  if (answer && answer->has_value() && !request.key.empty()) {
    if (auto found = store.Head(request.bucket, request.key); !found) return std::unexpected(FromError(found.error()));
  }
  return answer;
}

}  // namespace sandbox::s3
