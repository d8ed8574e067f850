#pragma once

// Signatures of requests: AWS Signature Version 4 (header and query) and Version 2 (the same). Pure.
//
// The region and the host are what the client signed. The clock's distance is not checked, only the end of a presigned
// link.

#include <string>
#include <string_view>
#include <vector>

#include "api/s3/s3_error.h"
#include "api/s3/uri.h"
#include "net/http.h"
#include "sandbox/base/time.h"

namespace sandbox::s3 {

struct Credentials {
  std::string access_key = "minio";
  std::string secret_key = "miniostorage";
};

// What is signed of a request. A borrow.
struct SignedRequest {
  std::string_view method;
  std::string_view raw_path;  // as sent
  std::string_view path;      // decoded
  const Query& query;
  const net::HttpHeaders& headers;
};

struct Identity {
  bool anonymous = true;
  std::string payload_hash;  // x-amz-content-sha256, or UNSIGNED-PAYLOAD where the scheme has none
  // Version 4 only: what the chunk signatures continue from.
  std::string signing_key;
  std::string timestamp;
  std::string scope;  // date/region/service/aws4_request
  std::string signature;
};

// `hosts`: values of Host that a presigned link may have been signed for besides the one it was sent to, so that a link
// made for one address of this server works through another.
S3Result<Identity> Authenticate(const SignedRequest& request, const Credentials& credentials,
                                const std::vector<std::string>& hosts, Instant now);

// Building blocks, also of the presigner and of the chunk signatures.
std::string CanonicalQuery(const Query& query, std::string_view without);
std::string SigningKey(std::string_view secret, std::string_view date, std::string_view region,
                       std::string_view service);
std::string StringToSign(std::string_view timestamp, std::string_view scope, std::string_view canonical_request);

}  // namespace sandbox::s3
