#pragma once

#include "net/http.h"

namespace sandbox::s3 {

// Lets pages of this machine (the console, on another port) read the answers; pages of other sites are not told that
// they may, because the credentials are well known.
void AddCors(const net::HttpRequest& request, net::HttpHeaders& headers);
net::HttpResponse Preflight();

}  // namespace sandbox::s3
