#include "api/s3/request.h"

#include <algorithm>

namespace sandbox::s3 {
namespace {

std::string BucketOfHost(std::string_view host, const std::vector<std::string>& hosts) {
  const size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) host = host.substr(0, colon);
  for (const std::string& suffix : hosts) {
    if (host.size() > suffix.size() + 1 && host.ends_with(suffix) && host[host.size() - suffix.size() - 1] == '.') {
      return std::string(host.substr(0, host.size() - suffix.size() - 1));
    }
  }
  return "";
}

}  // namespace

S3Result<S3Request> ParseRequest(const net::HttpRequest& http, const std::vector<std::string>& hosts) {
  S3Request request;
  request.method = http.method;
  request.headers = http.headers;
  std::string_view target = http.target;
  // The absolute form is for proxies.
  if (const size_t scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    target.remove_prefix(std::min(target.find('/', scheme + 3), target.size()));
  }
  const size_t question = std::min(target.find('?'), target.size());
  request.raw_path = target.substr(0, question);
  auto path = PercentDecode(request.raw_path);
  auto query = ParseQuery(question < target.size() ? target.substr(question + 1) : "");
  if (!path || !query) return S3Fail(400, "InvalidURI", "Couldn't parse the specified URI.");
  request.path = path->empty() ? "/" : std::move(*path);
  request.query = std::move(*query);
  // XML cannot name a key of other bytes.
  if (!IsUtf8(request.path)) return S3Fail(400, "InvalidURI", "Couldn't parse the specified URI: it is not UTF-8.");
  if (!request.path.starts_with('/')) return S3Fail(400, "InvalidURI", "Couldn't parse the specified URI.");

  std::string_view rest = std::string_view(request.path).substr(1);
  request.bucket = BucketOfHost(request.headers.Get("Host"), hosts);
  if (request.bucket.empty()) {
    const size_t slash = std::min(rest.find('/'), rest.size());
    request.bucket = rest.substr(0, slash);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
  }
  request.key = rest;
  if (request.key.find('\0') != std::string::npos) return S3Fail(400, "InvalidArgument", "A key has no zero bytes.");
  const std::string_view version = request.Param("versionId");
  if (!request.key.empty() && !version.empty() && version != "null")
    return S3Fail(400, "InvalidArgument", "Invalid version id specified: every object has the one version \"null\"");
  return request;
}

std::string_view WithoutQuotes(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return etag;
}

std::string Quoted(std::string_view etag) { return Cat("\"", etag, "\""); }

bool IsBucketName(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  for (std::string_view pair : {"..", ".-", "-."}) {
    if (name.find(pair) != std::string_view::npos) return false;
  }
  const bool digits = name.find_first_not_of("0123456789.") == std::string_view::npos;
  const bool address = digits && std::ranges::count(name, '.') == 3;
  return name.size() >= 3 && name.size() <= 63 && plain(name.front()) && plain(name.back()) && !address &&
         std::ranges::all_of(name, [&](char c) { return plain(c) || c == '-' || c == '.'; });
}

net::HttpResponse XmlResponse(std::string xml, unsigned status) {
  net::HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", "application/xml");
  response.body = std::move(xml);
  return response;
}

net::HttpResponse EmptyResponse(unsigned status) {
  net::HttpResponse response;
  response.status = status;
  return response;
}

}  // namespace sandbox::s3
