#include "api/s3/presign.h"

#include <algorithm>

#include "api/s3/digest.h"
#include "api/s3/http_date.h"

namespace sandbox::s3 {

PresignSigner::PresignSigner(std::string endpoint, Credentials credentials, Clock& clock)
    : endpoint_(std::move(endpoint)), credentials_(std::move(credentials)), clock_(clock) {
  while (endpoint_.ends_with('/')) endpoint_.pop_back();
}

std::string PresignSigner::Sign(std::string_view method, std::string_view bucket, std::string_view key,
                                Duration expires_in, const std::map<std::string, std::string>&) {
  const std::string timestamp = FormatAmzDate(clock_.Now());
  const std::string date = timestamp.substr(0, 8);
  const std::string scope = Cat(date, "/us-east-1/s3/aws4_request");
  const auto seconds =
      std::clamp<int64_t>(std::chrono::ceil<std::chrono::seconds>(expires_in).count(), 1, 7 * 24 * 3600);
  const Query query = {{"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
                       {"X-Amz-Credential", Cat(credentials_.access_key, "/", scope)},
                       {"X-Amz-Date", timestamp},
                       {"X-Amz-Expires", Cat(seconds)},
                       {"X-Amz-SignedHeaders", "host"}};
  const std::string path = Cat("/", PercentEncode(bucket), "/", PercentEncode(key, "/"));
  const std::string canonical_query = CanonicalQuery(query, "");
  const size_t scheme = endpoint_.find("://");
  const std::string host = endpoint_.substr(scheme == std::string::npos ? 0 : scheme + 3);
  const std::string canonical =
      Cat(method, "\n", path, "\n", canonical_query, "\nhost:", host, "\n\nhost\nUNSIGNED-PAYLOAD");
  const std::string key_bytes = SigningKey(credentials_.secret_key, date, "us-east-1", "s3");
  const std::string signature = Hex(Hmac(Hash::kSha256, key_bytes, StringToSign(timestamp, scope, canonical)));
  return Cat(endpoint_, path, "?", canonical_query, "&X-Amz-Signature=", signature);
}

}  // namespace sandbox::s3
