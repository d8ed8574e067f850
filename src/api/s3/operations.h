#pragma once

// The operations of S3 on the object store. Every function blocks on the disk: on a worker thread, never on a loop.

#include <memory>
#include <optional>
#include <string>

#include "api/s3/request.h"

namespace sandbox::s3 {

using Answer = S3Result<net::HttpResponse>;

// buckets.cc
Answer ListBuckets(ObjectStore& store);
Answer HeadBucket(ObjectStore& store, const S3Request& request);
Answer CreateBucket(ObjectStore& store, const S3Request& request, std::string_view body);
Answer DeleteBucket(ObjectStore& store, const S3Request& request);
// What a subresource of a bucket or object (?acl, ?location, ?versioning...) answers; NotImplemented when it means
// something that this server does not do. nullopt when the request has no subresource.
std::optional<Answer> Subresource(ObjectStore& store, const S3Request& request, std::string_view body);

// listing.cc
Answer ListObjects(ObjectStore& store, const S3Request& request);   // version 1, and list-type=2
Answer ListVersions(ObjectStore& store, const S3Request& request);  // the one version that every object has

// object_read.cc
struct Download {
  net::HttpResponse head;
  std::unique_ptr<ObjectReader> reader;
  uint64_t offset = 0;
  uint64_t length = 0;
};
S3Result<Download> BeginDownload(ObjectStore& store, const S3Request& request);

// attributes.cc
// GetObjectAttributes: entity tag, size, checksum and parts on demand.
Answer GetAttributes(ObjectStore& store, const S3Request& request);

// object_write.cc
ObjectAttributes AttributesOf(const net::HttpHeaders& headers);
S3Result<std::unique_ptr<ObjectWriter>> BeginPut(ObjectStore& store, const S3Request& request);
Answer FinishPut(const S3Request& request, ObjectWriter& writer);
Answer DeleteObject(ObjectStore& store, const S3Request& request);
Answer DeleteObjects(ObjectStore& store, const S3Request& request, std::string_view body);

// copy.cc
struct CopySource {
  std::unique_ptr<ObjectReader> reader;
  uint64_t offset = 0;
  uint64_t length = 0;
};
// From x-amz-copy-source and its conditions and range.
S3Result<CopySource> OpenCopySource(ObjectStore& store, const S3Request& request);
Answer CopyObject(ObjectStore& store, const S3Request& request);

// tagging.cc: GET, PUT and DELETE of ?tagging, and ?cors of buckets.
Answer ObjectTagging(ObjectStore& store, const S3Request& request, std::string_view body);
Answer BucketTagging(ObjectStore& store, const S3Request& request, std::string_view body);
Answer BucketCors(ObjectStore& store, const S3Request& request, std::string_view body);

// multipart.cc, multipart_complete.cc, multipart_list.cc
Answer CreateUpload(ObjectStore& store, const S3Request& request);
Answer CopyPart(ObjectStore& store, const S3Request& request);
Answer CompleteUpload(ObjectStore& store, const S3Request& request, std::string_view body);
Answer AbortUpload(ObjectStore& store, const S3Request& request);
Answer ListParts(ObjectStore& store, const S3Request& request);
Answer ListUploads(ObjectStore& store, const S3Request& request);
// Removes the uploads that nothing was added to since `before`, the parts that lost their upload, and what is
// remembered of uploads completed before. How many unfinished uploads.
size_t ExpireUploads(ObjectStore& store, Instant before);

}  // namespace sandbox::s3
