#pragma once

// If-Match and its kin. Pure: what they ask of an object, as values for the store, which asks when nothing else can
// change it.

#include <optional>
#include <string>
#include <string_view>

#include "api/s3/s3_error.h"
#include "net/http.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::s3 {

std::unexpected<S3Error> PreconditionFailed();

// The tags of a list, "*" or weak ones among them.
EtagSet ParseEtags(std::string_view tags);

// Of a GET: 0, 304 or 412. The entity tag is asked first; a date counts only without one.
unsigned ReadCondition(const net::HttpHeaders& headers, const ObjectInfo& info);

// x-amz-copy-source-if-*: all four end in 412.
S3Result<void> CheckCopySource(const net::HttpHeaders& headers, const ObjectInfo& info);

// If-Match and If-None-Match of a write; empty when there is neither. Errors: PRECONDITION_FAILED, and NO_SUCH_KEY for
// If-Match without an object.
Precondition WriteCondition(const net::HttpHeaders& headers);

// What a deletion asks of the object, by headers or in a document; empty texts ask nothing. What is not there may be
// deleted under every condition.
struct DeleteConditions {
  std::string etag;
  std::string size;
  std::string modified_at;  // HTTP's or XML's form
};
DeleteConditions DeleteConditionsOf(const net::HttpHeaders& headers);
// InvalidArgument for a size or time that is none.
S3Result<Precondition> DeleteCondition(const DeleteConditions& conditions);

}  // namespace sandbox::s3
