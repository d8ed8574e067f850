#pragma once

// What the API says of itself: groups, versions, resources, /version, and what kubectl needs of OpenAPI. Pure.

#include <optional>
#include <string_view>

#include "net/http.h"

namespace sandbox::kube {

// The answer to a path that names no resource, such as "/api" or "/apis/metrics.k8s.io/v1beta1"; nullopt when there is
// none. `server`: "localhost:30080". `version`: the sandbox's own.
std::optional<net::HttpResponse> Discover(std::string_view path, std::string_view server, std::string_view version);

}  // namespace sandbox::kube
