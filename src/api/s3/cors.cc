#include "api/s3/cors.h"

#include <algorithm>

#include "sandbox/base/text.h"

namespace sandbox::s3 {
namespace {

std::string_view HostName(std::string_view authority) {
  if (const size_t scheme = authority.find("://"); scheme != std::string_view::npos)
    authority.remove_prefix(scheme + 3);
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool IsHere(const net::HttpRequest& request) {
  const std::string_view name = HostName(request.headers.Get("Origin"));
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]" || name == HostName(request.headers.Get("Host"));
}

// A pattern has at most one "*".
bool Matches(std::string_view pattern, std::string_view text) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  const std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  return text.size() >= head.size() + tail.size() && text.starts_with(head) && text.ends_with(tail);
}

std::string Join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += Cat(out.empty() ? "" : ", ", word);
  return out;
}

// Every header that the page will send, by one of the rule's patterns.
bool AllowsHeaders(const CorsRule& rule, std::string_view wanted) {
  while (!wanted.empty()) {
    const size_t end = std::min(wanted.find(','), wanted.size());
    std::string_view name = wanted.substr(0, end);
    wanted.remove_prefix(std::min(end + 1, wanted.size()));
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const bool allowed = name.empty() || std::ranges::any_of(rule.headers, [&](const std::string& pattern) {
                           return Matches(LowerCase(pattern), LowerCase(name));
                         });
    if (!allowed) return false;
  }
  return true;
}

net::HttpHeaders HeadersOf(const CorsRule& rule, std::string_view pattern, std::string_view origin,
                           std::string_view wanted) {
  net::HttpHeaders headers;
  headers.Set("Access-Control-Allow-Origin", std::string(pattern == "*" ? pattern : origin));
  headers.Set("Access-Control-Allow-Methods", Join(rule.methods));
  if (!wanted.empty()) headers.Set("Access-Control-Allow-Headers", std::string(wanted));
  if (!rule.exposed.empty()) headers.Set("Access-Control-Expose-Headers", Join(rule.exposed));
  if (!rule.max_age_seconds.empty()) headers.Set("Access-Control-Max-Age", rule.max_age_seconds);
  headers.Set("Vary", "Origin");
  return headers;
}

net::HttpHeaders HeadersForHere(std::string_view origin, std::string_view wanted) {
  net::HttpHeaders headers;
  headers.Set("Access-Control-Allow-Origin", std::string(origin));
  headers.Set("Access-Control-Allow-Methods", "GET, HEAD, PUT, POST, DELETE");
  headers.Set("Access-Control-Allow-Headers", wanted.empty() ? "*" : std::string(wanted));
  headers.Set("Access-Control-Expose-Headers",
              "ETag, Content-Length, Content-Range, Content-Type, Last-Modified, x-amz-request-id");
  headers.Set("Access-Control-Max-Age", "3600");
  headers.Set("Vary", "Origin");
  return headers;
}

}  // namespace

net::HttpHeaders CorsHeaders(const net::HttpRequest& request, const std::vector<CorsRule>& rules) {
  const std::string_view origin = request.headers.Get("Origin");
  const std::string_view wanted = request.headers.Get("Access-Control-Request-Headers");
  if (IsHere(request)) return HeadersForHere(origin, wanted);
  const std::string_view announced = request.headers.Get("Access-Control-Request-Method");
  const std::string_view method = announced.empty() ? std::string_view(request.method) : announced;
  for (const CorsRule& rule : rules) {
    if (std::ranges::find(rule.methods, method) == rule.methods.end() || !AllowsHeaders(rule, wanted)) continue;
    const auto pattern = std::ranges::find_if(rule.origins, [&](const auto& one) { return Matches(one, origin); });
    if (pattern != rule.origins.end()) return HeadersOf(rule, *pattern, origin, wanted);
  }
  return {};
}

Answer Preflight(const net::HttpRequest& request, const std::vector<CorsRule>& rules) {
  if (request.headers.Get("Origin").empty())
    return S3Fail(400, "BadRequest", "Insufficient information. Origin request header needed.");
  if (request.headers.Get("Access-Control-Request-Method").empty())
    return S3Fail(400, "BadRequest", "Insufficient information. Access-Control-Request-Method header needed.");
  if (CorsHeaders(request, rules).fields.empty()) {
    return S3Fail(403, "AccessForbidden",
                  rules.empty() ? "CORSResponse: CORS is not enabled for this bucket."
                                : "CORSResponse: This CORS request is not allowed. The bucket's configuration has no "
                                  "rule for this origin, method and headers.");
  }
  return EmptyResponse(200);
}

}  // namespace sandbox::s3
