#include "api/s3/s3_error.h"

#include "api/s3/xml.h"
#include "sandbox/base/log.h"

namespace sandbox::s3 {

S3Error FromError(const Error& error) {
  if (error.reason == "NO_SUCH_BUCKET") return {404, "NoSuchBucket", "The specified bucket does not exist"};
  if (error.reason == "NO_SUCH_KEY") return {404, "NoSuchKey", "The specified key does not exist."};
  if (error.reason == "BUCKET_NOT_EMPTY") return {409, "BucketNotEmpty", "The bucket you tried to delete is not empty"};
  if (error.reason == "INVALID_BUCKET_NAME") return {400, "InvalidBucketName", "The specified bucket is not valid."};
  if (error.reason == "KEY_TOO_LONG") return {400, "KeyTooLongError", "Your key is too long"};
  if (error.reason == "PRECONDITION_FAILED") return {412, "PreconditionFailed", error.message};
  if (error.reason == "CONFLICT") return {409, "OperationAborted", error.message};
  if (error.reason == "DISK_FULL")
    return {507, "XMinioStorageFull", "The disk of the object store is full: " + error.message};
  // Clients try that again by themselves.
  if (error.reason == "DISK_LOW") return {503, "SlowDown", error.message};
  if (error.code == Code::kInvalidArgument) return {400, "InvalidArgument", error.message};
  Log(LogLevel::kError, "s3", error.message);
  return {500, "InternalError", "We encountered an internal error, please try again: " + error.message};
}

std::string ErrorXml(const S3Error& error, std::string_view resource, std::string_view request_id) {
  return Cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>", EscapeXml(error.code), "</Code><Message>",
             EscapeXml(error.message), "</Message><Resource>", EscapeXml(resource), "</Resource><RequestId>",
             request_id, "</RequestId><HostId>sandbox</HostId></Error>");
}

}  // namespace sandbox::s3
