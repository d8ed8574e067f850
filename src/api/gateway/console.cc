#include "api/gateway/console.h"

#include <string_view>

namespace sandbox::api {

// Generated from embedded_ui/ by cmake/embed.cmake.
extern const std::string_view kConsoleIndex;

net::HttpResponse ConsolePage(const std::string& path) {
  net::HttpResponse response;
  if (path.starts_with("/console/assets/")) {
    response.status = 404;
    response.headers.Set("Content-Type", "text/plain; charset=utf-8");
    response.body = "404 page not found\n";
    return response;
  }
  response.headers.Set("Content-Type", "text/html; charset=utf-8");
  response.headers.Set("Cache-Control", "no-cache");
  response.body = kConsoleIndex;
  return response;
}

}  // namespace sandbox::api
