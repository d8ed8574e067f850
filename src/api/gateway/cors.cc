#include "api/gateway/cors.h"

#include <algorithm>
#include <array>

#include "net/http_message.h"

namespace sandbox::api {

namespace {

constexpr std::array<std::string_view, 6> kMethods{"GET", "POST", "DELETE", "HEAD", "PUT", "PATCH"};
constexpr std::array<std::string_view, 3> kSimpleMethods{"GET", "HEAD", "POST"};
constexpr std::array<std::string_view, 4> kSimpleHeaders{"Accept", "Accept-Language", "Content-Language", "Origin"};
constexpr std::array<std::string_view, 2> kHeaders{"Content-Type", "Flyte-Authorization"};

bool Contains(const auto& list, std::string_view wanted) { return std::ranges::find(list, wanted) != list.end(); }

// "content-type" is "Content-Type".
std::string Canonical(std::string_view name) {
  const size_t first = std::min(name.find_first_not_of(' '), name.size());
  std::string out(name.substr(first, name.find_last_not_of(' ') + 1 - first));
  bool start = true;
  for (char& c : out) {
    if (start && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!start && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    start = c == '-';
  }
  return out;
}

// The asked headers that are allowed and not simple, joined; nullopt when one is not allowed.
std::optional<std::string> AllowedHeaders(std::string_view asked) {
  std::string allowed;
  while (true) {
    const size_t comma = asked.find(',');
    const std::string name = Canonical(asked.substr(0, comma));
    if (!name.empty() && !Contains(kSimpleHeaders, name)) {
      if (!Contains(kHeaders, name)) return std::nullopt;
      allowed += (allowed.empty() ? "" : ",") + name;
    }
    if (comma == std::string_view::npos) return allowed;
    asked.remove_prefix(comma + 1);
  }
}

}  // namespace

net::HttpHeaders CorsHeaders(std::string_view origin) {
  net::HttpHeaders headers;
  headers.Set("Access-Control-Allow-Credentials", "true");
  headers.Set("Access-Control-Allow-Origin", std::string(origin));
  headers.Set("Vary", "Origin");
  return headers;
}

net::HttpResponse Preflight(const net::HttpRequest& request, net::HttpHeaders origin_headers) {
  net::HttpResponse response;
  if (request.headers.Get("Origin").empty()) return response;
  const std::string method(request.headers.Get("Access-Control-Request-Method"));
  const std::optional<std::string> allowed = AllowedHeaders(request.headers.Get("Access-Control-Request-Headers"));
  if (!request.headers.Has("Access-Control-Request-Method")) {
    response.status = 400;
  } else if (!Contains(kMethods, method)) {
    response.status = 405;
  } else if (!allowed) {
    response.status = 403;
  } else {
    response.headers = std::move(origin_headers);
    if (!allowed->empty()) response.headers.Set("Access-Control-Allow-Headers", *allowed);
    if (!Contains(kSimpleMethods, method)) response.headers.Set("Access-Control-Allow-Methods", method);
  }
  return response;
}

}  // namespace sandbox::api
