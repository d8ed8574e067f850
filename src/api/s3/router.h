#pragma once

#include "api/s3/operations.h"

namespace sandbox::s3 {

// How a request is carried out: streaming in, streaming out, with a small document as its body, or none of these.
enum class Shape { kUpload, kDownload, kDocument, kPlain };

Shape ShapeOf(const S3Request& request);
// AccessDenied for what a request without credentials may not do, NoSuchBucket for hidden buckets.
S3Result<void> Authorize(const S3Request& request);
// kDocument (with `body`) and kPlain. On a worker thread.
Answer Perform(ObjectStore& store, const S3Request& request, std::string_view body);

}  // namespace sandbox::s3
