#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/s3/multipart.h"
#include "api/s3/operations.h"
#include "api/s3/payload.h"

namespace sandbox::s3 {

// One object or part on its way in. Every call on a worker thread, one at a time. Nothing is stored unless Finish
// succeeds.
class Upload {
 public:
  // References outlive the upload.
  Upload(ObjectStore& store, const S3Request& request)
      : store_(store), request_(request), payload_(request.headers, request.identity) {}
  S3Result<void> Feed(std::string_view raw);
  Answer Finish(std::string_view raw);
  // Removes the half-written file: off the loop, where the destructor may run.
  void Drop() { writer_.reset(); }

 private:
  bool IsPart() const { return request_.Has("uploadId"); }
  S3Result<void> Begin();
  ObjectStore& store_;
  const S3Request& request_;
  Payload payload_;
  std::unique_ptr<ObjectWriter> writer_;
  std::vector<std::string> replaced_;  // of a part
};

// The body of a request with a small document, decoded and verified. Empty stays empty.
S3Result<std::string> DecodeDocument(const S3Request& request, std::string_view raw);

}  // namespace sandbox::s3
