#pragma once

// REST over the method table, as the platform's clients and its console know it, and the pages beside it.
//
// Paths: /healthcheck, /api/v1/openapi, "/" (a browser is sent to the console), the pages, and every route in the
// definitions of the services. Anything else is a 404 of the gateway.

#include <google/protobuf/descriptor.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/method.h"
#include "net/http.h"
#include "sandbox/ports/loop.h"

namespace sandbox::api {

// Another handler for every path that starts with `prefix`; asked in order, before anything of the gateway.
struct GatewayPrefix {
  std::string prefix;
  net::HttpHandler handler;
};

// The path of a request as it was sent and with its percent-encoding undone, and its query.
struct PagePath {
  std::string_view raw, decoded, query;
};

struct GatewayOptions {
  // Runs the methods. Outlives the handler, and is stopped before the executor that the handler runs on is destroyed.
  Workers& workers;
  std::vector<GatewayPrefix> prefixes;
  // The answer to a path of a page, nullopt for others; asked before the routes. May be empty.
  std::function<std::optional<net::HttpResponse>(const net::HttpRequest& request, const PagePath& path)> pages{};
  size_t body_bytes_max = 64 * 1024 * 1024;
  // Definitions of services beside those of the platform; they outlive the handler.
  std::vector<const google::protobuf::ServiceDescriptor*> more_services{};
};

// `methods` outlives the handler and the answers that are pending. The handler may serve several connections at once,
// all on one executor.
net::HttpHandler MakeGateway(const MethodTable& methods, GatewayOptions options);

}  // namespace sandbox::api
