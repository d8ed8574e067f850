#pragma once

#include <string>

#include "net/http.h"

namespace sandbox::api {

// A page of the embedded console for a path under /console. Assets have names of their own content and may be kept for a
// week; every other path is the one page, which is asked for each time.
net::HttpResponse ConsolePage(const std::string& path);

}  // namespace sandbox::api
