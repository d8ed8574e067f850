#pragma once

// A file in the form that one request wants: its coding, its tag, the part that was asked for.

#include "api/console/console.h"

namespace sandbox::api {

// Whether an answer may be in gzip; Accept-Encoding as RFC 9110 reads it.
bool AcceptsGzip(const net::HttpHeaders& headers);

// 200, 206, 304 or 416, with ETag, Vary and what describes the body. The type, and how long it is kept, are the
// caller's.
net::HttpResponse Encoded(const net::HttpRequest& request, const ConsoleFile& file);

}  // namespace sandbox::api
