#pragma once

// Which pages of other origins a browser lets read answers. Pages of this machine (the console, on another port) always
// may; those of other sites only where the bucket's CORS configuration says so, because the credentials are well known.
// Pure.

#include <vector>

#include "api/s3/operations.h"
#include "api/s3/xml.h"

namespace sandbox::s3 {

// The headers of an answer to `request`, which has an Origin; none for a page that may not.
net::HttpHeaders CorsHeaders(const net::HttpRequest& request, const std::vector<CorsRule>& rules);

// The answer to OPTIONS: what the browser asks before the page's own request.
Answer Preflight(const net::HttpRequest& request, const std::vector<CorsRule>& rules);

}  // namespace sandbox::s3
