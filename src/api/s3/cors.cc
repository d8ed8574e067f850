#include "api/s3/cors.h"

namespace sandbox::s3 {
namespace {

std::string_view HostName(std::string_view authority) {
  if (const size_t scheme = authority.find("://"); scheme != std::string_view::npos)
    authority.remove_prefix(scheme + 3);
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

}  // namespace

void AddCors(const net::HttpRequest& request, net::HttpHeaders& headers) {
  const std::string_view origin = request.headers.Get("Origin");
  if (origin.empty()) return;
  const std::string_view name = HostName(origin);
  const bool here =
      name == "localhost" || name == "127.0.0.1" || name == "[::1]" || name == HostName(request.headers.Get("Host"));
  if (!here) return;
  headers.Set("Access-Control-Allow-Origin", std::string(origin));
  headers.Set("Access-Control-Allow-Methods", "GET, HEAD, PUT, POST, DELETE");
  const std::string_view wanted = request.headers.Get("Access-Control-Request-Headers");
  headers.Set("Access-Control-Allow-Headers", wanted.empty() ? "*" : std::string(wanted));
  headers.Set("Access-Control-Expose-Headers",
              "ETag, Content-Length, Content-Range, Content-Type, Last-Modified, x-amz-request-id");
  headers.Set("Access-Control-Max-Age", "3600");
  headers.Set("Vary", "Origin");
}

net::HttpResponse Preflight() {
  net::HttpResponse response;
  response.status = 204;
  return response;
}

}  // namespace sandbox::s3
