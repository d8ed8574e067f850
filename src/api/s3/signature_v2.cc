#include "api/s3/signature_v2.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "api/s3/digest.h"

namespace sandbox::s3 {
namespace {

// The parameters that are part of the resource, in order.
constexpr std::array<std::string_view, 33> kSubresources = {"accelerate",
                                                            "acl",
                                                            "cors",
                                                            "delete",
                                                            "encryption",
                                                            "inventory",
                                                            "legal-hold",
                                                            "lifecycle",
                                                            "location",
                                                            "logging",
                                                            "metrics",
                                                            "notification",
                                                            "object-lock",
                                                            "partNumber",
                                                            "policy",
                                                            "replication",
                                                            "requestPayment",
                                                            "response-cache-control",
                                                            "response-content-disposition",
                                                            "response-content-encoding",
                                                            "response-content-language",
                                                            "response-content-type",
                                                            "response-expires",
                                                            "restore",
                                                            "retention",
                                                            "select",
                                                            "tagging",
                                                            "torrent",
                                                            "uploadId",
                                                            "uploads",
                                                            "versionId",
                                                            "versioning",
                                                            "versions"};

std::string LowerName(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string AmzHeaders(const SignedRequest& request) {
  std::map<std::string, std::string> sorted;
  auto add = [&](std::string_view field, std::string_view value) {
    const std::string name = LowerName(field);
    if (!name.starts_with("x-amz-")) return;
    auto [at, fresh] = sorted.emplace(name, value);
    if (!fresh) at->second += Cat(",", value);
  };
  for (const auto& [name, value] : request.headers.fields) add(name, value);
  for (const auto& [name, value] : request.query) {
    if (!request.headers.Has(name)) add(name, value);
  }
  std::string out;
  for (const auto& [name, value] : sorted) out += Cat(name, ":", value, "\n");
  return out;
}

std::string Resource(const SignedRequest& request, std::string_view path) {
  std::string out(path);
  char separator = '?';
  for (std::string_view name : kSubresources) {
    const auto value = Find(request.query, name);
    if (!value) continue;
    out += separator + std::string(name);
    if (!value->empty()) out += Cat("=", *value);
    separator = '&';
  }
  return out;
}

std::string FieldOf(const SignedRequest& request, std::string_view header, std::string_view lower_name) {
  if (request.headers.Has(header)) return std::string(request.headers.Get(header));
  return std::string(Find(request.query, lower_name).value_or(""));
}

}  // namespace

S3Result<Identity> AuthenticateV2(const SignedRequest& request, const Credentials& credentials, Instant now) {
  std::string access_key, signature, date;
  const std::string_view authorization = request.headers.Get("Authorization");
  if (authorization.starts_with("AWS ")) {
    const std::string_view pair = authorization.substr(4);
    const size_t colon = pair.rfind(':');
    if (colon == std::string_view::npos)
      return S3Fail(400, "InvalidArgument", "AWS authorization header is invalid. Expected AwsAccessKeyId:signature");
    access_key = pair.substr(0, colon);
    signature = pair.substr(colon + 1);
    date = request.headers.Has("x-amz-date") ? "" : request.headers.Get("Date");
  } else {
    access_key = Find(request.query, "AWSAccessKeyId").value_or("");
    signature = Find(request.query, "Signature").value_or("");
    date = Find(request.query, "Expires").value_or("");
    int64_t seconds = 0;
    const auto [end, error] = std::from_chars(date.data(), date.data() + date.size(), seconds);
    if (error != std::errc() || end != date.data() + date.size())
      return S3Fail(403, "AccessDenied", "Query-string authentication requires a number in Expires");
    // Beyond what nanoseconds can say, it is far enough away.
    if (now.time_since_epoch() > std::chrono::seconds(std::clamp<int64_t>(seconds, 0, 9'000'000'000)))
      return S3Fail(403, "AccessDenied", "Request has expired");
  }
  if (access_key != credentials.access_key) {
    return S3Fail(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
  }
  // Clients differ in how they escape what need not be escaped.
  for (const std::string& path : {std::string(request.raw_path), PercentEncode(request.path, "/")}) {
    const std::string text = Cat(request.method, "\n", FieldOf(request, "Content-MD5", "content-md5"), "\n",
                                 FieldOf(request, "Content-Type", "content-type"), "\n", date, "\n",
                                 AmzHeaders(request), Resource(request, path));
    if (EqualInConstantTime(Base64(Hmac(Hash::kSha1, credentials.secret_key, text)), signature)) {
      const std::string_view hash = request.headers.Get("x-amz-content-sha256");
      return Identity{false, std::string(hash.empty() ? "UNSIGNED-PAYLOAD" : hash), {}, {}, {}, {}};
    }
  }
  return S3Fail(403, "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and "
                "signing method.");
}

}  // namespace sandbox::s3
