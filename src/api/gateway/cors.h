#pragma once

#include <string_view>

#include "net/http.h"

namespace sandbox::api {

// What lets a page of `origin` read an answer.
net::HttpHeaders CorsHeaders(std::string_view origin);

// The answer to OPTIONS: a browser asks so before a page's request to another site. `origin_headers` are those of the
// page, empty for a request without Origin.
net::HttpResponse Preflight(const net::HttpRequest& request, net::HttpHeaders origin_headers);

}  // namespace sandbox::api
