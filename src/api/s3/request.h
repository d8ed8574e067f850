#pragma once

// One request of S3, decoded; and what the operations need to answer it.

#include <string>
#include <string_view>

#include "api/s3/s3_error.h"
#include "api/s3/signature.h"
#include "net/http.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::s3 {

inline constexpr std::string_view kRegion = "us-east-1";

struct S3Request {
  std::string id;
  std::string method;
  std::string raw_path;  // as sent
  std::string path;      // decoded
  Query query;
  net::HttpHeaders headers;
  std::string bucket;  // empty: the service
  std::string key;     // empty: the bucket
  Identity identity;
  Instant now{};

  bool Has(std::string_view parameter) const { return Find(query, parameter).has_value(); }
  std::string_view Param(std::string_view name) const { return Find(query, name).value_or(""); }
};

// `hosts` (no ports): a request to "bucket.<host>" names the bucket by its host.
S3Result<S3Request> ParseRequest(const net::HttpRequest& http, const std::vector<std::string>& hosts);

std::string_view WithoutQuotes(std::string_view etag);
std::string Quoted(std::string_view etag);
// Of a bucket that may be made: DNS labels between dots, no address.
bool IsBucketName(std::string_view name);

net::HttpResponse XmlResponse(std::string xml, unsigned status = 200);
net::HttpResponse EmptyResponse(unsigned status);

}  // namespace sandbox::s3
