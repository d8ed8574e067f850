#include "api/gateway/console.h"

#include <string_view>

namespace sandbox::api {

// Generated from embedded_ui/ by cmake/embed.cmake.
extern const std::string_view kConsoleIndex;
extern const std::string_view kConsoleLog;

namespace {

net::HttpResponse Page(std::string_view content) {
  net::HttpResponse response;
  response.headers.Set("Content-Type", "text/html; charset=utf-8");
  response.headers.Set("Cache-Control", "no-cache");
  response.body = content;
  return response;
}

bool IsAt(std::string_view path, std::string_view root) {
  return path == root || (path.starts_with(root) && path[root.size()] == '/');
}

}  // namespace

std::optional<net::HttpResponse> ConsolePage(std::string_view path) {
  if (path.starts_with("/console/assets/")) {
    net::HttpResponse response;
    response.status = 404;
    response.headers.Set("Content-Type", "text/plain; charset=utf-8");
    response.body = "404 page not found\n";
    return response;
  }
  if (IsAt(path, "/console")) return Page(kConsoleIndex);
  if (IsAt(path, "/kubernetes-dashboard")) return Page(kConsoleLog);
  return std::nullopt;
}

}  // namespace sandbox::api
