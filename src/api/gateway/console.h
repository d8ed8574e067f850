#pragma once

#include <optional>
#include <string_view>

#include "net/http.h"

namespace sandbox::api {

// A page of the embedded console for a path under /console, and the page of a pod's log for one under
// /kubernetes-dashboard: the address that log links have. Assets have names of their own content and may be kept for a
// week; every other path is one page, which is asked for each time. nullopt for other paths.
std::optional<net::HttpResponse> ConsolePage(std::string_view path);

}  // namespace sandbox::api
