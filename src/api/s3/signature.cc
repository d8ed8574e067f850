#include "api/s3/signature.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <map>
#include <optional>

#include "api/s3/digest.h"
#include "api/s3/http_date.h"
#include "api/s3/signature_v2.h"

namespace sandbox::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr int64_t kExpiresMax = 7 * 24 * 3600;

// Trimmed, runs of spaces as one.
std::string CanonicalValue(std::string_view value) {
  std::string out;
  for (char c : value) {
    const bool space = c == ' ' || c == '\t';
    if (!space || (!out.empty() && out.back() != ' ')) out += space ? ' ' : c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::string> HeaderForSigning(const net::HttpHeaders& headers, const std::string& name,
                                            std::optional<std::string_view> host) {
  if (name == "host" && host) return std::string(*host);
  std::optional<std::string> joined;
  for (const auto& [field, value] : headers.fields) {
    if (LowerCase(field) != name) continue;
    joined = joined ? *joined + "," + CanonicalValue(value) : CanonicalValue(value);
  }
  return joined;
}

struct V4Fields {
  std::string access_key, date, region, service;
  std::string signed_headers;  // as sent
  std::string signature;
  std::string timestamp;
  std::string payload_hash;
  bool in_query = false;

  std::string Scope() const { return Cat(date, "/", region, "/", service, "/aws4_request"); }
};

bool ParseCredential(std::string_view text, V4Fields& fields) {
  auto parts = Split(text, '/');
  if (parts.size() < 5 || parts.back() != "aws4_request") return false;
  const size_t n = parts.size();
  fields.service = parts[n - 2];
  fields.region = parts[n - 3];
  fields.date = parts[n - 4];
  for (size_t i = 0; i + 4 < n; ++i) fields.access_key += (i ? "/" : "") + parts[i];
  return true;
}

std::unexpected<S3Error> Malformed(std::string message) {
  return S3Fail(400, "AuthorizationHeaderMalformed", std::move(message));
}

S3Result<V4Fields> FieldsOfHeader(const SignedRequest& request, std::string_view authorization) {
  V4Fields fields;
  authorization.remove_prefix(kAlgorithm.size());
  for (const std::string& part : Split(authorization, ',')) {
    const std::string item = CanonicalValue(part);
    const size_t equals = item.find('=');
    if (equals == std::string::npos) return Malformed("The authorization header is malformed.");
    const std::string name = item.substr(0, equals), value = item.substr(equals + 1);
    if (name == "Credential" && !ParseCredential(value, fields)) return Malformed("The Credential is malformed.");
    if (name == "SignedHeaders") fields.signed_headers = value;
    if (name == "Signature") fields.signature = value;
  }
  if (fields.date.empty() || fields.signed_headers.empty() || fields.signature.empty()) {
    return Malformed("Credential, SignedHeaders and Signature are needed.");
  }
  fields.timestamp = request.headers.Get("x-amz-date");
  if (fields.timestamp.empty()) {
    auto date = ParseHttpDate(request.headers.Get("Date"));
    if (!date) return S3Fail(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
    fields.timestamp = FormatAmzDate(*date);
  }
  fields.payload_hash = request.headers.Get("x-amz-content-sha256");
  if (fields.payload_hash.empty()) fields.payload_hash = Hex(DigestOf(Hash::kSha256, ""));
  return fields;
}

S3Result<V4Fields> FieldsOfQuery(const SignedRequest& request, Instant now) {
  V4Fields fields;
  fields.in_query = true;
  auto text = [&](std::string_view name) { return std::string(Find(request.query, name).value_or("")); };
  auto malformed = [](std::string message) {
    return S3Fail(400, "AuthorizationQueryParametersError", std::move(message));
  };
  if (text("X-Amz-Algorithm") != kAlgorithm) return malformed("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  if (!ParseCredential(text("X-Amz-Credential"), fields))
    return malformed("Error parsing the X-Amz-Credential parameter");
  fields.signed_headers = text("X-Amz-SignedHeaders");
  fields.signature = text("X-Amz-Signature");
  fields.timestamp = text("X-Amz-Date");
  fields.payload_hash = text("X-Amz-Content-Sha256");
  const auto names = Split(fields.signed_headers, ';');
  const bool hash_is_signed = std::find(names.begin(), names.end(), "x-amz-content-sha256") != names.end();
  if (fields.payload_hash.empty() && hash_is_signed) fields.payload_hash = request.headers.Get("x-amz-content-sha256");
  if (fields.payload_hash.empty()) fields.payload_hash = "UNSIGNED-PAYLOAD";
  const auto begin = ParseAmzDate(fields.timestamp);
  if (!begin) return malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const std::string expires = text("X-Amz-Expires");
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  if (error != std::errc() || end != expires.data() + expires.size() || seconds < 0)
    return malformed("X-Amz-Expires should be a number");
  if (seconds > kExpiresMax)
    return malformed(
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
        "604800 seconds");
  if (now > *begin + std::chrono::seconds(seconds)) return S3Fail(403, "AccessDenied", "Request has expired");
  return fields;
}

std::optional<std::string> CanonicalRequest(const SignedRequest& request, const V4Fields& fields,
                                            std::optional<std::string_view> host) {
  std::string headers;
  for (const std::string& name : Split(fields.signed_headers, ';')) {
    auto value = HeaderForSigning(request.headers, name, host);
    if (!value && name == "host") return std::nullopt;
    headers += Cat(name, ":", value.value_or(""), "\n");
  }
  return Cat(request.method, "\n", PercentEncode(request.path, "/"), "\n",
             CanonicalQuery(request.query, fields.in_query ? "X-Amz-Signature" : ""), "\n", headers, "\n",
             fields.signed_headers, "\n", fields.payload_hash);
}

S3Result<Identity> VerifyV4(const SignedRequest& request, const V4Fields& fields, const Credentials& credentials,
                            const std::vector<std::string>& hosts) {
  if (fields.access_key != credentials.access_key) {
    return S3Fail(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
  }
  const std::string key = SigningKey(credentials.secret_key, fields.date, fields.region, fields.service);
  std::vector<std::optional<std::string_view>> tried = {std::nullopt};
  if (fields.in_query) tried.insert(tried.end(), hosts.begin(), hosts.end());
  for (const auto& host : tried) {
    const auto canonical = CanonicalRequest(request, fields, host);
    if (!canonical) continue;
    const std::string expected =
        Hex(Hmac(Hash::kSha256, key, StringToSign(fields.timestamp, fields.Scope(), *canonical)));
    if (EqualInConstantTime(expected, fields.signature)) {
      // A link does not sign the hash of the body, yet a client may say it, or send chunks.
      const std::string_view said = request.headers.Get("x-amz-content-sha256");
      return Identity{false,
                      fields.in_query && !said.empty() ? std::string(said) : fields.payload_hash,
                      key,
                      fields.timestamp,
                      fields.Scope(),
                      fields.signature};
    }
  }
  return S3Fail(403, "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and "
                "signing method.");
}

}  // namespace

std::string CanonicalQuery(const Query& query, std::string_view without) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& [name, value] : query) {
    if (name != without) encoded.emplace_back(PercentEncode(name), PercentEncode(value));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded) out += Cat(out.empty() ? "" : "&", name, "=", value);
  return out;
}

std::string SigningKey(std::string_view secret, std::string_view date, std::string_view region,
                       std::string_view service) {
  const std::string day = Hmac(Hash::kSha256, Cat("AWS4", secret), date);
  return Hmac(Hash::kSha256, Hmac(Hash::kSha256, Hmac(Hash::kSha256, day, region), service), "aws4_request");
}

std::string StringToSign(std::string_view timestamp, std::string_view scope, std::string_view canonical_request) {
  return Cat(kAlgorithm, "\n", timestamp, "\n", scope, "\n", Hex(DigestOf(Hash::kSha256, canonical_request)));
}

S3Result<Identity> Authenticate(const SignedRequest& request, const Credentials& credentials,
                                const std::vector<std::string>& hosts, Instant now) {
  const std::string_view authorization = request.headers.Get("Authorization");
  S3Result<V4Fields> fields;
  if (authorization.starts_with(kAlgorithm)) {
    fields = FieldsOfHeader(request, authorization);
  } else if (Find(request.query, "X-Amz-Signature") || Find(request.query, "X-Amz-Algorithm")) {
    fields = FieldsOfQuery(request, now);
  } else if (authorization.starts_with("AWS ") || Find(request.query, "AWSAccessKeyId")) {
    return AuthenticateV2(request, credentials, now);
  } else if (!authorization.empty()) {
    return S3Fail(400, "InvalidArgument", "Unsupported Authorization Type");
  } else {
    const std::string_view hash = request.headers.Get("x-amz-content-sha256");
    return Identity{true, std::string(hash.empty() ? "UNSIGNED-PAYLOAD" : hash), {}, {}, {}, {}};
  }
  if (!fields) return std::unexpected(std::move(fields.error()));
  return VerifyV4(request, *fields, credentials, hosts);
}

}  // namespace sandbox::s3
