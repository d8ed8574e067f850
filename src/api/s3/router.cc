#include "api/s3/router.h"

namespace sandbox::s3 {
namespace {

bool IsRead(const S3Request& request) { return request.method == "GET" || request.method == "HEAD"; }

Answer MethodNotAllowed() {
  return S3Fail(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
}

Answer OfBucket(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (request.method == "GET" && request.Has("uploads")) return ListUploads(store, request);
  if (request.method == "GET" && request.Has("versions")) return ListVersions(store, request);
  if (request.method == "POST" && request.Has("delete")) return DeleteObjects(store, request, body);
  if (auto answer = Subresource(store, request, body)) return std::move(*answer);
  if (request.method == "GET") return ListObjects(store, request);
  if (request.method == "HEAD") return HeadBucket(store, request);
  if (request.method == "PUT") return CreateBucket(store, request, body);
  if (request.method == "DELETE") return DeleteBucket(store, request);
  if (request.method == "POST") return S3Fail(501, "NotImplemented", "Uploads by HTML form are not implemented");
  return MethodNotAllowed();
}

Answer OfObject(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (request.Has("uploadId")) {
    if (request.method == "PUT") return CopyPart(store, request);
    if (request.method == "POST") return CompleteUpload(store, request, body);
    if (request.method == "DELETE") return AbortUpload(store, request);
    if (request.method == "GET") return ListParts(store, request);
    return MethodNotAllowed();
  }
  if (request.method == "POST" && request.Has("uploads")) return CreateUpload(store, request);
  if (auto answer = Subresource(store, request, body)) return std::move(*answer);
  if (request.method == "PUT") return CopyObject(store, request);
  if (request.method == "DELETE") return DeleteObject(store, request);
  return MethodNotAllowed();
}

bool HasObjectSubresource(const S3Request& request) {
  for (std::string_view name :
       {"acl", "attributes", "legal-hold", "restore", "retention", "select", "tagging", "torrent", "uploads"}) {
    if (request.Has(name)) return true;
  }
  return false;
}

}  // namespace

Shape ShapeOf(const S3Request& request) {
  const bool is_object = !request.bucket.empty() && !request.key.empty();
  if (request.method == "POST" && (request.Has("delete") || request.Has("uploadId"))) return Shape::kDocument;
  if (request.method == "PUT" && !request.bucket.empty() && (!is_object || request.Has("tagging")))
    return Shape::kDocument;
  if (!is_object || HasObjectSubresource(request)) return Shape::kPlain;
  if (request.method == "PUT" && !request.headers.Has("x-amz-copy-source")) return Shape::kUpload;
  if (IsRead(request) && !request.Has("uploadId")) return Shape::kDownload;
  return Shape::kPlain;
}

S3Result<void> Authorize(const S3Request& request) {
  if (IsHiddenBucket(request.bucket)) return S3Fail(404, "NoSuchBucket", "The specified bucket does not exist");
  if (!request.identity.anonymous) return {};
  const bool listing = request.key.empty() && request.method == "GET" && !request.Has("uploads");
  const bool allowed =
      !request.bucket.empty() && (listing || request.method == "HEAD" || ShapeOf(request) == Shape::kDownload);
  if (!allowed) return S3Fail(403, "AccessDenied", "Access Denied.");
  return {};
}

Answer Perform(ObjectStore& store, const S3Request& request, std::string_view body) {
  if (request.bucket.empty())
    return request.method == "GET" || request.method == "HEAD" ? ListBuckets(store) : MethodNotAllowed();
  return request.key.empty() ? OfBucket(store, request, body) : OfObject(store, request, body);
}

}  // namespace sandbox::s3
