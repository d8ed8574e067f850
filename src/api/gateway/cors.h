#pragma once

#include <optional>

#include "net/http.h"

namespace sandbox::api {

// What the browser's cross-origin rules add to an exchange: a complete answer (a preflight, or OPTIONS at all), or
// headers for the real one. Every origin is allowed; there is nothing to steal without credentials.
struct Cors {
  std::optional<net::HttpResponse> answer;
  net::HttpHeaders headers;
};
Cors ApplyCors(const net::HttpRequest& request);

}  // namespace sandbox::api
